"""Objections in writing to an enterprise on public notice: received, decided, minuted, never public (rules 5, 11)."""

import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.errors import BadValue, Closed
from portal.notifications.services import outbox
from scheme.models import ListEntry, Objection, PartnerApplication, PublicNotice
from scheme.services.lists import strike_entry
from scheme.states import APPLICATION, OBJECTION

# Without letters that are read as digits. Random: a running number would tell how many objections there are.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@transaction.atomic
def lodge_objection(
    *, notice: PublicNotice, entry: ListEntry, name: str, email: str, text: str, language: str
) -> Objection:
    """Receive an objection from anybody while the notice runs, and acknowledge it by mail, once.

    The same words from the same address a second time are the same objection. An entry taken off since is answered
    like any other: the public must not learn of it. Raises `Closed` after the last second, `BadValue` for an entry
    that is not on this notice.
    """
    if not notice.is_open:
        raise Closed(notice.closes_at)
    if str(entry.pk) not in {row["uid"] for row in notice.content["entries"]}:
        raise BadValue("entry", _("Choose an enterprise that is on this notice."))
    # Clicks at once wait for each other here.
    entry = ListEntry.objects.select_for_update().get(pk=entry.pk)
    same = Objection.objects.filter(entry=entry, email__iexact=email.strip(), text=text.strip()).first()
    if same is not None:
        return same
    objection = Objection.objects.create(
        notice=notice,
        entry=entry,
        reference=f"OBJ-{notice.list.round.year}-{''.join(secrets.choice(ALPHABET) for _i in range(8))}",
        name=name.strip(),
        email=email.strip(),
        text=text.strip(),
        language=language,
    )
    _write(objection, "objection-received")
    return objection


@transaction.atomic
def uphold_objection(*, objection: Objection, by: User, minute: str) -> Objection:
    """Uphold an objection: the entry comes off the list, its application becomes *not recommended*.

    By a caseworker without conflict; `minute` is kept and shown to nobody outside. Raises `NotAllowed`, `Conflict`,
    `ReasonNeeded`. Where the entry is off the list already, the objection alone is decided.
    """
    objection = _decide(objection, "uphold", by=by, minute=minute)
    if objection.entry.taken_off_at is None:
        strike_entry(entry=objection.entry, by=by, reason=minute)
        if objection.entry.application.state == PartnerApplication.State.ON_NOTICE:
            APPLICATION.make(objection.entry.application, "uphold_objection", by=by, reason=minute)
    return objection


@transaction.atomic
def dismiss_objection(*, objection: Objection, by: User, minute: str) -> Objection:
    """Dismiss an objection: the entry stays. Who, and what it raises, as for `uphold_objection`."""
    return _decide(objection, "dismiss", by=by, minute=minute)


def _decide(objection: Objection, move: str, *, by: User, minute: str) -> Objection:
    # First the list, then what hangs on it: the order in which every service of the list locks.
    PublicNotice.objects.select_related("list").select_for_update(of=("list",)).get(pk=objection.notice_id)
    objection = OBJECTION.make(objection, move, by=by, reason=minute)
    objection.minute = minute.strip()
    objection.save(update_fields=["minute"])
    # The same words whichever way it went: before the release nobody outside learns an outcome (rule 11).
    _write(objection, "objection-answered")
    return objection


def _write(objection: Objection, kind: str) -> None:
    outbox.queue(
        kind=kind,
        key=f"{kind}:{objection.pk}",
        to=objection.email,
        language=objection.language,
        objection=objection,
        notice=objection.notice,
        round=objection.notice.list.round,
    )
