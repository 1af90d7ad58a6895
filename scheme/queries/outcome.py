"""What two completed reviews come to: agreement, or reconciliation (design.md, rule 4)."""

from scheme.models import PartnerApplication, Recommendation, Review


def reviews_agree(application: PartnerApplication) -> bool:
    """Both reviews are complete, recommend the same, and their totals differ by no more than the round's tolerance."""
    reviews = list(application.reviews.filter(state=Review.State.COMPLETE))
    if len(reviews) < 2:
        return False
    first, second = reviews
    if first.total is None or second.total is None or first.recommendation != second.recommendation:
        return False
    return abs(first.total - second.total) <= application.category.round.tolerance


def agreed_outcome(application: PartnerApplication) -> str:
    """The recommendation both governments stand behind: by agreement, or by a note both signed; "" if there is none."""
    reconciliation = getattr(application, "reconciliation", None)
    if reconciliation is not None:
        return reconciliation.outcome if reconciliation.is_signed else ""
    if reviews_agree(application):
        first = application.reviews.first()
        return Recommendation(first.recommendation).value if first else ""
    return ""
