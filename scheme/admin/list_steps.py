"""The steps a list goes through, as its page shows them: what each does, who makes it, and what it still waits for."""

from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.casework.machine import Machine
from portal.errors import NotAllowed, Refused
from scheme.forms.lists import EndorseForm, PublishForm
from scheme.models import PartnerList, PublicNotice
from scheme.queries.lists import meetings_for
from scheme.services.commend import why_not_commend
from scheme.states import LIST

State = PartnerList.State


@dataclass(frozen=True)
class Step:
    """One step. `done` says in words what came of it; `waits_for` what stands in its way; with `url` it can be made."""

    code: str
    title: str
    what: str
    who: str
    done: str = ""
    waits_for: str = ""
    url: str = ""
    form: forms.Form | None = None
    link: str = ""


def steps_of(partner_list: PartnerList, user: Any, typed: forms.Form | None = None) -> list[Step]:
    """Publish, endorse, commend: each done, possible now, or waiting, for `user`. `typed` is a refused step's form."""
    notice = getattr(partner_list, "notice", None)
    return [
        _publish(partner_list, notice, user, typed),
        _endorse(partner_list, notice, user, typed),
        _commend(partner_list, user),
    ]


def _publish(partner_list: PartnerList, notice: PublicNotice | None, user: Any, typed: Any) -> Step:
    done, refusal, link = "", None, ""
    if notice is not None:
        link = reverse("notice", args=[notice.slug])
        done = _("Published at %(address)s; objections until %(time)s.") % {
            "address": link,
            "time": date_format(localtime(notice.closes_at), "DATETIME_FORMAT"),
        }
    else:
        refusal = LIST.refusal(partner_list, "publish", by=user)
    step = _step(
        "publish",
        _("Publish the notice"),
        ngettext(
            "Names, titles and cities are shown to the public, frozen as they are now, for %(days)s working day.",
            "Names, titles and cities are shown to the public, frozen as they are now, for %(days)s working days.",
            partner_list.round.notice_working_days,
        )
        % {"days": partner_list.round.notice_working_days},
        _("By the secretariat, without an interest in an enterprise that applied in this round."),
        partner_list,
        done,
        refusal,
        typed if isinstance(typed, PublishForm) else PublishForm(),
    )
    return replace(step, link=link)


def _endorse(partner_list: PartnerList, notice: PublicNotice | None, user: Any, typed: Any) -> Step:
    done, form = "", None
    refusal: Any = _("The list has to be on public notice first.")
    if partner_list.state == State.ENDORSED:
        done = _("Endorsed at %(meeting)s. SHA-256 of the frozen list: %(sum)s") % {
            "meeting": partner_list.meeting,
            "sum": partner_list.sha256,
        }
    elif notice is not None:
        # As if the first meeting that fits were named: what else is missing shows.
        partner_list.meeting = meetings_for(notice).first()
        refusal = LIST.refusal(partner_list, "endorse", by=user)
        form = typed if isinstance(typed, EndorseForm) else EndorseForm(notice=notice)
    return _step(
        "endorse",
        _("Endorse the list"),
        _("The list is frozen with its checksum. What is decided later goes into a numbered supplement."),
        _(
            "By one officer of either government, on the decision of a recorded meeting that both chaired; "
            "without an interest in an enterprise on the list."
        ),
        partner_list,
        done,
        refusal,
        form,
    )


def _commend(partner_list: PartnerList, user: Any) -> Step:
    done = ""
    refusal: Any = _("The list has to be endorsed first.")
    if partner_list.state == State.ENDORSED:
        refusal = why_not_commend(partner_list, user)
        if not partner_list.entries.filter(application__state="endorsed").exists():
            done = _("Every enterprise on the list is commended.")
    return _step(
        "commend",
        _("Make the commendations"),
        _("Each enterprise gets its number, in the order of the ceremony. It is safe to press the button twice."),
        _("By the secretariat or an officer of one government, without an interest in an enterprise on the list."),
        partner_list,
        done,
        refusal,
        forms.Form(),
    )


def person(request: HttpRequest) -> User:
    """Who stands at the desk: the site has let nobody else in."""
    return cast(User, request.user)


def record_of(case: Any, machine: Machine) -> list[Any]:
    """The moves a case has made, each with its words."""
    moves = list(case.moves.select_related("by"))
    for move in moves:
        move.label = machine[move.move].label
    return moves


def _step(
    code: str,
    title: str,
    what: str,
    who: str,
    partner_list: PartnerList,
    done: str,
    refusal: Any,
    form: forms.Form | None,
) -> Step:
    if done:
        return Step(code, title, what, who, done=done)
    if refusal is not None:
        words = refusal.words() if isinstance(refusal, Refused) else refusal
        if isinstance(refusal, NotAllowed):
            words = _("This step is not yours to make.")
        return Step(code, title, what, who, waits_for=words)
    url = reverse(f"admin:scheme_partnerlist_{code}", args=[partner_list.pk])
    return Step(code, title, what, who, url=url, form=form)
