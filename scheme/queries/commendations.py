"""Commendations: the order of the ceremony, and what an enterprise held before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from portal.accounts.rules import is_administrator, is_auditor, is_caseworker, is_organiser
from scheme.models import Category, Certificate, Commendation, EnterpriseConflict, Round, Title

# Titles stand as they are declared: excellent, manufacturing, sourcing, technology service.
TITLE_RANK = Case(
    *(When(title=title, then=Value(rank)) for rank, title in enumerate(Title.values)), output_field=IntegerField()
)


def ceremony_order(commendations: QuerySet[Commendation]) -> QuerySet[Commendation]:
    """`commendations` in the order in which they are called: latest round first, by title, then by number.

    The numbers themselves were given in that order: by title, trade, and the name as it is read in pinyin.
    """
    return commendations.order_by("-round__year", TITLE_RANK, "sequence")


def kind_of(title: str) -> str:
    """The kind of category a title belongs to: *excellent* is a title of manufacturing."""
    return Category.Kind.MANUFACTURING if title == Title.EXCELLENT else Category.Kind(title)


def earlier_titles(round_: Round, enterprises: Iterable[int]) -> dict[tuple[int, str], Commendation]:
    """What a title of `round_` renews: each enterprise's latest earlier title of the same kind that was not revoked."""
    held = (
        Commendation.objects.filter(enterprise__in=set(enterprises), round__year__lt=round_.year)
        .exclude(state=Commendation.State.REVOKED)
        .order_by("round__year", "pk")
    )
    return {(row.enterprise_id, kind_of(row.title)): row for row in held}


def released() -> QuerySet[Commendation]:
    """The commendations the public may know of: those of rounds whose outcomes are released (design.md, rule 11)."""
    return Commendation.objects.filter(round__release_at__lte=timezone.now())


def commendations_seen_by(user: Any) -> QuerySet[Commendation]:
    """What the officers' desk shows to `user`.

    Before the release: organisers, who prepare the ceremony, see all; officers, secretariat and auditors those of
    enterprises in which they have no interest. After it everybody at the desk sees all. Administrators configure, and
    see what is released.
    """
    everything = Commendation.objects.all()
    if is_organiser.test(user):
        return everything
    is_released = Q(round__release_at__lte=timezone.now())
    if is_caseworker.test(user) or is_auditor.test(user):
        interest = EnterpriseConflict.objects.filter(
            officer_id=user.pk, ended_at=None, enterprise_id=OuterRef("enterprise_id")
        )
        own = user.memberships.filter(enterprise_id=OuterRef("enterprise_id"))
        return everything.filter(is_released | ~Exists(interest) & ~Exists(own))
    if is_administrator.test(user):
        return everything.filter(is_released)
    return everything.none()


def certificates_seen_by(user: Any) -> QuerySet[Certificate]:
    """The certificates `user` may download: the desk's, and the own enterprise's once released."""
    ready = Certificate.objects.filter(state=Certificate.State.READY)
    own = Q(
        commendation__round__release_at__lte=timezone.now(),
        commendation__enterprise__in=user.memberships.values("enterprise_id"),
    )
    return ready.filter(own | Q(commendation__in=commendations_seen_by(user)))


def awarded(round_: Round) -> QuerySet[Commendation]:
    """The commendations of a round as they are called at its ceremony, in that order.

    What was revoked before the release was never announced and is left out; what was revoked later was awarded, and
    its state says so.
    """
    never_announced = Q(state=Commendation.State.REVOKED, state_since__lt=round_.release_at)
    return ceremony_order(Commendation.objects.filter(round=round_).exclude(never_announced))


@dataclass(frozen=True)
class Counts:
    """How many commendations a list holds, by category. Excellent Partners count in manufacturing."""

    total: int
    manufacturing: int
    sourcing: int
    technology_service: int
    excellent: int

    def by_category(self) -> dict[str, int]:
        """The figures every export and the press summary give."""
        return {
            "total": self.total,
            "manufacturing": self.manufacturing,
            "sourcing": self.sourcing,
            "technology_service": self.technology_service,
        }


def counts(commendations: QuerySet[Commendation]) -> Counts:
    """The counted figures of `commendations`."""
    found = dict(commendations.order_by().values_list("title").annotate(number=Count("pk")))
    excellent = found.get(Title.EXCELLENT, 0)
    return Counts(
        total=sum(found.values()),
        manufacturing=excellent + found.get(Title.MANUFACTURING, 0),
        sourcing=found.get(Title.SOURCING, 0),
        technology_service=found.get(Title.TECHNOLOGY_SERVICE, 0),
        excellent=excellent,
    )


def with_certificates(commendations: QuerySet[Commendation]) -> QuerySet[Commendation]:
    """`commendations` with the state and issue of their latest certificate; both None where none was asked for."""
    latest = Certificate.objects.filter(commendation_id=OuterRef("pk")).order_by("-issue")
    return commendations.annotate(
        certificate_state=Subquery(latest.values("state")[:1]), certificate_issue=Subquery(latest.values("issue")[:1])
    )


@dataclass(frozen=True)
class RoundProgress:
    """A round with its commendations and certificates counted, as far as a person sees them."""

    round: Round
    total: int
    asked: int
    ready: int

    @property
    def waiting(self) -> int:
        return self.asked - self.ready

    @property
    def without(self) -> int:
        return self.total - self.asked


def rounds_with_figures(user: Any) -> list[RoundProgress]:
    """The rounds that have commendations `user` sees, the latest first, with how far their certificates are."""
    first = Q(certificate_state__isnull=False)
    found = (
        with_certificates(commendations_seen_by(user))
        .order_by()
        .values("round")
        .annotate(
            total=Count("pk", filter=~Q(state=Commendation.State.REVOKED)),
            asked=Count("pk", filter=first & ~Q(state=Commendation.State.REVOKED)),
            ready=Count(
                "pk",
                filter=Q(certificate_state=Certificate.State.READY) & ~Q(state=Commendation.State.REVOKED),
            ),
        )
    )
    rounds = Round.objects.in_bulk([row["round"] for row in found])
    progress = [RoundProgress(rounds[row["round"]], row["total"], row["asked"], row["ready"]) for row in found]
    return sorted(progress, key=lambda line: line.round.year, reverse=True)
