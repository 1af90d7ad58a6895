"""What the marks of a review and two completed reviews come to (design.md, rule 4)."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, OuterRef, QuerySet

from enterprises.models import Membership
from scheme.models import Category, EnterpriseConflict, PartnerApplication, Recommendation, Review


def weighted_total(marks: Iterable[tuple[int, int, int]]) -> Decimal:
    """The weighted total, 0 to 100 with two places (half up), of marks as (weight, highest mark, mark)."""
    reached, whole = Fraction(0), 0
    for weight, scale, value in marks:
        reached += Fraction(weight * value, scale)
        whole += weight
    if not whole:
        return Decimal("0.00")
    hundredths = reached * 100 * 100 / whole
    return Decimal(int(hundredths + Fraction(1, 2))) / 100


def lowest_total_for(category: Category, recommendation: str) -> int:
    """The total a recommendation asks for; below it the reviewer gives a reason. 0 for none."""
    if recommendation == Recommendation.EXCELLENT:
        return category.excellent_mark or category.pass_mark
    return category.pass_mark if recommendation == Recommendation.PARTNER else 0


def recommendations_in(category: Category) -> list[str]:
    """What may be recommended in `category`: *excellent* only where the category awards it."""
    awarded = [Recommendation.NOT, Recommendation.PARTNER]
    return [*awarded, Recommendation.EXCELLENT] if category.excellent_mark is not None else list(awarded)


def without_authors_in_conflict(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Those of `reviews` that count: their author has no standing interest in the enterprise."""
    conflict = EnterpriseConflict.objects.filter(
        officer_id=OuterRef("author_id"), enterprise_id=OuterRef("application__enterprise_id"), ended_at=None
    )
    member = Membership.objects.filter(
        user_id=OuterRef("author_id"), enterprise_id=OuterRef("application__enterprise_id")
    )
    return reviews.exclude(Exists(conflict)).exclude(Exists(member))


def counted_reviews(application: PartnerApplication) -> list[Review]:
    """The completed reviews that count, at most one of each government, in a fixed order."""
    complete = Review.objects.filter(application=application, state=Review.State.COMPLETE)
    return list(without_authors_in_conflict(complete).order_by("side"))


def reviews_agree(application: PartnerApplication) -> bool:
    """Both reviews count, recommend the same, and their totals differ by no more than the round's tolerance."""
    reviews = counted_reviews(application)
    if len(reviews) < 2:
        return False
    first, second = reviews
    if first.total is None or second.total is None or first.recommendation != second.recommendation:
        return False
    return abs(first.total - second.total) <= application.category.round.tolerance


def agreed_outcome(application: PartnerApplication) -> str:
    """The recommendation both governments stand behind: by agreement, or by a note both signed; "" if there is none."""
    reviews = counted_reviews(application)
    if len(reviews) < 2:
        return ""
    reconciliation = getattr(application, "reconciliation", None)
    if reconciliation is not None:
        return reconciliation.outcome if reconciliation.is_signed else ""
    return Recommendation(reviews[0].recommendation).value if reviews_agree(application) else ""
