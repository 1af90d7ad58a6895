"""Taking a list out of the portal, on record."""

from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.accounts.rules import require
from scheme import rules
from scheme.models import Commendation, ExportRecord, Round
from scheme.queries.commendations import awarded, commendations_seen_by


@transaction.atomic
def take_list(*, round_: Round, format_: str, language: str, by: User | None) -> QuerySet[Commendation]:
    """The commendations of a round that `by` may take out, in ceremony order; that they were taken is recorded.

    By organisers, secretariat, officers and auditors; `None` is the operator at the command line. Raises `NotAllowed`.
    """
    found = awarded(round_)
    if by is not None:
        require(by, rules.can_export_commendations)
        found = found.filter(pk__in=commendations_seen_by(by).filter(round=round_).values("pk"))
    ExportRecord.objects.create(round=round_, format=format_, language=language, number=found.count(), by=by)
    return found
