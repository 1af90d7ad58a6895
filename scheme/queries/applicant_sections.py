"""The sections of a category's application form (design.md, section 4).

The words of question sections come from the tables an administrator edits; the parts every round has are declared here.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enterprises.models import City, Site
from portal.words import in_language
from scheme.models import Category, EligibilityItem, Question
from scheme.models.choices import AuditKind, MeasureKind
from scheme.queries.applicant_form import QUESTIONS, Form, FormField, FormSection


def form_of(category: Category, *, sites: Iterable[Site] = ()) -> Form:
    """The form of `category` in the active language; `sites` are those of the enterprise that may take part.

    Three queries for questions and checklist, one for the cities where the category asks for them.
    """
    chosen = tuple((str(site.pk), _site_words(site)) for site in sites)
    own = {
        Category.Kind.MANUFACTURING: lambda: (_measures(category, chosen), _audit()),
        Category.Kind.SOURCING: lambda: (_suppliers(category, _cities()),),
        Category.Kind.TECHNOLOGY_SERVICE: lambda: (_projects(category, _cities()),),
    }[Category.Kind(category.kind)]
    return Form((
        _enterprise(),
        _sites(chosen),
        *_eligibility(category.eligibility_items.all()),
        *_question_sections(category),
        *own(),
        FormSection(
            "documents", _("Other documents"), "documents",
            help=_("Anything else that supports the application: photographs, reports, certificates. Not required."),
        ),
        _declaration(),
    ))  # fmt: skip


def _site_words(site: Site) -> str:
    return _("%(site)s (%(city)s)") % {"site": site.name, "city": site.city.name}


def _cities() -> tuple[tuple[str, str], ...]:
    return tuple((city.code, city.name) for city in City.objects.all())


def _enterprise() -> FormSection:
    words = _("These details of the enterprise are right.")
    return FormSection(
        "enterprise", _("Enterprise"), "enterprise",
        (FormField("confirmed", words, "tick", choices=(("yes", words),)),),
        help=_("Read the details of the enterprise and confirm them. They are taken as they stand on submission."),
    )  # fmt: skip


def _sites(chosen: tuple[tuple[str, str], ...]) -> FormSection:
    return FormSection(
        "sites", _("Sites"), "sites", (FormField("sites", _("Which sites take part?"), "sites", choices=chosen),),
        help=_("Choose every factory, workshop or office this application is about."),
    )  # fmt: skip


def _words(choices: type[TextChoices]) -> tuple[tuple[str, str], ...]:
    return tuple((value, str(label)) for value, label in choices.choices)


def yes_no() -> tuple[tuple[str, str], ...]:
    return (("yes", _("Yes")), ("no", _("No")))


def _eligibility(items: Iterable[EligibilityItem]) -> Iterator[FormSection]:
    fields = tuple(FormField(item.code, item.text, "yes_no", choices=yes_no()) for item in items)
    if fields:
        yield FormSection(
            "eligibility", _("Eligibility"), "eligibility", fields,
            help=_("Answer each line. The secretariat checks your answers against the documents."),
        )  # fmt: skip


def _question_sections(category: Category) -> Iterator[FormSection]:
    for section in category.question_sections.prefetch_related("questions"):
        fields = tuple(_question(question) for question in section.questions.all())
        if fields:
            yield FormSection(f"{QUESTIONS}{section.code}", section.name, "questions", fields)


def _question(question: Question) -> FormField:
    choices = tuple((c["value"], _choice_words(c)) for c in question.choices if c.get("value"))
    return FormField(
        question.code, question.text, question.kind, help=in_language(question, "help"), required=question.required,
        word_limit=question.word_limit, unit=question.unit, smallest=question.smallest, largest=question.largest,
        choices=choices,
    )  # fmt: skip


def _choice_words(choice: dict[str, str]) -> str:
    language = (get_language() or "en").replace("-", "_")
    return choice.get(language) or choice.get("en") or choice.get("zh_hant") or choice["value"]


def _savings() -> tuple[FormField, ...]:
    none_below: dict[str, Any] = {"kind": "number", "required": False, "smallest": Decimal(0)}
    return (
        FormField("energy_kwh", _("Energy saved a year"), unit="kWh", **none_below),
        FormField("water_m3", _("Water saved a year"), unit="m³", **none_below),
        FormField("emissions_t", _("Emissions avoided a year"), unit="t", **none_below),
        FormField("savings", _("Money saved a year"), "hkd", required=False, unit="HKD", kept_as="savings_cents"),
    )


def _year(label: str) -> FormField:
    return FormField(
        "year", label, "number", smallest=Decimal(1990), largest=Decimal(localdate().year), places=0,
        help=_("For example %(year)s.") % {"year": localdate().year - 1},
    )  # fmt: skip


def _measures(category: Category, chosen: tuple[tuple[str, str], ...]) -> FormSection:
    return FormSection(
        "measures", _("Improvement measures"), "entries",
        (
            FormField("title", _("Title of the measure"), help=_("For example “Variable-speed drives on fans”.")),
            FormField("kind", _("Kind of measure"), "choice", choices=_words(MeasureKind)),
            FormField("site", _("Site"), "choice", choices=chosen),
            _year(_("Year in which it was carried out")),
            FormField("investment", _("Investment"), "hkd", unit="HKD", kept_as="investment_cents"),
            *_savings(),
        ),
        help=_("Each measure with at least one yearly saving."),
        repeated=True, fewest=category.fewest_measures, entry=_("Measure %(number)s"),
    )  # fmt: skip


def _audit() -> FormSection:
    return FormSection(
        "audit", _("Cleaner production audit"), "questions",
        (
            FormField("audit_kind", _("Kind of audit"), "choice", choices=_words(AuditKind)),
            FormField("audited_on", _("Date of the audit"), "date"),
            FormField("auditor", _("Who made the audit?")),
            FormField("scope", _("What was audited, and what was found?"), "text", word_limit=300),
            FormField("report", _("Report of the audit"), "file", required=False),
        ),
    )  # fmt: skip


def _suppliers(category: Category, cities: tuple[tuple[str, str], ...]) -> FormSection:
    return FormSection(
        "suppliers", _("Suppliers"), "entries",
        (
            FormField("name", _("Name of the supplier")),
            FormField("city", _("City of its factory"), "choice", choices=cities),
            FormField("hong_kong_owned", _("Is it Hong Kong-owned?"), "yes_no", choices=yes_no()),
            _year(_("Year in which it joined your cleaner production work")),
            FormField("support", _("What support did you give?"), "text", word_limit=150),
            FormField("results", _("What are the results at the supplier?"), "text", word_limit=150),
            *_savings(),
        ),
        help=_("The suppliers you brought to cleaner production."),
        repeated=True, fewest=category.fewest_measures, entry=_("Supplier %(number)s"),
    )  # fmt: skip


def _projects(category: Category, cities: tuple[tuple[str, str], ...]) -> FormSection:
    return FormSection(
        "projects", _("Projects done"), "entries",
        (
            FormField("title", _("Title of the project")),
            FormField("client", _("Client")),
            FormField("city", _("City of the client's factory"), "choice", choices=cities),
            FormField("kind", _("Kind of project"), "choice", choices=_words(MeasureKind)),
            FormField("completed_on", _("Completed on"), "date"),
            FormField("description", _("What was done?"), "text", word_limit=150),
            *_savings(),
        ),
        help=_("The cleaner production projects you completed for factories."),
        repeated=True, fewest=category.fewest_measures, entry=_("Project %(number)s"),
    )  # fmt: skip


def _declaration() -> FormSection:
    agreed = _(
        "I am authorised to sign for the enterprise. What this application says is true and complete, and may be "
        "checked by both governments and their secretariats, in Hong Kong and in Guangdong."
    )
    return FormSection(
        "declaration", _("Declaration"), "declaration",
        (
            FormField("name", _("Name of the person who signs")),
            FormField("post", _("Post")),
            FormField("agreed", agreed, "tick", choices=(("yes", agreed),)),
        ),
        help=_(
            "The data in this application are used to decide on recognition and to publish the list of partners. They "
            "are kept by the two governments and sent across the boundary for this purpose only. You may ask to see "
            "and correct them."
        ),
    )  # fmt: skip
