"""Objections at the officers' desk: read, decided with a minute."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.desk import Desk
from portal.errors import Refused
from scheme import rules
from scheme.admin.list_steps import person, record_of
from scheme.forms.lists import MinuteForm
from scheme.models import Objection
from scheme.queries.lists import objections_seen_by
from scheme.services.object import dismiss_objection, uphold_objection
from scheme.states import OBJECTION

DECISIONS = {"uphold": uphold_objection, "dismiss": dismiss_objection}


@admin.register(Objection)
class ObjectionDesk(Desk):
    """Those to enterprises without an interest of the person who looks; the others do not exist."""

    viewers = rules.can_see_lists
    list_display = ("reference", "enterprise", "state", "created_at")
    list_filter = ("state",)

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return objections_seen_by(user).order_by("-pk")

    @admin.display(description=_("enterprise objected to"))
    def enterprise(self, objection: Objection) -> str:
        return objection.entry.application.enterprise.name

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        objection = get_object_or_404(objections_seen_by(request.user), pk=object_id)
        decide = DECISIONS.get(request.POST.get("decision", "")) if request.method == "POST" else None
        form = MinuteForm(request.POST if decide else None)
        if decide and form.is_valid():
            try:
                decide(objection=objection, by=person(request), minute=form.cleaned_data["minute"])
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _t("The objection is decided; its author has been written to."))
                return redirect(request.path)
        may = objection.state == Objection.State.RECEIVED and rules.can_handle_objection.test(request.user, objection)
        context = {
            "title": objection.reference,
            "original": objection,
            "change": True,
            "form": form if may or form.is_bound else None,
            "record": record_of(objection, OBJECTION),
        }
        return self.page(request, "admin/scheme/list/objection.html", context)
