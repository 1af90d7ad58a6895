"""The list of a round at the officers' desk: proposed, checked, published, endorsed, commended."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from portal.desk import Desk, attempt, do_each, tell
from portal.errors import Refused
from scheme import rules
from scheme.admin.list_entry import cells_of, entry_page
from scheme.admin.list_steps import person, record_of, steps_of
from scheme.forms.lists import EndorseForm, ManyEvidenceForm, ProposeForm, PublishForm
from scheme.models import PartnerList
from scheme.queries import lists as queries
from scheme.services.commend import commend
from scheme.services.comply import check_compliance
from scheme.services.endorse import endorse_list
from scheme.services.lists import add_to_list, propose_list, propose_supplement
from scheme.services.notice import publish_notice
from scheme.states import LIST


@admin.register(PartnerList)
class PartnerListDesk(Desk):
    viewers = rules.can_see_lists
    adders = rules.is_secretariat
    list_display = ("__str__", "standing", "state_since", "number_seen")
    list_filter = ("state", "round")

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return queries.with_numbers(queries.lists_seen_by(user), user)

    @display(
        description=_("state"),
        ordering="state",
        label={"proposed": "info", "on_notice": "warning", "endorsed": "success"},
    )
    def standing(self, partner_list: PartnerList) -> tuple[str, str]:
        return partner_list.state, partner_list.get_state_display()

    @admin.display(description=_("enterprises you may see"))
    def number_seen(self, partner_list: Any) -> int:
        return partner_list.number_seen

    def get_urls(self) -> list[URLPattern]:
        steps = {
            "check": self.check_view,
            "add_recommended": self.add_recommended_view,
            "publish": self.publish_view,
            "endorse": self.endorse_view,
            "commend": self.commend_view,
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(require_POST(view)), name=f"scheme_partnerlist_{name}")
            for name, view in steps.items()
        ]
        entry = path(
            "<int:pk>/entries/<int:entry_pk>/",
            self.admin_site.admin_view(lambda request, **keys: entry_page(self, request, **keys)),
            name="scheme_partnerlist_entry",
        )
        return [*own, entry, *super().get_urls()]

    # Pages ------------------------------------------------------------------------------------------------------------
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise Http404
        rounds = queries.rounds_to_propose()
        form = ProposeForm(request.POST or None, rounds=rounds)
        if request.method == "POST" and form.is_valid():
            round_ = form.cleaned_data["round"]
            propose = propose_supplement if round_.lists.exists() else propose_list
            try:
                return self._to(propose(round=round_, by=person(request)))
            except Refused as refusal:
                form.refuse(refusal)
        waiting = [(round_, queries.waiting_for(request.user, round_)) for round_ in rounds]
        context = {"title": _t("Propose a list"), "form": form, "waiting": waiting}
        return self.page(request, "admin/scheme/list/propose.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "GET" or not object_id.isdecimal():
            raise Http404
        return self.list_page(request, self._list(request, int(object_id)))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect(reverse("admin:scheme_partnerlist_change", args=[object_id]) + "#record")

    def list_page(
        self, request: HttpRequest, partner_list: PartnerList, typed: forms.Form | None = None, status: int = 200
    ) -> HttpResponse:
        """The whole list; `typed` is a form that was refused, shown again with what was typed."""
        entries = list(queries.board(partner_list, request.user))
        places = queries.places_checked_by(request.user)
        may_check = bool(places) and partner_list.state != PartnerList.State.ENDORSED
        check_form = typed if isinstance(typed, ManyEvidenceForm) else ManyEvidenceForm(places=places)
        context = {
            "title": str(partner_list),
            "original": partner_list,
            "change": True,
            "rows": [(entry, cells_of(entry)) for entry in entries],
            "may_add": self._more_to_add(request, partner_list),
            "figures": queries.figures_of(entries),
            "steps": steps_of(partner_list, request.user, typed),
            "check_form": check_form if may_check else None,
            "objections": queries.objections_seen_by(request.user).filter(notice__list=partner_list),
            "record": record_of(partner_list, LIST),
        }
        response = self.page(request, "admin/scheme/list/list.html", context)
        response.status_code = status
        return response

    def _more_to_add(self, request: HttpRequest, partner_list: PartnerList) -> int:
        proposed = partner_list.state == PartnerList.State.PROPOSED
        if not proposed or not rules.can_propose_list.test(request.user, partner_list.round):
            return 0
        return queries.waiting_for(request.user, partner_list.round)

    # Steps ------------------------------------------------------------------------------------------------------------
    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        partner_list = self._list(request, pk)
        places = queries.places_checked_by(request.user)
        if not places:
            raise Http404
        form = ManyEvidenceForm(request.POST, places=places)
        if not form.is_valid():
            return self.list_page(request, partner_list, form)
        found = {key: form.cleaned_data[key] for key in ("side", "outcome", "evidence", "evidence_on")}
        rows = self._chosen(request, partner_list, form.cleaned_data)
        if not rows:
            form.add_error(None, _("Choose the enterprises this finding is about."))
            return self.list_page(request, partner_list, form)
        do_each(request, rows, lambda entry: check_compliance(entry=entry, by=person(request), **found))
        return self._to(partner_list)

    def _chosen(self, request: HttpRequest, partner_list: PartnerList, typed: dict[str, Any]) -> QuerySet:
        if typed["everyone"]:
            return queries.not_yet_checked(partner_list, typed["side"], request.user)
        chosen = [int(value) for value in request.POST.getlist("entry") if value.isdecimal() and len(value) < 18]
        return queries.board(partner_list, request.user).filter(pk__in=chosen)

    def add_recommended_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        partner_list = self._list(request, pk)
        attempt(
            request,
            lambda: add_to_list(partner_list=partner_list, by=person(request)),
            _("The applications recommended since are on the list."),
        )
        return self._to(partner_list)

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def publish(partner_list: PartnerList, typed: dict[str, Any]) -> str:
            publish_notice(partner_list=partner_list, by=person(request), slug=typed["slug"])
            return _t("The notice is published.")

        return self._step(
            request, self._list(request, pk), PublishForm(request.POST), publish, rules.can_publish_notice
        )

    def endorse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def endorse(partner_list: PartnerList, typed: dict[str, Any]) -> str:
            endorse_list(partner_list=partner_list, meeting=typed["meeting"], by=person(request))
            return _t("The list is endorsed and frozen with its checksum.")

        partner_list = self._list(request, pk)
        if getattr(partner_list, "notice", None) is None:
            raise Http404
        form = EndorseForm(request.POST, notice=partner_list.notice)
        return self._step(request, partner_list, form, endorse, rules.can_endorse_list)

    def commend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def make(partner_list: PartnerList, _typed: dict[str, Any]) -> str:
            number = commend(partner_list=partner_list, by=person(request))
            words = ngettext("%(number)s commendation was made.", "%(number)s commendations were made.", number)
            return words % {"number": number}

        return self._step(request, self._list(request, pk), forms.Form(request.POST), make, rules.can_commend)

    def _step(
        self,
        request: HttpRequest,
        partner_list: PartnerList,
        form: Any,
        do: Callable[[PartnerList, dict[str, Any]], str],
        may: Any,
    ) -> HttpResponse:
        """Make one step with what was typed; a refusal is told, and what was typed stays."""
        if not may.test(request.user, partner_list):
            raise Http404
        if not form.is_valid():
            return self.list_page(request, partner_list, form)
        try:
            messages.success(request, do(partner_list, form.cleaned_data))
        except Refused as refusal:
            if getattr(refusal, "field", None) in form.fields:
                form.refuse(refusal)
                return self.list_page(request, partner_list, form)
            tell(request, refusal)
        return self._to(partner_list)

    def _list(self, request: HttpRequest, pk: int) -> PartnerList:
        return get_object_or_404(queries.lists_seen_by(request.user), pk=pk)

    def _to(self, partner_list: PartnerList) -> HttpResponse:
        return redirect("admin:scheme_partnerlist_change", partner_list.pk)
