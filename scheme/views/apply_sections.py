"""The sections of an application: pages that save themselves, entries of repeated sections, documents."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.casework.services.parts import Saved
from portal.errors import BadDocument, Refused
from scheme import rules
from scheme.forms.apply import Posted, SectionForm
from scheme.queries.applicant import is_editable
from scheme.queries.applicant_draft import Draft, draft_of, enterprise_content
from scheme.queries.applicant_form import FormSection
from scheme.queries.content import Row, enterprise_rows, said
from scheme.services.sections import add_document, add_entry, remove_document, remove_entry, save_section
from scheme.views.apply_base import OfApplication

TEMPLATES = {"entries": "recognition/entries.html", "documents": "recognition/documents.html"}


class OfSection(OfApplication):
    """A page of one section; readers are sent to the answers, and so is everybody once it is submitted."""

    needs = rules.is_applicant

    def get(self, request: HttpRequest, reference: str, section: str, uid: Any = "") -> HttpResponse:
        if not self.may_edit or not is_editable(self.application):
            return redirect("application-check", reference)
        form = self.form(draft_of(self.application), section, uid)
        if kept := self.typed_before_signing_in():
            posted = Posted.read(form.section.fields, kept)
            saved = self.save(form.section, posted, str(uid))
            form = self.form(draft_of(self.application), section, uid, posted=posted, saved=saved)
            messages.info(request, _("You had been signed out. What you typed has been saved now; look it through."))
        return self.show(form)

    def form(self, draft: Draft, code: str, uid: Any, **more: Any) -> SectionForm:
        """The form of a section, or of the entry `uid`. 404 when the category has no such section or entry."""
        section = draft.form.by_code.get(code)
        if section is None or (uid and (not section.repeated or draft.part(code, str(uid)) is None)):
            raise Http404
        return SectionForm(draft, section, str(uid), show_missing="missing" in self.request.GET, **more)

    def show(self, form: SectionForm, status: int = 200) -> HttpResponse:
        section = form.section
        template = "recognition/section.html" if form.uid else TEMPLATES.get(section.kind, "recognition/section.html")
        context = {
            "application": self.application,
            "form": form,
            "section": section,
            "entry_title": entry_title(form),
            "entries": entries_of(form.draft, section, self.application.reference) if section.repeated else (),
            "details": details_of(form) if section.kind == "enterprise" else (),
            "saved_path": self.request.path if "saved" in self.request.GET else "",
            "back_url": self.back_url(form),
        }
        return render(self.request, template, context, status=status)

    def save(self, section: FormSection, posted: Posted, uid: str) -> Saved:
        return save_section(
            application=self.application,
            key=section.code,
            by=self.request.user,  # type: ignore[arg-type]
            typed=posted.typed,
            was=posted.was,
            settled=posted.settled,
            tried=posted.tried,
            uid=uid,
        )

    def back_url(self, form: SectionForm) -> str:
        reference = self.application.reference
        if form.uid:
            return reverse("application-section", args=(reference, form.section.code))
        return reverse("application", args=(reference,))


class Section(OfSection):
    """A section that saves itself as it is typed (htmx), or by its button; the same address for both."""

    def post(self, request: HttpRequest, reference: str, section: str, uid: Any = "") -> HttpResponse:
        form = self.form(draft_of(self.application), section, uid)
        if form.section.repeated and not uid:
            raise Http404
        posted = Posted.read(form.section.fields, request.POST)
        saved = self.save(form.section, posted, str(uid))
        errors = {} if request.htmx else self.change_documents(form.section)  # type: ignore[attr-defined]
        form = self.form(draft_of(self.application), section, uid, posted=posted, saved=saved, upload_errors=errors)
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "recognition/saved.html", {"form": form})
        if saved.clashes or errors:
            return self.show(form, status=409 if saved.clashes else 422)
        return self.next_page(form)

    def change_documents(self, section: FormSection) -> dict[str, str]:
        """Take in uploads and strike what was asked to be removed; returns what is wrong, by field."""
        by: Any = self.request.user
        if removed := self.request.POST.get("remove"):
            remove_document(application=self.application, uid=document_uid(removed), by=by)
        errors: dict[str, str] = {}
        for one in section.fields:
            for upload in self.request.FILES.getlist(f"f-{one.code}") if one.kind == "file" else ():
                try:
                    add_document(application=self.application, upload=upload, by=by, question=section.document_key(one))
                except BadDocument as refusal:
                    errors[one.code] = refusal.words()
        return errors

    def next_page(self, form: SectionForm) -> HttpResponse:
        """Back to where the section was opened from; an upload or a removal stays on the page."""
        path = self.request.path
        if "stay" in self.request.POST or "remove" in self.request.POST:
            return redirect(f"{path}?saved=1")
        messages.success(self.request, _("Saved."))
        return redirect(f"{self.back_url(form)}?{urlencode({'saved': path})}")

    def refused(self, request: HttpRequest, refusal: Refused) -> HttpResponse:
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(refusal.words(), status=409, content_type="text/plain; charset=utf-8")
        return super().refused(request, refusal)


class Documents(OfSection):
    """The other documents: add one with what it shows, remove one."""

    def get(self, request: HttpRequest, reference: str, section: str = "documents", uid: Any = "") -> HttpResponse:
        return super().get(request, reference, section)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        if not self.may_edit:
            raise Http404
        by: Any = request.user
        errors = {}
        if removed := request.POST.get("remove"):
            remove_document(application=self.application, uid=document_uid(removed), by=by)
        elif upload := request.FILES.get("file"):
            title = request.POST.get("title", "").strip()
            try:
                add_document(application=self.application, upload=upload, by=by, title=title)
            except BadDocument as refusal:
                errors["file"] = refusal.words()
        else:
            errors["file"] = _("Choose a file first.")
        if errors:
            form = self.form(draft_of(self.application), "documents", "", upload_errors=errors)
            return self.show(form, status=422)
        return redirect("application-section", reference, "documents")


class AddEntry(OfApplication):
    """The button that adds an entry to a repeated section."""

    needs = rules.is_applicant_editor

    def post(self, request: HttpRequest, reference: str, section: str) -> HttpResponse:
        found = draft_of(self.application).form.by_code.get(section)
        if found is None or not found.repeated:
            raise Http404
        entry = add_entry(application=self.application, key=section, by=request.user)  # type: ignore[arg-type]
        return redirect("application-entry", reference, section, entry.uid)


class RemoveEntry(OfSection):
    """Asks, then removes an entry."""

    needs = rules.is_applicant_editor

    def show(self, form: SectionForm, status: int = 200) -> HttpResponse:
        context = {
            "application": self.application,
            "form": form,
            "section": form.section,
            "entry_title": entry_title(form),
            "back_url": self.back_url(form),
        }
        return render(self.request, "recognition/remove_entry.html", context, status=status)

    def post(self, request: HttpRequest, reference: str, section: str, uid: Any) -> HttpResponse:
        by: Any = request.user
        remove_entry(application=self.application, key=section, uid=str(uid), by=by)
        messages.success(request, _("Removed."))
        return redirect("application-section", reference, section)


def document_uid(typed: str) -> str:
    """A document's uid as posted; 404 for what is none."""
    try:
        return str(UUID(typed))
    except ValueError as error:
        raise Http404 from error


def entry_title(form: SectionForm) -> str:
    """“Measure 2” for the second entry of its section."""
    entries = form.draft.parts.get(form.section.code, [])
    number = next((n for n, entry in enumerate(entries, 1) if str(entry.uid) == form.uid), 0)
    return form.section.entry % {"number": number} if number else ""


def entries_of(draft: Draft, section: FormSection, reference: str) -> list[dict[str, Any]]:
    """The entries of a repeated section as tasks: title, address, status."""
    incomplete = {problem.uid for problem in draft.problems(section) if problem.uid}
    first = section.fields[0]
    return [
        {
            "title": section.entry % {"number": number},
            "words": said(first, entry.data.get(first.code, "")),
            "url": reverse("application-entry", args=(reference, section.code, entry.uid)),
            "remove_url": reverse("application-entry-remove", args=(reference, section.code, entry.uid)),
            "complete": str(entry.uid) not in incomplete,
        }
        for number, entry in enumerate(draft.parts.get(section.code, []), 1)
    ]


def details_of(form: SectionForm) -> list[Row]:
    """The details of the enterprise as they would be frozen now."""
    return enterprise_rows(enterprise_content(form.draft.application.enterprise))
