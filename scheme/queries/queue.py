"""The queue of the officers' desk, and what is waiting for one person."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from enterprises.models import Site
from portal.accounts.models import Role, Side, User
from portal.accounts.rules import is_secretariat, officer_side
from scheme.models import ApplicationMove, PartnerApplication, Reconciliation, Review
from scheme.queries.cases import cases_seen_by, reviews_seen_by, unsealed
from scheme.queries.reviews import knows_only_done

A = PartnerApplication.State
# Cases somebody still has work with, before the list of the round takes them over.
IN_HAND = (
    A.SUBMITTED, A.SCREENING, A.CLARIFICATION, A.ASSESSMENT, A.UNDER_REVIEW, A.RECONCILIATION,
)  # fmt: skip
# What the filter by waiting time offers: from so many days, to fewer than so many.
WAITING: dict[str, tuple[int, int | None]] = {"7": (0, 7), "14": (7, 14), "28": (14, 28), "more": (28, None)}


def with_what_a_row_shows(cases: QuerySet[PartnerApplication], user: Any) -> QuerySet[PartnerApplication]:
    """`cases` with all that a row of the queue shows to `user`, in a fixed number of queries.

    `visible_reviews` holds the reviews the person may read; the secretariat gets `done_hong_kong`, `done_guangdong`.
    """
    sites = Site.objects.filter(closed_on=None).select_related("city")
    cases = cases.select_related("enterprise", "category__round").prefetch_related(
        Prefetch("enterprise__sites", queryset=sites, to_attr="open_sites"),
        Prefetch("reviews", queryset=reviews_seen_by(user).select_related("author"), to_attr="visible_reviews"),
    )
    if knows_only_done(user):
        complete = Review.objects.filter(application_id=OuterRef("pk"), state=Review.State.COMPLETE)
        cases = cases.annotate(
            done_hong_kong=Exists(complete.filter(side=Side.HONG_KONG)),
            done_guangdong=Exists(complete.filter(side=Side.GUANGDONG)),
        )
    return cases


def handled_by(cases: QuerySet[PartnerApplication], officer_pk: int, user: Any) -> QuerySet[PartnerApplication]:
    """Those of `cases` the officer screens, or reviews as far as `user` may know it."""
    screened = ApplicationMove.objects.filter(case_id=OuterRef("pk"), move="start_screening", by_id=officer_pk)
    reviewed = reviews_seen_by(user).filter(application_id=OuterRef("pk"), author_id=officer_pk)
    return cases.filter(Exists(screened) | Exists(reviewed))


def officers() -> QuerySet[User]:
    """Everybody who is or was an officer or of the secretariat, by name: the choices of a filter."""
    return (
        User.objects.filter(appointments__role__in=(Role.OFFICER, Role.SECRETARIAT))
        .distinct()
        .order_by("full_name", "email")
    )


def waiting_between(cases: QuerySet[PartnerApplication], least: int, most: int | None) -> QuerySet[PartnerApplication]:
    """Those of `cases` that have stood in their state for at least `least` and fewer than `most` days."""
    now = timezone.now()
    cases = cases.filter(state_since__lte=now - timedelta(days=least))
    return cases if most is None else cases.filter(state_since__gt=now - timedelta(days=most))


@dataclass(frozen=True)
class WorkLine:
    """One case that waits for one person."""

    application: PartnerApplication
    kind: str  # "screening" or "review"
    due: date | None = None

    @property
    def is_overdue(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


@dataclass
class WorkOfficer:
    """What waits for one officer or member of a secretariat. Counts hold only what the person may know."""

    mine: list[WorkLine] = field(default_factory=list)
    to_screen: int = 0
    to_assess: int = 0
    reviews_to_start: int = 0
    overdue: int = 0
    to_sign: int = 0
    to_recommend: int = 0


def reviews_due(user: Any) -> QuerySet[PartnerApplication]:
    """Cases under review whose review by the person's own government is not complete, earliest due first."""
    if (side := officer_side(user)) is None:
        return PartnerApplication.objects.none()
    done = Review.objects.filter(application_id=OuterRef("pk"), side=side, state=Review.State.COMPLETE)
    waiting = cases_seen_by(user).filter(state=A.UNDER_REVIEW).exclude(Exists(done))
    return waiting.order_by("review_due_on", "pk")


def work_for(user: Any, most: int = 10) -> WorkOfficer:
    """What waits for `user`: own screenings and reviews as lines (at most `most`), the rest as counts.

    Everything comes from the cases and reviews the person may see: the other government's review shows in none of it.
    """
    cases = cases_seen_by(user)
    work = WorkOfficer(to_screen=cases.filter(state=A.SUBMITTED).count())
    if is_secretariat.test(user):
        work.to_assess = cases.filter(state=A.ASSESSMENT).count()
    due = reviews_due(user)
    mine = Review.objects.filter(application_id=OuterRef("pk"), author_id=user.pk, state=Review.State.DRAFT)
    if (side := officer_side(user)) is not None:
        started = Review.objects.filter(application_id=OuterRef("pk"), side=side)
        work.reviews_to_start = due.exclude(Exists(started)).count()
        work.overdue = due.filter(review_due_on__lt=timezone.localdate()).count()
        unsigned = Q(signed_hong_kong_by=None) if side == Side.HONG_KONG else Q(signed_guangdong_by=None)
        joint = Reconciliation.objects.filter(unsigned, application__in=cases.filter(state=A.RECONCILIATION))
        work.to_sign = joint.count()
        work.to_recommend = unsealed(cases.filter(state=A.UNDER_REVIEW)).count()
    related = ("enterprise", "category__round")
    work.mine = [
        WorkLine(case, "review", case.review_due_on)
        for case in due.filter(Exists(mine)).select_related(*related)[:most]
    ]
    screened = ApplicationMove.objects.filter(case_id=OuterRef("pk"), move="start_screening", by_id=user.pk)
    screening = cases.filter(Exists(screened), state=A.SCREENING).order_by("state_since", "pk")
    work.mine += [WorkLine(case, "screening") for case in screening.select_related(*related)[: most - len(work.mine)]]
    return work
