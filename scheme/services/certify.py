"""Certificates: asked for, made exactly once, reissued, announced; titles revoked and expired (design.md, 6 and 8).

A certificate is a row first. A worker locks the row, writes the file under the row's random name, marks the row ready,
all in one transaction: a worker killed anywhere leaves a waiting row, and at most a file that the next one overwrites.
"""

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.rules import require
from portal.errors import Conflict, Incomplete, ReasonNeeded, Refused
from portal.notifications.services import outbox
from scheme import rules
from scheme.certificate.render import render
from scheme.certificate.sheet import Signatories, sheet_of
from scheme.models import Certificate, Commendation, Round
from scheme.models.commendation import certificate_path
from scheme.states import COMMENDATION

logger = logging.getLogger(__name__)
# So many are set on one press and stored in one transaction.
BATCH = 17
# PostgreSQL tells whoever waits (`issue_certificates --wait`) that some were made.
CHANNEL = "certificates_made"


def batches(ids: Iterable[int]) -> list[list[int]]:
    """`ids` in portions of what one press sets."""
    numbers = list(ids)
    return [numbers[i : i + BATCH] for i in range(0, len(numbers), BATCH)]


def what_is_missing(round_: Round) -> list[object]:
    """What a round needs before its certificates can be made, in words."""
    missing: list[object] = []
    if round_.signed_on is None:
        missing.append(_("the date of the certificates"))
    for agency, words in (
        (round_.signatory_hong_kong, _("who signs for Hong Kong")),
        (round_.signatory_guangdong, _("who signs for Guangdong")),
    ):
        if agency is None or agency.name_on(round_.signed_on) is None:
            missing.append(words)
    return missing


@transaction.atomic
def request_certificates(
    *, round_: Round, by: User | None, commendations: QuerySet[Commendation] | None = None
) -> list[int]:
    """Ask for the first certificate of each commendation of a round (or of those of `commendations`) that has none.

    By the organiser, the secretariat or an administrator; `None` is the operator at the command line. However often
    it is called, at once or not, each commendation gets one first certificate: the round is locked, and the database
    keeps (commendation, issue) unique. Revoked titles get none. Returns the ids of the new rows; workers are woken.
    Raises `NotAllowed`, `Incomplete` naming what the round lacks.
    """
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    if by is not None:
        require(by, rules.can_issue_certificates)
    if missing := what_is_missing(round_):
        raise Incomplete(missing)
    return ask_for_first(round_, by=by, commendations=commendations)


def ask_for_first(round_: Round, *, by: User | None, commendations: QuerySet[Commendation] | None = None) -> list[int]:
    """The waiting rows of those commendations that have no certificate yet. The caller has locked the round."""
    wanted = Commendation.objects.filter(round=round_) if commendations is None else commendations.filter(round=round_)
    without = (
        wanted.exclude(state=Commendation.State.REVOKED)
        .exclude(Exists(Certificate.objects.filter(commendation_id=OuterRef("pk"))))
        .order_by("title", "sequence")
    )
    made = Certificate.objects.bulk_create(
        Certificate(commendation_id=pk, requested_by=by) for pk in without.values_list("pk", flat=True)
    )
    return wake(certificate.pk for certificate in made)


def wake(ids: Iterable[int]) -> list[int]:
    """Tell workers that certificates wait, once this is committed. If the broker is down, the sweep finds them."""
    from scheme.tasks import issue_certificates

    found = list(ids)
    for batch in batches(found):
        transaction.on_commit(lambda batch=batch: issue_certificates.delay(batch), robust=True)
    return found


def make_certificate(certificate_id: int) -> bool:
    """Make one waiting certificate; False when it is made, or being made, elsewhere."""
    return make_certificates([certificate_id]) == 1


@transaction.atomic
def make_certificates(ids: Iterable[int]) -> int:
    """Make those of the waiting certificates `ids` that nobody else is making; returns how many were made.

    Safe to call twice and at once: rows are locked, those locked elsewhere are passed over. Raises what the rendering
    raises, having changed nothing.
    """
    waiting = list(
        Certificate.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk__in=list(ids), state=Certificate.State.WAITING)
        .select_related(
            "commendation__round__signatory_hong_kong", "commendation__round__signatory_guangdong",
            "commendation__enterprise",
        )
        .order_by("pk")
    )  # fmt: skip
    if not waiting:
        return 0
    signatories: dict[int, Signatories] = {}
    for certificate in waiting:
        round_ = certificate.commendation.round
        if round_.pk not in signatories:
            if missing := what_is_missing(round_):
                raise Incomplete(missing)
            signatories[round_.pk] = Signatories.of(round_)
    sheets = [sheet_of(certificate, signatories[certificate.commendation.round_id]) for certificate in waiting]
    for certificate, content in zip(waiting, render(sheets), strict=True):
        store(certificate, content)
    announce_each(waiting)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return len(waiting)


def store(certificate: Certificate, content: bytes) -> None:
    """Write the file under the certificate's own name, whole or not at all, then mark the row."""
    certificate.file.name = put(certificate_path(certificate, ""), content)
    certificate.sha256 = hashlib.sha256(content).hexdigest()
    certificate.size = len(content)
    certificate.state = Certificate.State.READY
    certificate.made_at = timezone.now()
    certificate.save(update_fields=["file", "sha256", "size", "state", "made_at"])


def put(name: str, content: bytes) -> str:
    """Store `content` as `name`, in place of what a killed worker may have left there."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # an object store, which replaces whole objects
        if default_storage.exists(name):
            default_storage.delete(name)
        return default_storage.save(name, ContentFile(content))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return name


def issue_waiting(limit: int = 1000) -> int:
    """Make what waits, oldest first, then announce what may be announced; returns how many were made.

    The scheduler's safety net under `wake`. One that cannot be made is logged and does not stop the others.
    """
    waiting = Certificate.objects.filter(state=Certificate.State.WAITING).order_by("requested_at", "pk")
    made = 0
    for batch in batches(waiting.values_list("pk", flat=True)[:limit]):
        try:
            made += make_certificates(batch)
        except Exception:
            logger.exception("A batch of certificates was not made; each is tried by itself.")
            made += sum(make_or_log(pk) for pk in batch)
    announce_certificates()
    return made


def make_or_log(certificate_id: int) -> bool:
    """Make one; what stands in its way is logged, for the next sweep to find it gone."""
    try:
        return make_certificate(certificate_id)
    except Refused as refusal:
        logger.warning("Certificate %s waits: %s", certificate_id, refusal)
    except Exception:
        logger.exception("Certificate %s was not made.", certificate_id)
    return False


@transaction.atomic
def reissue_certificate(*, commendation: Commendation, by: User, reason: str) -> Certificate:
    """Ask for another issue, which replaces the one before: that verifies as replaced from now on.

    By the organiser, the secretariat or an administrator. Raises `NotAllowed`, `ReasonNeeded`, `Conflict` for a
    revoked title, for one without a certificate, and while the last one asked for is still to be made.
    """
    commendation = Commendation.objects.select_for_update(of=("self",)).get(pk=commendation.pk)
    require(by, rules.can_issue_certificates)
    if not reason.strip():
        raise ReasonNeeded
    if commendation.state == Commendation.State.REVOKED:
        raise Conflict(commendation.get_state_display())
    last = commendation.certificates.order_by("-issue").first()
    if last is None or last.state != Certificate.State.READY:
        raise Conflict(Certificate.State.WAITING.label)
    new = commendation.certificates.create(issue=last.issue + 1, requested_by=by, reason=reason.strip())
    wake([new.pk])
    return new


def revoke_commendation(*, commendation: Commendation, by: User, reason: str) -> Commendation:
    """Revoke a title that is running; it verifies as revoked from now on, and nothing of it is deleted.

    By one government's officer without interest in the enterprise. Raises `NotAllowed`, `ReasonNeeded`, `Conflict`.
    """
    revoked: Commendation = COMMENDATION.make(commendation, "revoke", by=by, reason=reason)
    return revoked


def expire_titles() -> int:
    """Mark the titles whose last day has passed in Hong Kong; by the scheduler. Returns how many."""
    past = Commendation.objects.filter(state=Commendation.State.VALID, valid_until__lt=timezone.localdate())
    expired = 0
    for commendation in past.order_by("pk"):
        try:
            COMMENDATION.make(commendation, "expire", by=None)
        except Conflict:  # revoked, or marked by another worker, meanwhile
            continue
        expired += 1
    return expired


def announce_certificates(limit: int = 500) -> int:
    """Write the mails of certificates that are ready and whose round is released; returns how many certificates.

    By the scheduler. Never before the round's release; once for each certificate and reader. A replaced issue and a
    revoked title are not announced any more.
    """
    later = Certificate.objects.filter(commendation_id=OuterRef("commendation_id"), issue__gt=OuterRef("issue"))
    waiting = (
        Certificate.objects.filter(
            state=Certificate.State.READY, announced_at=None, commendation__round__release_at__lte=timezone.now()
        )
        .exclude(commendation__state=Commendation.State.REVOKED)
        .exclude(Exists(later))
        .order_by("pk")
    )
    announced = 0
    for pk in waiting.values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            announced += announce_each(
                Certificate.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk=pk, announced_at=None)
                .select_related("commendation__round", "commendation__enterprise")
            )
    return announced


def announce_each(certificates: Iterable[Certificate]) -> int:
    """Write the mails of certificates locked by the caller; unreleased and already announced ones are passed over."""
    told = [one for one in certificates if one.announced_at is None and one.commendation.round.is_released]
    for certificate in told:
        commendation = certificate.commendation
        for whose, address, language in readers(commendation):
            outbox.queue(
                kind="certificate-ready",
                key=f"certificate-ready:{certificate.pk}:{whose}",
                to=address,
                language=language,
                certificate=certificate,
                commendation=commendation,
                enterprise=commendation.enterprise,
            )
    Certificate.objects.filter(pk__in=[certificate.pk for certificate in told]).update(announced_at=timezone.now())
    return len(told)


def readers(commendation: Commendation) -> list[tuple[str, str, str]]:
    """Who is told: the enterprise's owners, and its contact where that is another address."""
    enterprise = commendation.enterprise
    owners = enterprise.memberships.filter(role="owner", user__is_active=True).values_list(
        F("user_id"), F("user__email"), F("user__language")
    )
    found = [(str(pk), address, language) for pk, address, language in owners]
    if enterprise.contact_email.lower() not in {address.lower() for _pk, address, _language in found}:
        found.append(("contact", enterprise.contact_email, enterprise.language))
    return found
