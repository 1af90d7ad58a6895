"""Where an application stands, in words for the applicant. The one place that hides what is not released (rule 11).

From the end of screening to the release every case looks the same: eligible or not, recommended or not, on the list or
taken off it. Dates, order and what may be done follow from this stage, never from the state itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scheme.models import PartnerApplication, PartnerList

State = PartnerApplication.State
# States an applicant may know at once: its own acts, and the steps before anything is decided.
OPEN_STATES = (
    State.DRAFT, State.SUBMITTED, State.SCREENING, State.CLARIFICATION, State.WITHDRAWN, State.LAPSED,
)  # fmt: skip
DECIDED = (State.NOT_RECOMMENDED, State.INELIGIBLE, State.ENDORSED, State.COMMENDED)
CONSIDERED = "considered"
MISSED = "missed"
# What an applicant reads: label, tone of the tag, a sentence.
STAGES: dict[str, tuple[Any, str, Any]] = {
    State.DRAFT: (
        _("Draft"), "neutral",
        _("Not submitted yet. Only the members of your enterprise see it."),
    ),
    MISSED: (
        _("Not submitted"), "neutral",
        _("The round has closed and this draft was not submitted."),
    ),
    State.SUBMITTED: (
        _("Submitted"), "info",
        _("We have received your application. Next, the secretariat checks the documents."),
    ),
    State.SCREENING: (
        _("Documents being checked"), "info",
        _("The secretariat is checking the documents. If anything is unclear, it will ask you here and by e-mail."),
    ),
    State.CLARIFICATION: (
        _("Your answer is needed"), "wait",
        _("Something in your application needs to be explained. Answer by the time shown."),
    ),
    CONSIDERED: (
        _("Being considered"), "info",
        _(
            "The documents have been checked. The two governments consider all applications together; the "
            "secretariat gets in touch if your sites are to be visited."
        ),
    ),
    State.NOT_RECOMMENDED: (
        _("Not recognised in this round"), "bad",
        _("The application was not successful in this round. You are welcome to apply again in the next one."),
    ),
    State.INELIGIBLE: (
        _("Not eligible"), "bad",
        _("The application does not meet the requirements of this round. You are welcome to apply again."),
    ),
    State.ENDORSED: (
        _("Recognised"), "gold",
        _("Congratulations: your enterprise is recognised as a Cleaner Production Partner."),
    ),
    State.WITHDRAWN: (
        _("Withdrawn"), "neutral",
        _("Your enterprise has withdrawn this application. While the round is open, you may start a new one."),
    ),
    State.LAPSED: (
        _("Lapsed"), "bad",
        _("The application has lapsed because the clarification was not answered in time."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """A stage as the applicant sees it: `code` for code, `label` for the tag, `words` for the person."""

    code: str
    label: str
    tone: str
    words: str


def stage_code(application: PartnerApplication) -> str:
    """The stage an applicant may know: the open states, decided ones once released, `considered` for all others."""
    state = application.state
    if state == State.DRAFT and timezone.now() > application.closes_at:
        return MISSED
    if state in OPEN_STATES:
        return state
    if state in DECIDED and application.category.round.is_released:
        return State.ENDORSED if state == State.COMMENDED else state
    return CONSIDERED


def stage_for_applicant(application: PartnerApplication) -> Stage:
    """Where `application` stands, in words its enterprise may read now. Needs `category.round`."""
    code = stage_code(application)
    label, tone, words = STAGES[code]
    return Stage(code, str(label), tone, str(words))


def outcome_expected_at(application: PartnerApplication) -> datetime | None:
    """When the outcome is released, for a case that waits for it; None for one that does not."""
    waiting = (State.SUBMITTED, State.SCREENING, State.CLARIFICATION, CONSIDERED)
    round_ = application.category.round
    return round_.release_at if stage_code(application) in waiting and not round_.is_released else None


def may_withdraw(application: PartnerApplication) -> bool:
    """Whether withdrawing is offered: until endorsement, told only by what the applicant may know.

    An endorsed case cannot be withdrawn, one taken off the list could be; to tell them apart would tell the outcome. So
    the endorsement of a list ends it for everyone whom the list's public notice named.
    """
    code = stage_code(application)
    if code == CONSIDERED:
        noticed = _list_that_named_it(application)
        endorsed = noticed is not None and noticed.state == PartnerList.State.ENDORSED
        return not endorsed and application.state not in (State.ENDORSED, State.COMMENDED)
    return code in (State.DRAFT, MISSED, State.SUBMITTED, State.SCREENING, State.CLARIFICATION)


def _list_that_named_it(application: PartnerApplication) -> PartnerList | None:
    """The list whose public notice named the enterprise; None when it was taken off before, or never stood on one."""
    entry = getattr(application, "list_entry", None)
    notice = getattr(entry.list, "notice", None) if entry else None
    if entry is None or notice is None:
        return None
    taken_off_before = entry.taken_off_at is not None and entry.taken_off_at <= notice.published_at
    return None if taken_off_before else entry.list
