"""The case page: the application on one side, the work of this state and this person on the other."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _t

from portal.errors import NotAllowed, Refused
from scheme.admin.case_work import BY_NAME, WORKS, Desktop, Work
from scheme.models import PartnerApplication
from scheme.queries.content import readable, readable_differences
from scheme.queries.reviews import comparison, sights_of
from scheme.queries.wording import tone_of
from scheme.states import APPLICATION

SECOND_BUTTONS = {work.form_of: work for work in WORKS if work.form_of}


@dataclass
class Card:
    """One work as the page shows it: its form, its second button, and whether it stands open."""

    work: Work
    form: Any
    second: Work | None = None

    @property
    def is_folded(self) -> bool:
        return self.work.folded and not self.form.is_bound


class CasePage:
    """The change page of an application is the case page; every work on it is a POST back to the same address."""

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        desk: Any = self
        if not desk.has_view_permission(request):
            raise PermissionDenied
        case = desk.get_object(request, unquote(object_id))
        if case is None:
            raise Http404
        before = Desktop(case, request.user)
        if request.method != "POST":
            return self.show(request, before)
        work = BY_NAME.get(request.POST.get("work", ""))
        if work is None:
            raise Http404
        if not work.may(before):
            raise PermissionDenied
        return self.act(request, before, work)

    def act(self, request: HttpRequest, before: Desktop, work: Work) -> HttpResponse:
        """Do one work. What is refused comes back in words, with everything that was typed."""
        form, status = work.fields(before, request.POST), 422
        if form.is_valid():
            try:
                work.do(before, form)
            except Refused as refusal:
                form.add_error(None, refusal.words())
                status = 403 if isinstance(refusal, NotAllowed) else 422
            else:
                messages.success(request, work.done)
                return redirect(self.next_page(request, before.case, work))
        fresh = Desktop(PartnerApplication.objects.get(pk=before.case.pk), request.user)
        return self.show(request, fresh, failed=(work, form), status=status)

    def next_page(self, request: HttpRequest, case: PartnerApplication, done: Work) -> str:
        """Back to the case, or to the queue when it exists for this person no longer."""
        desk: Any = self
        if desk.get_queryset(request).filter(pk=case.pk).exists():
            # `done` tells the page's script that it need not keep what was typed any longer.
            return reverse("admin:scheme_partnerapplication_change", args=[case.pk]) + f"?done={done.name}#work"
        return reverse("admin:scheme_partnerapplication_changelist")

    def show(
        self, request: HttpRequest, desk: Desktop, failed: tuple[Work, Any] | None = None, status: int = 200
    ) -> TemplateResponse:
        case = desk.case
        cards = [self.card(work, desk, failed) for work in WORKS if not work.form_of and work.is_open(desk)]
        context = {
            "title": f"{case.reference} · {case.enterprise.name}",
            "original": case,
            "case": case,
            "tone": tone_of(case.state),
            "cards": cards,
            "lost": self.typed_in_vain(cards, failed),
            **self.application(case, request.GET.get("version", "")),
            "clarifications": self.clarifications(case),
            "report": getattr(case, "on_site_report", None),
            **self.reviews(desk),
            "moves": self.moves(case),
        }
        page: Any = self
        response = page.page(request, "admin/scheme/case/page.html", context)
        response.status_code = status
        return response

    @staticmethod
    def card(work: Work, desk: Desktop, failed: tuple[Work, Any] | None) -> Card:
        second = SECOND_BUTTONS.get(work.name)
        if failed and failed[0] in (work, second):
            return Card(work, failed[1], second)
        return Card(work, work.fields(desk), second)

    @staticmethod
    def typed_in_vain(cards: list[Card], failed: tuple[Work, Any] | None) -> dict[str, Any] | None:
        """What was typed into a form that the case has no place for any more: shown, so that nothing is lost."""
        if failed is None or any(card.form is failed[1] for card in cards):
            return None
        work, form = failed
        names = [name.removeprefix(f"{work.prefix}-") for name in form.data if name.startswith(f"{work.prefix}-")]
        typed = [
            (form.fields[name].label if name in form.fields else name, form.data[f"{work.prefix}-{name}"])
            for name in names
            if name != "seen"
        ]
        return {"title": work.title, "words": form.non_field_errors(), "typed": [one for one in typed if one[1]]}

    @staticmethod
    def application(case: PartnerApplication, asked: str) -> dict[str, Any]:
        """The version asked for, or the newest one, in the reader's language."""
        versions = list(case.versions.all())
        version = next((one for one in versions if str(one.number) == asked), versions[-1] if versions else None)
        return {
            "versions": versions,
            "version": version,
            "sections": readable(version.content, case.category) if version else [],
        }

    @staticmethod
    def clarifications(case: PartnerApplication) -> list[dict[str, Any]]:
        asked = case.clarifications.select_related("asked_by", "answered_by", "version_before", "version_after")
        return [
            {
                "asked": one,
                "documents": [document for document in one.documents.all() if document.removed_at is None],
                "changes": readable_differences(one.version_before.content, one.version_after.content, case.category)
                if one.version_after
                else [],
            }
            for one in asked.prefetch_related("documents")
        ]

    @staticmethod
    def reviews(desk: Desktop) -> dict[str, Any]:
        sights = sights_of(desk.user, desk.case)
        criteria = desk.case.category.criteria.all()
        readable_ones = [sight for sight in sights if sight.review]
        return {
            "sights": sights,
            "compared": comparison(readable_ones, criteria) if readable_ones else [],
            "read": readable_ones,
            "is_unsealed": desk.is_unsealed,
            "joint": desk.joint,
        }

    @staticmethod
    def moves(case: PartnerApplication) -> list[dict[str, Any]]:
        states = dict(PartnerApplication.State.choices)
        labels = {move.name: move.label for move in APPLICATION}
        return [
            {
                "at": move.at,
                "by": move.by or _t("by the clock"),
                "label": labels.get(move.move, move.move),
                "from": states.get(move.source, move.source),
                "to": states.get(move.target, move.target),
                "reason": move.reason,
            }
            for move in case.moves.select_related("by")
        ]
