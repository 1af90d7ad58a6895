"""What both governments came to, recorded as the case's outcome."""

from typing import Any

from django.db import transaction

from scheme.models import PartnerApplication, Recommendation
from scheme.queries.outcome import agreed_outcome
from scheme.services.screen import locked
from scheme.states import APPLICATION


@transaction.atomic
def recommend(*, application: PartnerApplication, by: Any, reason: str) -> PartnerApplication:
    """Recommend the enterprise, with the title both governments stand behind; an officer of either, with a reason.

    Raises `NotAllowed`, `Incomplete` (a review or the agreement is missing), `Conflict`, `ReasonNeeded`.
    """
    application = locked(application)
    outcome = agreed_outcome(application)
    application = APPLICATION.make(application, "recommend", by=by, reason=reason)
    application.outcome = outcome
    application.save(update_fields=["outcome"])
    return application


@transaction.atomic
def not_recommend(*, application: PartnerApplication, by: Any, reason: str) -> PartnerApplication:
    """Close the case without a recommendation, as both governments agreed. Raises as `recommend` does."""
    application = APPLICATION.make(locked(application), "not_recommend", by=by, reason=reason)
    application.outcome = Recommendation.NOT
    application.save(update_fields=["outcome"])
    return application
