"""The state machines of the scheme: every state, every move, who makes it, when. Read top to bottom (design.md, 4).

`may` says who, `when` says under which condition; both are checked on the locked row by `Machine.make`, and the
database refuses every change of state that is not in these tables.
"""

from typing import Any

import pgtrigger
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.casework.machine import Machine, Move, by_the_clock
from portal.errors import Closed, Conflict, Incomplete, NotYet
from scheme import rules
from scheme.models.application import PartnerApplication
from scheme.models.commendation import Commendation
from scheme.models.decision import Objection, PartnerList
from scheme.models.review import Recommendation, Review
from scheme.queries.outcome import agreed_outcome, counted_reviews, reviews_agree, without_authors_in_conflict

A = PartnerApplication.State
IN_REVIEW = (A.UNDER_REVIEW, A.RECONCILIATION)


# Conditions -----------------------------------------------------------------------------------------------------------
def round_is_open(application: PartnerApplication) -> None:
    """The server's clock decides, to the second, in Hong Kong time; an extension moves one application's closing."""
    now = timezone.now()
    if now < application.category.round.opens_at:
        raise Closed(application.category.round.opens_at)
    if now > application.closes_at:
        raise Closed(application.closes_at)


def everything_is_checked(application: PartnerApplication) -> None:
    """Every line of the screening checklist has a result, and each is met."""
    results = {check.item_id: check.result for check in application.screening_checks.all()}
    missing = [item for item in application.category.eligibility_items.all() if results.get(item.pk) != "met"]
    if missing:
        raise Incomplete([item.text for item in missing])


def visited_and_checked(application: PartnerApplication) -> None:
    everything_is_checked(application)
    if not application.category.on_site_assessment:
        raise Conflict


def no_visit_and_checked(application: PartnerApplication) -> None:
    everything_is_checked(application)
    if application.category.on_site_assessment:
        raise Conflict


def report_is_there(application: PartnerApplication) -> None:
    if not hasattr(application, "on_site_report"):
        raise Incomplete([_("the report of the on-site assessment")])


def clarification_has_lapsed(application: PartnerApplication) -> None:
    """Its date has passed, and the enterprise was reminded twice (design.md, section 4)."""
    asked = application.open_clarification
    if asked is None or not asked.has_run_out(timezone.now()):
        raise Conflict(application.get_state_display())


def clarification_is_open(application: PartnerApplication) -> None:
    """As long as it cannot lapse it can be answered: a reminder that was not sent is not the enterprise's loss."""
    asked = application.open_clarification
    if asked is None:
        raise Conflict(application.get_state_display())
    if asked.has_run_out(timezone.now()):
        raise Closed(asked.due_at)


def both_reviews_complete(application: PartnerApplication) -> None:
    if len(counted_reviews(application)) < 2:
        raise Incomplete([_("the completed review of each government")])


def both_disagree(application: PartnerApplication) -> None:
    both_reviews_complete(application)
    if reviews_agree(application):
        raise Conflict(application.get_state_display())


def both_agree(application: PartnerApplication) -> None:
    """Both reviews are complete, and agree or have been reconciled by both signatures."""
    both_reviews_complete(application)
    if agreed_outcome(application) in ("", Recommendation.NOT):
        raise Incomplete([_("a joint outcome that recommends the enterprise")])


def both_agree_on_not(application: PartnerApplication) -> None:
    both_reviews_complete(application)
    if agreed_outcome(application) != Recommendation.NOT:
        raise Incomplete([_("a joint outcome that does not recommend the enterprise")])


def author_is_in_conflict(review: Review) -> None:
    """A completed review is opened again only when its author turns out to have an interest in the enterprise."""
    if review.application.state not in IN_REVIEW:
        raise Conflict(review.application.get_state_display())
    if without_authors_in_conflict(Review.objects.filter(pk=review.pk)).exists():
        raise Conflict(review.get_state_display())


def is_in_review(review: Review) -> None:
    if review.application.state not in IN_REVIEW:
        raise Conflict(review.application.get_state_display())


def outcome_is_not_released(application: PartnerApplication) -> None:
    if application.category.round.is_released:
        raise Closed(application.category.round.release_at)


def title_has_expired(commendation: Commendation) -> None:
    if timezone.localdate() <= commendation.valid_until:
        raise Conflict(commendation.get_state_display())


def title_is_running(commendation: Commendation) -> None:
    if commendation.standing != Commendation.State.VALID:
        raise Conflict(Commendation.State(commendation.standing).label)


# The recognition case -------------------------------------------------------------------------------------------------
BEFORE_ENDORSEMENT = (
    A.DRAFT, A.SUBMITTED, A.SCREENING, A.CLARIFICATION, A.ASSESSMENT, A.UNDER_REVIEW, A.RECONCILIATION, A.RECOMMENDED, A.ON_NOTICE,
)  # fmt: skip
APPLICATION = Machine(
    (
        Move("submit", (A.DRAFT,), A.SUBMITTED, rules.is_applicant_editor, _("Submit"), round_is_open),
        Move("withdraw", BEFORE_ENDORSEMENT, A.WITHDRAWN, rules.is_applicant_editor, _("Withdraw")),
        # A decision is not yet known to the enterprise before its release: withdrawing must look the same as before it.
        Move(
            "withdraw_unreleased", (A.NOT_RECOMMENDED, A.INELIGIBLE), A.WITHDRAWN, rules.is_applicant_editor,
            _("Withdraw"), outcome_is_not_released,
        ),
        Move("start_screening", (A.SUBMITTED,), A.SCREENING, rules.can_screen, _("Start screening")),
        Move("ask", (A.SCREENING,), A.CLARIFICATION, rules.can_screen, _("Ask for clarification"), reason=True),
        Move("answer", (A.CLARIFICATION,), A.SCREENING, rules.is_applicant_editor, _("Answer"), clarification_is_open),
        Move("lapse", (A.CLARIFICATION,), A.LAPSED, by_the_clock, _("Lapse"), clarification_has_lapsed),
        Move("find_ineligible", (A.SCREENING,), A.INELIGIBLE, rules.can_screen, _("Not eligible"), reason=True),
        Move(
            "send_to_assessment", (A.SCREENING,), A.ASSESSMENT, rules.can_screen,
            _("Eligible: on-site assessment"), visited_and_checked,
        ),
        Move("send_to_review", (A.SCREENING,), A.UNDER_REVIEW, rules.can_screen, _("Eligible: review"), no_visit_and_checked),
        Move(
            "report_assessment", (A.ASSESSMENT,), A.UNDER_REVIEW, rules.can_assess_on_site,
            _("Assessment reported: review"), report_is_there,
        ),
        Move("reconcile", (A.UNDER_REVIEW,), A.RECONCILIATION, rules.can_review, _("Open reconciliation"), both_disagree),
        Move("recommend", IN_REVIEW, A.RECOMMENDED, rules.can_recommend, _("Recommend"), both_agree, reason=True),
        Move(
            "not_recommend", IN_REVIEW, A.NOT_RECOMMENDED, rules.can_recommend, _("Do not recommend"),
            both_agree_on_not, reason=True,
        ),
        Move("put_on_notice", (A.RECOMMENDED,), A.ON_NOTICE, rules.can_put_on_notice, _("Put on public notice")),
        Move(
            "take_off", (A.RECOMMENDED, A.ON_NOTICE), A.NOT_RECOMMENDED, rules.can_recommend, _("Taken off the list"), reason=True
        ),
        Move(
            "fail_compliance", (A.RECOMMENDED, A.ON_NOTICE), A.INELIGIBLE, rules.can_work_case,
            _("Not eligible by the compliance check"), reason=True,
        ),
        Move(
            "uphold_objection", (A.ON_NOTICE,), A.NOT_RECOMMENDED, rules.can_work_case, _("Objection upheld"), reason=True
        ),
        Move("endorse", (A.ON_NOTICE,), A.ENDORSED, rules.can_endorse_case, _("Endorse")),
        Move("commend", (A.ENDORSED,), A.COMMENDED, rules.can_commend_case, _("Commend")),
    )
)  # fmt: skip

# The review of one government -----------------------------------------------------------------------------------------
R = Review.State
REVIEW = Machine(
    (
        Move("complete", (R.DRAFT,), R.COMPLETE, rules.can_write_review, _("Complete"), is_in_review),
        Move("hand_over", (R.DRAFT,), R.DRAFT, rules.can_write_review, _("Hand over"), is_in_review, reason=True),
        Move("take_over", (R.DRAFT,), R.DRAFT, rules.can_take_over_review, _("Take over"), is_in_review, reason=True),
        # A review whose author has an interest does not count: a colleague of the same government writes it again.
        Move(
            "write_again", (R.COMPLETE,), R.DRAFT, rules.can_take_over_review, _("Take over"), author_is_in_conflict,
            reason=True,
        ),
    )
)  # fmt: skip


# The list of a round --------------------------------------------------------------------------------------------------
def every_entry_is_checked(partner_list: PartnerList) -> None:
    """Each entry still on the list is checked in both places, and no violation stands in its way."""
    from scheme.queries.lists import standing_entries, unchecked_entries

    if unchecked := unchecked_entries(partner_list).count():
        words = ngettext(
            "the compliance check of %(number)s enterprise in both places",
            "the compliance check of %(number)s enterprises in both places",
            unchecked,
        )
        raise Incomplete([words % {"number": unchecked}])
    if not standing_entries(partner_list).exists():
        raise Incomplete([_("an enterprise on the list")])


def notice_is_over(partner_list: PartnerList) -> None:
    """The notice has run its days, every objection is handled, a meeting held since then is named."""
    from scheme.queries.lists import standing_entries

    missing: list[Any] = []
    if partner_list.notice.is_open:
        raise NotYet(partner_list.notice.closes_at)
    if partner_list.notice.objections.filter(state=Objection.State.RECEIVED).exists():
        missing.append(_("a decision on every objection"))
    if partner_list.meeting is None:
        missing.append(_("the meeting"))
    elif partner_list.meeting.held_on < partner_list.notice.first_meeting_day:
        missing.append(_("a meeting held after the public notice had closed"))
    if not standing_entries(partner_list).exists():
        missing.append(_("an enterprise on the list"))
    if missing:
        raise Incomplete(missing)


LIST = Machine(
    (
        Move(
            "publish", (PartnerList.State.PROPOSED,), PartnerList.State.ON_NOTICE, rules.can_publish_notice,
            _("Publish the notice"), every_entry_is_checked,
        ),
        Move(
            "endorse", (PartnerList.State.ON_NOTICE,), PartnerList.State.ENDORSED, rules.can_endorse_list,
            _("Endorse"), notice_is_over,
        ),
    )
)  # fmt: skip

OBJECTION = Machine(
    (
        Move(
            "uphold", (Objection.State.RECEIVED,), Objection.State.UPHELD, rules.can_handle_objection, _("Uphold"), reason=True
        ),
        Move(
            "dismiss", (Objection.State.RECEIVED,), Objection.State.DISMISSED, rules.can_handle_objection,
            _("Dismiss"), reason=True,
        ),
    )
)  # fmt: skip

# The commendation -----------------------------------------------------------------------------------------------------
COMMENDATION = Machine(
    (
        Move(
            "expire",
            (Commendation.State.VALID,),
            Commendation.State.EXPIRED,
            by_the_clock,
            _("Expire"),
            title_has_expired,
        ),
        Move(
            "revoke",
            (Commendation.State.VALID,),
            Commendation.State.REVOKED,
            rules.can_revoke,
            _("Revoke"),
            title_is_running,
            reason=True,
        ),
    )
)

# The same tables as triggers: raw SQL is held to them too.
for _model, _machine in (
    (PartnerApplication, APPLICATION),
    (Review, REVIEW),
    (PartnerList, LIST),
    (Objection, OBJECTION),
    (Commendation, COMMENDATION),
):
    pgtrigger.register(_machine.guard())(_model)
