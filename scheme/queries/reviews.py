"""What a person may know of the reviews of one case (design.md, rule 4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from portal.accounts.models import Role, Side, User
from portal.accounts.rules import is_officer, is_secretariat, officer_side
from scheme.models import Criterion, Mark, PartnerApplication, Review
from scheme.queries.cases import reviews_seen_by, unsealed


@dataclass(frozen=True)
class ReviewSight:
    """One government's review as one person may know it.

    `review` is there when it may be read; `done` when only that much may be known; neither when nothing may.
    """

    side: Side
    review: Review | None = None
    done: bool | None = None
    marks: list[Mark] = field(default_factory=list)


def knows_only_done(user: Any) -> bool:
    """The secretariat is told *done* or *not done*. Who is an officer as well learns no more than officers do."""
    return bool(is_secretariat.test(user)) and not is_officer.test(user)


def is_unsealed(application: PartnerApplication) -> bool:
    """Both reviews are complete: what they say may be read by everybody who sees the case."""
    return unsealed(PartnerApplication.objects.filter(pk=application.pk)).exists()


def sights_of(user: Any, application: PartnerApplication) -> list[ReviewSight]:
    """Both reviews of a case that `user` sees, each as far as `user` may know it; Hong Kong first."""
    readable = {
        review.side: review for review in reviews_seen_by(user).filter(application=application).select_related("author")
    }
    done: set[str] = set()
    if knows_only_done(user):
        done = set(application.reviews.filter(state=Review.State.COMPLETE).values_list("side", flat=True))
    marks = list(Mark.objects.filter(review__in=readable.values()).select_related("criterion"))
    return [
        ReviewSight(
            side,
            review=readable.get(side),
            done=side in done if knows_only_done(user) else None,
            marks=[mark for mark in marks if side in readable and mark.review_id == readable[side].pk],
        )
        for side in Side
    ]


def own_review(user: Any, application: PartnerApplication) -> Review | None:
    """The review of record of the government `user` is an officer of, if it has been started."""
    if (side := officer_side(user)) is None:
        return None
    return reviews_seen_by(user).filter(application=application, side=side).select_related("author").first()


def colleagues_of(user: Any, application: PartnerApplication) -> QuerySet[User]:
    """Other officers of the same government who could take a review of this case, by name."""
    conflicted = application.enterprise.conflicts.filter(ended_at=None).values("officer_id")
    members = application.enterprise.memberships.values("user_id")
    officers = User.objects.filter(
        is_active=True, appointments__role=Role.OFFICER, appointments__agency__side=officer_side(user)
    )
    others = officers.exclude(pk=user.pk).exclude(pk__in=conflicted).exclude(pk__in=members)
    return others.distinct().order_by("full_name", "email")


def comparison(sights: list[ReviewSight], criteria: Iterable[Criterion]) -> list[tuple[Criterion, list[int | None]]]:
    """Criterion by criterion the mark of each sight, None where there is none to be seen: both sides side by side."""
    marks = [{mark.criterion_id: mark.value for mark in sight.marks} for sight in sights]
    return [(criterion, [values.get(criterion.pk) for values in marks]) for criterion in criteria]
