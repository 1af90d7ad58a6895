"""Which cases and reviews a person may see: deny by default, in the queryset (design.md, rules 4 and 11)."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from enterprises.models import Membership
from portal.accounts.models import Role, User
from portal.accounts.rules import is_auditor, is_caseworker, officer_side, sides
from portal.search import search
from scheme.models import EnterpriseConflict, Extension, PartnerApplication, Review
from scheme.queries.outcome import without_authors_in_conflict

SEARCHED = ("enterprise__name_en", "enterprise__name_zh_hant", "enterprise__name_zh_hans", "enterprise__br_number")


def applications_of(user: Any) -> QuerySet[PartnerApplication]:
    """The applications of the enterprises `user` is a member of: the applicant's area."""
    return PartnerApplication.objects.filter(enterprise__memberships__user_id=user.pk or 0)


def cases_seen_by(user: Any) -> QuerySet[PartnerApplication]:
    """What the officers' desk shows to `user`: what was submitted, without the cases in which they have an interest.

    Officers, secretariat and auditors see cases without conflict; administrators configure and see none.
    """
    submitted = PartnerApplication.objects.exclude(submitted_at=None)
    if not (is_auditor.test(user) or is_caseworker.test(user)):
        return submitted.none()
    return without_interest(user, submitted)


def without_interest(user: Any, cases: QuerySet[PartnerApplication]) -> QuerySet[PartnerApplication]:
    """Those of `cases` in whose enterprise `user` has declared no interest and is no member."""
    conflict = EnterpriseConflict.objects.filter(
        officer_id=user.pk, ended_at=None, enterprise_id=OuterRef("enterprise_id")
    )
    member = Membership.objects.filter(user_id=user.pk, enterprise_id=OuterRef("enterprise_id"))
    return cases.exclude(Exists(conflict)).exclude(Exists(member))


def reviews_seen_by(user: Any) -> QuerySet[Review]:
    """The reviews whose marks and words `user` may read.

    Before both governments are complete, only officers of the author's own side read it, and nobody who serves both;
    afterwards everybody who sees the case does.
    """
    seen = Review.objects.filter(application__in=cases_seen_by(user))
    readable = Q(application__in=unsealed(PartnerApplication.objects.all()))
    if side := officer_side(user):
        readable |= Q(side=side)
    return seen.filter(readable)


def unsealed(cases: QuerySet[PartnerApplication]) -> QuerySet[PartnerApplication]:
    """Those of `cases` whose two reviews are both complete.

    While the case is in review, one by an author with an interest does not count: whoever writes it again must not have
    read the other government's. What was decided stays open for the record.
    """
    complete = Review.objects.filter(application_id=OuterRef("pk"), state=Review.State.COMPLETE)
    in_review = Q(state__in=(PartnerApplication.State.UNDER_REVIEW, PartnerApplication.State.RECONCILIATION))
    counted = Exists(_both(without_authors_in_conflict(complete)))
    return cases.filter(Exists(_both(complete))).filter(~in_review | counted)


def _both(reviews: QuerySet[Review]) -> QuerySet[Any]:
    """The cases of which `reviews` hold those of two governments."""
    return reviews.order_by().values("application_id").annotate(number=Count("pk")).filter(number__gte=2)


def search_cases(cases: QuerySet[PartnerApplication], typed: str) -> QuerySet[PartnerApplication]:
    """Those of `cases` whose reference equals, or whose enterprise's name or number holds, what was typed.

    Only `cases` are asked whether the reference exists: whether another case has it must not show.
    """
    by_reference = cases.filter(reference=typed.strip().upper())
    if by_reference.exists():
        return by_reference
    return search(cases, typed, grams_field="enterprise__name_grams", fields=SEARCHED)


def conflicts_seen_by(user: Any) -> QuerySet[EnterpriseConflict]:
    """One's own declarations and those of colleagues who work for the same side; auditors see all."""
    if is_auditor.test(user):
        return EnterpriseConflict.objects.all()
    if not is_caseworker.test(user):
        return EnterpriseConflict.objects.none()
    served = sides(user, Role.OFFICER) | sides(user, Role.SECRETARIAT)
    colleagues = User.objects.filter(
        appointments__agency__side__in=served, appointments__role__in=(Role.OFFICER, Role.SECRETARIAT)
    )
    return EnterpriseConflict.objects.filter(Q(officer_id=user.pk) | Q(officer__in=colleagues))


def extensions_seen_by(user: Any) -> QuerySet[Extension]:
    """The extensions granted to applications in whose enterprise `user` has no interest."""
    if not (is_auditor.test(user) or is_caseworker.test(user)):
        return Extension.objects.none()
    return Extension.objects.filter(application__in=without_interest(user, PartnerApplication.objects.all()))
