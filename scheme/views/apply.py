"""An application: starting it, its page, check your answers, submitting, the receipt, the copy, withdrawing."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import View

from enterprises.models import Enterprise
from portal.casework.services.freeze import sha256
from portal.errors import NotAllowed, Refused
from portal.pdf import render_pdf
from scheme import rules
from scheme.models import Category
from scheme.queries.applicant import commendation_for_applicant, document_for, is_editable
from scheme.queries.applicant_draft import Draft, Status, draft_of
from scheme.queries.content import readable
from scheme.queries.stages import may_withdraw, outcome_expected_at, stage_for_applicant
from scheme.services.apply import start_application, submit_application, withdraw_application
from scheme.views.apply_base import OfApplication

TONES = {
    Status.NOT_STARTED: "neutral",
    Status.IN_PROGRESS: "info",
    Status.ATTENTION: "wait",
    Status.COMPLETE: "good",
    Status.OPTIONAL: "neutral",
}


class Start(LoginRequiredMixin, View):
    """The button that begins an application; a second click leads to the same draft."""

    def post(self, request: HttpRequest, enterprise_pk: int, category_pk: int) -> HttpResponse:
        by: Any = request.user
        enterprise = get_object_or_404(Enterprise.objects.filter(memberships__user=by), pk=enterprise_pk)
        category = get_object_or_404(Category.objects.select_related("round"), pk=category_pk)
        try:
            application = start_application(enterprise=enterprise, category=category, by=by)
        except NotAllowed as refusal:
            raise Http404 from refusal
        except Refused as refusal:
            messages.error(request, refusal.words())
            return redirect("dashboard")
        return redirect("application", application.reference)


class Application(OfApplication):
    """The task list of a draft; afterwards where the case stands, what is asked, and what was submitted."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        application = self.application
        editable = is_editable(application)
        draft = draft_of(application) if editable else None
        done = sum(not draft.problems(section) for section in draft.form) if draft else 0
        context = {
            "application": application,
            "stage": stage_for_applicant(application),
            "outcome_at": outcome_expected_at(application),
            "clarification": application.open_clarification if editable else None,
            "answered": application.clarifications.exclude(answered_at=None),
            "versions": application.versions.select_related("made_by"),
            "commendation": commendation_for_applicant(application),
            "tasks": tasks_of(draft, reference, self.may_edit) if draft else [],
            "done": done,
            "total": len(draft.form.sections) if draft else 0,
            "may_edit": self.may_edit,
            "may_withdraw": self.may_edit and may_withdraw(application),
            "saved_path": saved_path(request, reference),
        }
        return render(request, "recognition/application.html", context)


def saved_path(request: HttpRequest, reference: str) -> str:
    """The address whose unsaved copy in the browser may go, because its section was saved by the button."""
    path = request.GET.get("saved", "")
    return path if path.startswith(reverse("application", args=(reference,))) else ""


def tasks_of(draft: Draft, reference: str, may_edit: bool) -> list[dict[str, Any]]:
    """The sections of a draft with their status; readers see no links."""
    tasks = []
    for section in draft.form:
        status = draft.status(section)
        url = reverse("application-section", args=(reference, section.code)) if may_edit else ""
        tasks.append({"title": section.title, "url": url, "status": status.label, "tone": TONES[status]})
    return tasks


class Check(OfApplication):
    """Check your answers: all of the application, readable; with links to change it and what is missing."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self.show()

    def show(self, refusal: Refused | None = None) -> HttpResponse:
        application = self.application
        editable = is_editable(application)
        version = application.current_version
        draft = draft_of(application) if editable or version is None else None
        content = draft.content() if draft else version.content if version else {}
        context = {
            "application": application,
            "stage": stage_for_applicant(application),
            "sections": [
                {
                    "section": section,
                    "rows": [(row.label, row.value) for row in section.rows],
                    "documents": [document for row in section.rows for document in row.documents],
                    "change_url": self.change_url(section) if editable and self.may_edit else "",
                }
                for section in readable(content, application.category)
            ],
            "missing": self.missing_of(draft) if draft and editable and self.may_edit else [],
            "version": None if editable else version,
            "may_submit": application.state == "draft" and self.may_edit,
            "seen": sha256(content),
            "refusal": refusal.words() if refusal else "",
            "may_edit": self.may_edit,
            "clarification": application.open_clarification if editable else None,
        }
        return render(self.request, "recognition/check.html", context, status=409 if refusal else 200)

    def missing_of(self, draft: Draft) -> list[tuple[str, list[tuple[Any, str]]]]:
        """What is wrong or missing, section by section, each with the address where it is put right."""
        return [
            (section.title, [(problem, self.change_url(problem)) for problem in problems])
            for section in draft.form
            if (problems := draft.problems(section))
        ]

    def change_url(self, place: Any) -> str:
        """Where a section, or the entry a problem is in, is changed, with what is missing shown."""
        reference = self.application.reference
        code = place.section if isinstance(getattr(place, "section", None), str) else place.code
        if place.uid and code != "sites":
            url = reverse("application-entry", args=(reference, code, place.uid))
        else:
            url = reverse("application-section", args=(reference, code))
        anchor = f"#f-{place.field}" if getattr(place, "field", "") else ""
        return f"{url}?missing=1{anchor}"


class Submit(Check):
    """The button under the answers. A second click, a replayed form or a stale page do no harm."""

    http_method_names = ["post"]
    needs = rules.is_applicant_editor

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        by: Any = request.user
        try:
            submit_application(application=self.application, by=by, seen=request.POST.get("seen", "")[:64])
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.show(refusal)
        return redirect("application-submitted", reference)


class Submitted(OfApplication):
    """The receipt. It is there for every member as long as the application is."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        version = self.application.versions.first()
        if version is None:
            return redirect("application", reference)
        context = {"application": self.application, "version": version, "may_edit": self.may_edit}
        return render(request, "recognition/submitted.html", context)


class Copy(OfApplication):
    """The application as PDF: the current version with its hash, or the draft under its watermark."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        application = self.application
        version = application.current_version
        content = version.content if version else draft_of(application).content()
        context = {
            "application": application,
            "version": version,
            "sections": readable(content, application.category),
            "documents": content["documents"],
            "made_at": now(),
            "address": f"{settings.PORTAL_URL}{reverse('application', args=(reference,))}",
        }
        file = render_pdf("pdf/application.html", context, get_language() or "en")
        name = f"{reference}-v{version.number}.pdf" if version else f"{reference}-draft.pdf"
        response = HttpResponse(file, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class Withdraw(OfApplication):
    """Asks for the reason, then withdraws."""

    needs = rules.is_applicant_editor

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        if not may_withdraw(self.application):
            return redirect("application", reference)
        return self.show()

    def show(self, typed: str = "", error: str = "") -> HttpResponse:
        context = {"application": self.application, "typed": typed, "error": error}
        return render(self.request, "recognition/withdraw.html", context, status=422 if error else 200)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        by: Any = request.user
        typed = request.POST.get("reason", "")
        if not typed.strip() and may_withdraw(self.application):
            return self.show(typed, _("Say why you withdraw. It is kept on the record."))
        withdraw_application(application=self.application, by=by, reason=typed)
        messages.success(request, _("The application has been withdrawn."))
        return redirect("application", reference)


class DocumentDownload(LoginRequiredMixin, View):
    """A document, as an attachment, for members of the enterprise and for officers who see the case (rule 9)."""

    def get(self, request: HttpRequest, reference: str, uid: Any) -> FileResponse:
        document = document_for(request.user, uid)
        if document is None or document.application.reference != reference:
            raise Http404
        try:
            file = document.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(file, as_attachment=True, filename=document.name, content_type=document.content_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "sandbox"
        return response
