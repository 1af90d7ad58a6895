"""A draft as it stands: what was typed, what is wrong or missing, the status of each section, and its content."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enterprises.models import Enterprise, Site
from scheme.models import ApplicationDocument, ApplicationPart, PartnerApplication
from scheme.queries.applicant_form import Form, FormField, FormSection, Typed
from scheme.queries.applicant_sections import form_of

SAVINGS = ("energy_kwh", "water_m3", "emissions_t", "savings")


class Status(models.TextChoices):
    """Where a section of the task list stands."""

    NOT_STARTED = "not_started", gettext_lazy("Not started")
    IN_PROGRESS = "in_progress", gettext_lazy("In progress")
    ATTENTION = "attention", gettext_lazy("Needs attention")
    COMPLETE = "complete", gettext_lazy("Complete")
    OPTIONAL = "optional", gettext_lazy("Optional")


@dataclass(frozen=True)
class Problem:
    """What stands in the way of submission: in which field of which entry, in words."""

    section: str
    words: str
    field: str = ""
    label: str = ""
    uid: str = ""
    # Something was typed, and it cannot stay as it is; otherwise something is missing.
    wrong: bool = False


@dataclass
class Draft:
    """Everything of one application that its form needs, read once."""

    application: PartnerApplication
    form: Form
    sites: list[Site]
    parts: dict[str, list[ApplicationPart]]
    documents: list[ApplicationDocument]
    _problems: dict[str, list[Problem]] = field(default_factory=dict, repr=False)

    def part(self, section: str, uid: str = "") -> ApplicationPart | None:
        """The stored part of a section, or one entry of a repeated one."""
        found = [one for one in self.parts.get(section, []) if not uid or str(one.uid) == uid]
        return found[0] if found else None

    def typed(self, section: str, uid: str = "") -> dict[str, Typed]:
        part = self.part(section, uid)
        return part.data if part else {}

    def documents_for(self, section: FormSection, one: FormField) -> list[ApplicationDocument]:
        key = section.document_key(one)
        return [document for document in self.documents if document.question == key]

    @property
    def other_documents(self) -> list[ApplicationDocument]:
        return [document for document in self.documents if not document.question]

    # Checking -----------------------------------------------------------------------------------------------------
    def problems(self, section: FormSection) -> list[Problem]:
        """What is wrong or missing in a section, in the order of the page."""
        if section.code not in self._problems:
            find = self._problems_of_entries if section.repeated else self._problems_of_fields
            self._problems[section.code] = find(section)
        return self._problems[section.code]

    def all_problems(self) -> list[Problem]:
        return [problem for section in self.form for problem in self.problems(section)]

    def _problems_of_fields(self, section: FormSection, uid: str = "") -> list[Problem]:
        typed = self.typed(section.code, uid)
        return [
            problem for one in section.fields if (problem := self._problem(section, one, typed.get(one.code, ""), uid))
        ]

    def _problems_of_entries(self, section: FormSection) -> list[Problem]:
        entries = self.parts.get(section.code, [])
        found = [p for entry in entries for p in self._problems_of_entry(section, entry)]
        if (lacking := section.fewest - len(entries)) > 0:
            words = ngettext("Add %(number)s more.", "Add %(number)s more.", lacking) % {"number": lacking}
            found.insert(0, Problem(section.code, words, label=section.title))
        return found

    def _problems_of_entry(self, section: FormSection, entry: ApplicationPart) -> list[Problem]:
        found = self._problems_of_fields(section, str(entry.uid))
        if section.code == "measures" and not any(entry.data.get(code) for code in SAVINGS):
            words = _("Enter at least one yearly saving: energy, water, emissions or money.")
            found.append(Problem(section.code, words, SAVINGS[0], section.named(SAVINGS[0]).label, str(entry.uid)))
        return found

    def _problem(self, section: FormSection, one: FormField, typed: Typed, uid: str) -> Problem | None:
        if one.kind == "file":
            if one.required and not self.documents_for(section, one):
                return Problem(section.code, _("Add this document."), one.code, one.label, uid)
            return None
        if not typed or (isinstance(typed, str) and not typed.strip()):
            if one.required:
                return Problem(section.code, _missing_words(one), one.code, one.label, uid)
            return None
        try:
            one.read(typed)
            self._check_site(one, typed)
        except ValueError as error:
            return Problem(section.code, str(error), one.code, one.label, uid, wrong=True)
        return None

    def _check_site(self, one: FormField, typed: Typed) -> None:
        if one.code == "site" and typed not in self.typed("sites").get("sites", ()):
            raise ValueError(_("This site does not take part. Choose another one, or add it in the section “Sites”."))

    def status(self, section: FormSection) -> Status:
        """The status of a section in the task list."""
        problems = self.problems(section)
        if any(problem.wrong for problem in problems):
            return Status.ATTENTION
        if not self.is_begun(section):
            return Status.NOT_STARTED if problems else Status.OPTIONAL
        return Status.IN_PROGRESS if problems else Status.COMPLETE

    def is_begun(self, section: FormSection) -> bool:
        if section.kind == "documents":
            return bool(self.other_documents)
        if section.repeated:
            return bool(self.parts.get(section.code))
        files = any(self.documents_for(section, one) for one in section.fields if one.kind == "file")
        return files or any(self.typed(section.code).values())

    # Content ------------------------------------------------------------------------------------------------------
    def content(self) -> dict[str, Any]:
        """The whole application as JSON: values as they are frozen; what cannot be read yet stays as typed."""
        category = self.application.category
        content: dict[str, Any] = {
            "round": category.round.year,
            "category": category.kind,
            "enterprise": enterprise_content(self.application.enterprise),
            "sites": self._chosen_sites(),
            "eligibility": {},
            "sections": {},
            "measures": [],
            "audit": {},
            "suppliers": [],
            "projects": [],
            "documents": [document_content(document) for document in self.documents],
            "declaration": {},
        }
        for section in self.form:
            if section.kind == "questions" and section.code != "audit":
                content["sections"][section.questions] = self._values(section)
            elif section.repeated:
                content[section.code] = [
                    {"uid": str(entry.uid), **self._values(section, str(entry.uid))}
                    for entry in self.parts.get(section.code, [])
                ]
            elif section.code in ("eligibility", "audit", "declaration"):
                content[section.code] = self._values(section)
        return content

    def _values(self, section: FormSection, uid: str = "") -> dict[str, Any]:
        typed = self.typed(section.code, uid)
        return {one.name: value_of(one, typed.get(one.code, "")) for one in section.fields if one.kind != "file"}

    def _chosen_sites(self) -> list[dict[str, Any]]:
        chosen = self.typed("sites").get("sites", ())
        return [site_content(site) for site in self.sites if str(site.pk) in chosen]


def _missing_words(one: FormField) -> str:
    return {
        "tick": _("Tick this box."),
        "yes_no": _("Answer yes or no."),
        "choice": _("Choose an answer."),
        "sites": _("Choose at least one site."),
        "date": _("Enter a date."),
        "number": _("Enter a number."),
        "hkd": _("Enter an amount in Hong Kong dollars."),
    }.get(one.kind, _("Answer this question."))


def value_of(one: FormField, typed: Typed) -> Any:
    """What is frozen of what was typed; None for an empty number or amount, the text itself where it cannot be read."""
    if not typed or (isinstance(typed, str) and not typed.strip()):
        return None if one.kind in ("number", "hkd") else ""
    try:
        return one.read(typed)
    except ValueError:
        return typed


def enterprise_content(enterprise: Enterprise) -> dict[str, str]:
    """The details of the enterprise that go into an application."""
    plain = ("name_en", "name_zh_hant", "name_zh_hans", "br_number", "kind", "contact_name", "contact_post")
    return {
        **{name: getattr(enterprise, name) for name in plain},
        "industry": enterprise.industry.code,
        "contact_email": enterprise.contact_email,
        "contact_phone": str(enterprise.contact_phone),
        "website": enterprise.website,
    }


def site_content(site: Site) -> dict[str, Any]:
    """The details of a site that go into an application."""
    return {
        "uid": str(site.pk), "name_en": site.name_en, "name_zh": site.name_zh, "city": site.city.code,
        "address": site.address, "uscc": site.uscc, "headcount": site.headcount, "link": site.link,
    }  # fmt: skip


def document_content(document: ApplicationDocument) -> dict[str, Any]:
    """What a frozen version says about a document; the file itself lies by its uid."""
    return {
        "uid": str(document.uid), "name": document.name, "title": document.title, "question": document.question,
        "sha256": document.sha256, "size": document.size,
    }  # fmt: skip


def draft_of(application: PartnerApplication) -> Draft:
    """Read everything of `application` that its form needs, in the active language; a constant number of queries."""
    application = PartnerApplication.objects.select_related("enterprise__industry", "category__round").get(
        pk=application.pk
    )
    sites = list(application.enterprise.sites.filter(closed_on=None).select_related("city"))
    parts: dict[str, list[ApplicationPart]] = defaultdict(list)
    for part in application.parts.select_related("saved_by").order_by("position", "pk"):
        parts[part.key].append(part)
    documents = application.documents.filter(removed_at=None, scan=ApplicationDocument.Scan.CLEAN).order_by("pk")
    return Draft(application, form_of(application.category, sites=sites), sites, dict(parts), list(documents))
