"""The review of record of one government: started, drafted, taken over, completed; and what two of them come to.

Sealed (design.md, rule 4): no refusal and no move here says anything of the other government's review.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.rules import officer_side, require
from portal.errors import Conflict, Incomplete, NotAllowed, ReasonNeeded
from scheme import rules
from scheme.models import Criterion, Mark, PartnerApplication, Reconciliation, Review
from scheme.queries.outcome import (
    counted_reviews,
    lowest_total_for,
    recommendations_in,
    reviews_agree,
    weighted_total,
)
from scheme.services.screen import locked
from scheme.states import APPLICATION, IN_REVIEW, REVIEW


@transaction.atomic
def start_review(*, application: PartnerApplication, by: Any) -> Review:
    """Begin the review of record of the officer's own government; the author's second click finds the first one.

    Raises `NotAllowed` (no officer of one government, or in conflict), `Conflict` when the case is not under review or
    a colleague of the same government was quicker.
    """
    application = locked(application)
    require(by, rules.can_review, application)
    side = officer_side(by)
    if application.state not in IN_REVIEW:
        raise Conflict(application.get_state_display())
    review = Review.objects.filter(application=application, side=side).first()
    if review is None:
        return Review.objects.create(application=application, side=side, author=by)
    if review.author_id != by.pk:
        raise Conflict(_("reviewed by %(name)s") % {"name": review.author})
    return review


def _locked_draft(review: Review, by: Any) -> Review:
    """The draft, its application locked before it: every service locks in this order."""
    locked(review.application)
    review = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if refusal := REVIEW.refusal(review, "complete", by=by):
        raise refusal
    return review


@transaction.atomic
def save_review_draft(
    *, review: Review, marks: Mapping[str, int | None], comment: str, recommendation: str, by: Any
) -> Review:
    """Save the author's draft. `marks` maps codes of criteria to marks; None takes a mark away, others stay.

    Raises `NotAllowed` for anybody but the author, for a criterion of another category, a mark off its scale or a
    recommendation the category does not know; `Conflict` when the review is complete or the case has moved on.
    """
    review = _locked_draft(review, by)
    category = review.application.category
    if recommendation and recommendation not in recommendations_in(category):
        raise NotAllowed
    criteria = {criterion.code: criterion for criterion in category.criteria.all()}
    for code, value in marks.items():
        _save_mark(review, criteria.get(code), value)
    review.comment, review.recommendation = comment.strip(), recommendation
    review.total = _total(review, list(criteria.values()))
    review.save(update_fields=["comment", "recommendation", "total"])
    return review


def _save_mark(review: Review, criterion: Criterion | None, value: int | None) -> None:
    if criterion is None or (value is not None and not 0 <= value <= criterion.scale):
        raise NotAllowed
    if value is None:
        Mark.objects.filter(review=review, criterion=criterion).delete()
    else:
        Mark.objects.update_or_create(review=review, criterion=criterion, defaults={"value": value})


def _total(review: Review, criteria: list[Criterion]) -> Any:
    """The weighted total, once every criterion has its mark; None before."""
    marks = dict(Mark.objects.filter(review=review).values_list("criterion_id", "value"))
    if not criteria or any(criterion.pk not in marks for criterion in criteria):
        return None
    return weighted_total((c.weight, c.scale, marks[c.pk]) for c in criteria)


@transaction.atomic
def complete_review(*, review: Review, by: Any) -> Review:
    """Seal one government's review. When the other is complete too, the outcome is computed at once.

    Raises `NotAllowed` for anybody but its author, `Incomplete` naming the criteria without a mark, `ReasonNeeded` when
    the recommendation lies above what the total carries and the comment is empty, `Conflict` when it is complete
    already or the case has moved on. Opens reconciliation when both are complete and do not agree (rule 4).
    """
    review = _locked_draft(review, by)
    category = review.application.category
    criteria = list(category.criteria.all())
    marked = set(Mark.objects.filter(review=review).values_list("criterion_id", flat=True))
    missing: list[Any] = [criterion.name for criterion in criteria if criterion.pk not in marked]
    if review.recommendation not in recommendations_in(category):
        missing.append(_("the recommendation"))
    total = _total(review, criteria)
    if missing or total is None:
        raise Incomplete(missing or [_("the criteria of this category")])
    if total < lowest_total_for(category, review.recommendation) and not review.comment:
        raise ReasonNeeded
    # Before the move: the database asks every complete review for its total and time.
    review.total, review.completed_at = total, timezone.now()
    review.save(update_fields=["total", "completed_at"])
    review = REVIEW.make(review, "complete", by=by)
    settle(application=review.application, by=by)
    return review


@transaction.atomic
def settle(*, application: PartnerApplication, by: Any) -> PartnerApplication:
    """Open reconciliation when both reviews are complete and do not agree; called by whoever completes second.

    Changes nothing as long as one is missing, when they agree, and when it was done before.
    """
    application = locked(application)
    if application.state != PartnerApplication.State.UNDER_REVIEW or len(counted_reviews(application)) < 2:
        return application
    if reviews_agree(application):
        return application
    Reconciliation.objects.get_or_create(application=application)
    return APPLICATION.make(application, "reconcile", by=by)


@transaction.atomic
def take_over_review(*, review: Review, by: Any, reason: str) -> Review:
    """Become the author of a colleague's review of the same government; recorded, with the reason.

    A draft goes on as it stands. A completed review is taken over only when its author has an interest in the
    enterprise: it does not count, and is written again from the beginning; signatures of a joint note fall with it.
    Raises `NotAllowed`, `Conflict`, `ReasonNeeded`.
    """
    application = locked(review.application)
    review = Review.objects.get(pk=review.pk)
    if review.state == Review.State.DRAFT:
        review = REVIEW.make(review, "take_over", by=by, reason=reason)
        return _give(review, by)
    review = REVIEW.make(review, "write_again", by=by, reason=reason)
    review.marks.all().delete()
    review.comment, review.recommendation, review.total, review.completed_at = "", "", None, None
    review.save(update_fields=["comment", "recommendation", "total", "completed_at"])
    for joint in Reconciliation.objects.filter(application=application):
        joint.void_signatures()
        joint.save()
    return _give(review, by)


@transaction.atomic
def hand_over_review(*, review: Review, to: Any, by: Any, reason: str) -> Review:
    """Give one's own draft to a colleague of the same government who has no conflict; recorded, with the reason.

    Raises `NotAllowed`, `Conflict`, `ReasonNeeded`.
    """
    locked(review.application)
    require(to, rules.can_take_over_review, Review.objects.get(pk=review.pk))
    return _give(REVIEW.make(review, "hand_over", by=by, reason=reason), to)


def _give(review: Review, to: Any) -> Review:
    review.author = to
    review.save(update_fields=["author"])
    return review
