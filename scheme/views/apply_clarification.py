"""The applicant's page of a clarification: what is asked, until when, the answer, and what changes with it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.casework.services.parts import Saved
from portal.errors import BadDocument, Closed, NotAllowed, Refused
from scheme.forms.apply import Posted, SectionForm
from scheme.models import ApplicationClarification
from scheme.queries.applicant import is_editable
from scheme.queries.applicant_draft import draft_of
from scheme.queries.applicant_form import Form, FormField, FormSection
from scheme.queries.content import readable_differences
from scheme.services.clarify import answer_clarification
from scheme.services.sections import add_document, remove_document, save_section
from scheme.views.apply import tasks_of
from scheme.views.apply_base import OfApplication
from scheme.views.apply_sections import document_uid

LONGEST_ANSWER = 1000


class ClarificationPage(OfApplication):
    """A clarification; while it is open its answer saves itself like a section."""

    def get(self, request: HttpRequest, reference: str, pk: int) -> HttpResponse:
        asked = self.asked(pk)
        kept = self.typed_before_signing_in() if self.may_edit and self.is_open(asked) else None
        if kept is None:
            return self.show(asked)
        posted, saved = self.save(asked, kept)
        messages.info(request, _("You had been signed out. What you typed has been saved now; look it through."))
        return self.show(asked, form=self.form(asked, posted=posted, saved=saved))

    def asked(self, pk: int) -> ApplicationClarification:
        found = self.application.clarifications.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def is_open(self, asked: ApplicationClarification) -> bool:
        return is_editable(self.application) and asked.is_open

    def show(self, asked: ApplicationClarification, status: int = 200, **more: Any) -> HttpResponse:
        application, is_open = self.application, self.is_open(asked)
        context: dict[str, Any] = {
            "application": application,
            "asked": asked,
            "is_open": is_open,
            "may_edit": self.may_edit,
            "documents": asked.documents.filter(removed_at=None, scan="clean"),
            "saved_path": self.request.path if "saved" in self.request.GET else "",
        }
        if is_open:
            draft = draft_of(application)
            before = asked.version_before.content
            context |= {
                "form": more.pop("form", None) or self.form(asked, draft),
                "tasks": tasks_of(draft, application.reference, self.may_edit),
                "incomplete": [section.title for section in draft.form if draft.problems(section)],
                "changes": readable_differences(before, draft.content(), application.category),
            }
        elif asked.version_after:
            context["changes"] = readable_differences(
                asked.version_before.content, asked.version_after.content, application.category
            )
        return render(self.request, "recognition/clarification.html", context | more, status=status)

    def form(self, asked: ApplicationClarification, draft: Any = None, **more: Any) -> SectionForm:
        draft = draft or draft_of(self.application)
        section = answer_section(asked)
        return SectionForm(replace(draft, form=Form((*draft.form.sections, section))), section, **more)

    def post(self, request: HttpRequest, reference: str, pk: int) -> HttpResponse:
        if not self.may_edit:
            raise Http404
        asked = self.asked(pk)
        if not asked.is_open:
            return redirect("clarification", reference, pk)
        posted, saved = self.save(asked, request.POST)
        if request.htmx:  # type: ignore[attr-defined]
            form = self.form(asked, posted=posted, saved=saved)
            return render(request, "recognition/saved.html", {"form": form})
        if saved.clashes:
            draft = draft_of(self.application)
            return self.show(asked, status=409, form=self.form(asked, draft, posted=posted, saved=saved))
        if "send" in request.POST:
            return self.send(asked, str(saved.part.data.get("answer", "")))
        return self.change_documents(asked)

    def save(self, asked: ApplicationClarification, data: QueryDict) -> tuple[Posted, Saved]:
        section, by = answer_section(asked), self.request.user
        posted = Posted.read(section.fields, data)
        saved = save_section(
            application=self.application, key=section.code, by=by, typed=posted.typed, was=posted.was,  # type: ignore[arg-type]
            settled=posted.settled, tried=posted.tried,
        )  # fmt: skip
        return posted, saved

    def change_documents(self, asked: ApplicationClarification) -> HttpResponse:
        by: Any = self.request.user
        if removed := self.request.POST.get("remove"):
            remove_document(application=self.application, uid=document_uid(removed), by=by)
        elif upload := self.request.FILES.get("file"):
            title = self.request.POST.get("title", "").strip()
            try:
                add_document(application=self.application, upload=upload, by=by, title=title, clarification=asked)
            except BadDocument as refusal:
                return self.show(asked, status=422, upload_error=refusal.words())
        elif "stay" in self.request.POST:
            return self.show(asked, status=422, upload_error=_("Choose a file first."))
        return redirect(f"{self.request.path}?saved=1")

    def send(self, asked: ApplicationClarification, answer: str) -> HttpResponse:
        try:
            answer_clarification(application=self.application, answer=answer, by=self.request.user)
        except (NotAllowed, Closed):
            raise
        except Refused as refusal:
            return self.show(asked, status=409, refusal=refusal.words())
        words = _("Your answer has been sent. What your application now says is kept as a new version.")
        messages.success(self.request, words)
        return redirect(f"{self.request.path}?saved=1")


def answer_section(asked: ApplicationClarification) -> FormSection:
    """The answer as a section of one field, so that it saves itself as the others do."""
    answer = FormField("answer", _("Your answer"), "text", word_limit=LONGEST_ANSWER)
    return FormSection(f"clarification-{asked.pk}", _("Your answer"), "questions", (answer,))
