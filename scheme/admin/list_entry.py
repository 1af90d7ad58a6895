"""One enterprise on a list at the officers' desk: its two compliance checks, its objections, and taking it off."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from portal import history
from portal.accounts.models import Side
from portal.desk import Desk
from portal.errors import Refused
from scheme import rules
from scheme.admin.list_steps import person
from scheme.forms.lists import EvidenceForm, TakeOffForm
from scheme.models import ComplianceCheck, ListEntry, PartnerList
from scheme.queries import lists as queries
from scheme.services.comply import check_compliance
from scheme.services.lists import take_off

TONES = {"clear": "good", "noted": "info", "violation": "bad"}


@dataclass(frozen=True)
class Cell:
    """What was found about an enterprise in one place; None where nobody has looked yet."""

    side: Side
    check: ComplianceCheck | None

    @property
    def tone(self) -> str:
        return TONES[self.check.outcome] if self.check else "wait"


def cells_of(entry: ListEntry) -> list[Cell]:
    """Both places, in the order of the table; reads prefetched checks only."""
    found = {check.side: check for check in entry.compliance_checks.all()}
    return [Cell(side, found.get(side)) for side in Side]


def entry_page(desk: Desk, request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """The page of one entry; both its forms post here, told apart by `do`."""
    partner_list = get_object_or_404(queries.lists_seen_by(request.user), pk=pk)
    entry = get_object_or_404(queries.board(partner_list, request.user), pk=entry_pk)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    places = queries.places_checked_by(request.user)
    check_form = EvidenceForm(request.POST if do == "check" else None, places=places, prefix="check")
    off_form = TakeOffForm(request.POST if do == "take_off" else None, prefix="off")
    if do == "check" and check_form.is_valid() and _done(request, check_form, entry, check_compliance):
        return redirect(request.path)
    if do == "take_off" and off_form.is_valid() and _done(request, off_form, entry, take_off):
        return redirect("admin:scheme_partnerlist_change", partner_list.pk)
    changing = entry.is_standing and partner_list.state != PartnerList.State.ENDORSED
    context = {
        "title": entry.application.enterprise.name,
        "original": partner_list,
        "entry": entry,
        "cells": cells_of(entry),
        "check_form": check_form if changing and places else None,
        "off_form": off_form if changing and rules.can_take_off_list.test(request.user, entry) else None,
        "objections": queries.objections_seen_by(request.user).filter(entry=entry),
        "entries": history.entries(history.events_of(entry), history.events_where(ComplianceCheck, entry_id=entry.pk)),
    }
    return desk.page(request, "admin/scheme/list/entry.html", context)


def _done(request: HttpRequest, form: Any, entry: ListEntry, service: Any) -> bool:
    try:
        service(entry=entry, by=person(request), **form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("It is on the record."))
    return True
