"""Telling each enterprise its outcome at the round's release, not a second before (design.md, rules 8 and 11)."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat, Greatest
from django.utils import timezone

from portal.notifications.models import Message
from portal.notifications.services import outbox
from scheme.models import PartnerApplication

logger = logging.getLogger(__name__)
A = PartnerApplication.State
# Outcomes older than this when they are first seen are history entered later, not news.
NEWS_FOR = timedelta(days=90)


def announce_outcomes(now: datetime | None = None) -> int:
    """Queue the mail of each outcome that is released and not announced; returns how many were written.

    By the scheduler. Once for each application and reader, by the key `outcome:<pk>`, however often it runs. An outcome
    reached after the release (by a supplement) is told when it is reached.
    """
    return sum(_announce_or_log(pk) for pk in outcomes_to_announce(now or timezone.now()).values_list("pk", flat=True))


def outcomes_to_announce(now: datetime) -> QuerySet[PartnerApplication]:
    """The decided applications of released rounds whose enterprise has not been written to."""
    key = Concat(Value("outcome:"), Cast(OuterRef("pk"), CharField()))
    return (
        PartnerApplication.objects.filter(
            state__in=(A.COMMENDED, A.NOT_RECOMMENDED, A.INELIGIBLE), category__round__release_at__lte=now
        )
        .annotate(known_at=Greatest("state_since", "category__round__release_at"))
        .filter(known_at__gt=now - NEWS_FOR)
        .exclude(Exists(Message.objects.filter(key=key)))
        .order_by("pk")
    )


def _announce_or_log(pk: int) -> bool:
    """Announce one; trouble with it is logged and tried again at the next run, and the others are told all the same."""
    try:
        return _announce(pk)
    except Exception:
        logger.exception("The outcome of application %s could not be announced.", pk)
        return False


@transaction.atomic
def _announce(pk: int) -> bool:
    application = PartnerApplication.objects.select_related("enterprise", "category__round").get(pk=pk)
    commended = application.state == A.COMMENDED
    written = [
        outbox.queue(
            kind="outcome-commended" if commended else "outcome-not-commended",
            key=f"outcome:{application.pk}{whose}",
            to=address,
            language=language,
            application=application,
            round=application.category.round,
            commendation=application.list_entry.commendation if commended else None,
        )
        for whose, address, language in _readers(application)
    ]
    return any(written)


def _readers(application: PartnerApplication) -> list[tuple[str, str, str]]:
    """The enterprise's contact, and whoever submitted the application, if still a member and of another address."""
    enterprise = application.enterprise
    readers = [("", enterprise.contact_email, enterprise.language)]
    version = application.current_version
    submitter = version.made_by if version else application.started_by
    is_member = submitter.is_active and enterprise.memberships.filter(user=submitter).exists()
    if is_member and submitter.email.lower() != enterprise.contact_email.lower():
        readers.append((":member", submitter.email, submitter.language))
    return readers
