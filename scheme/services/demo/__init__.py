"""The demonstration data, in parts: each one transaction, each safe to run again."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.errors import NotAllowed
from scheme.services.demo.ceremony import load_ceremony
from scheme.services.demo.enterprises import load_enterprises
from scheme.services.demo.history import load_recent_round, load_sixth_round
from scheme.services.demo.open_round import load_open_round
from scheme.services.demo.people import load_agencies, load_people
from scheme.services.demo.rounds import load_rounds

Part = tuple[str, Callable[[], None]]


def parts() -> list[Part]:
    """What is loaded, in order: its name for the reader, and what loads it."""
    return [
        ("agencies", load_agencies),
        ("people", load_people),
        ("rounds and forms", load_rounds),
        ("enterprises", load_enterprises),
        ("the sixth round", load_sixth_round),
        ("the recent round", lambda: load_recent_round(timezone.localdate().year - 1)),
        ("the ceremony", load_ceremony),
        ("the open round", load_open_round),
    ]


def load_demo() -> Iterator[str]:
    """Load whatever is not there yet, part by part; yields the name of each part when it is done.

    A part is one transaction: a run that is killed leaves whole parts behind, and the next one goes on from there.
    Raises `NotAllowed` in production: demonstration people have a known password (design.md, section 8).
    """
    if settings.PRODUCTION:
        raise NotAllowed
    for name, load in parts():
        with transaction.atomic():
            one_at_a_time()
            load()
        yield name


def one_at_a_time() -> None:
    """Until the transaction ends, a second loader waits here, and then finds the part done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demonstration'))")
