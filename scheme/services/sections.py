"""Saving the sections of an application as they are typed; entries of repeated sections; documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.rules import require
from portal.casework.services import documents as files
from portal.casework.services.parts import Saved, Value, save_part
from portal.errors import Closed, Conflict
from scheme import rules
from scheme.models import ApplicationClarification, ApplicationDocument, ApplicationPart, PartnerApplication

State = PartnerApplication.State
Values = Mapping[str, Value]
MOST_ENTRIES = 200


def lock_for_change(application: PartnerApplication, by: User) -> PartnerApplication:
    """The application, locked, if `by` may change its sections now: an editor, in a draft or an open clarification.

    The lock keeps a save and a submission apart: what is saved is either frozen with it or refused.
    Raises `NotAllowed`, `Conflict` (submitted meanwhile), `Closed` (the clarification's time is over).
    """
    locked = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    require(by, rules.is_applicant_editor, locked)
    if locked.state == State.DRAFT:
        return locked
    asked = locked.open_clarification
    if locked.state != State.CLARIFICATION or asked is None:
        raise Conflict
    if asked.has_run_out(timezone.now()):
        raise Closed(asked.due_at)
    return locked


@transaction.atomic
def save_section(
    *,
    application: PartnerApplication,
    key: str,
    by: User,
    typed: Values,
    was: Values,
    settled: Values | None = None,
    tried: Mapping[str, Sequence[Value]] | None = None,
    uid: str = "",
) -> Saved:
    """Save what was typed in the section `key`, or in the entry `uid` of a repeated one; valid or not.

    `was`, `settled` and `tried` as in `save_part`: what two people changed comes back as a clash.
    Raises what `lock_for_change` raises; `Conflict` when the entry has been removed meanwhile.
    """
    locked = lock_for_change(application, by)
    if key in ApplicationPart.REPEATED:
        part = locked.parts.filter(key=key, uid=uid).first()
        if part is None:
            raise Conflict
    else:
        part, _new = locked.parts.get_or_create(key=key, defaults={"saved_by": by})
    return save_part(part=part, by=by, typed=typed, was=was, settled=settled, tried=tried)


@transaction.atomic
def add_entry(*, application: PartnerApplication, key: str, by: User) -> ApplicationPart:
    """Add an empty entry to a repeated section; one that is still empty is used again: a second click adds nothing.

    Raises what `lock_for_change` raises; `Conflict` when there are 200 entries already.
    """
    locked = lock_for_change(application, by)
    entries = locked.parts.filter(key=key)
    if empty := next((entry for entry in entries if not any(entry.data.values())), None):
        return empty
    if entries.count() >= MOST_ENTRIES:
        raise Conflict
    last = entries.aggregate(last=Max("position"))["last"] or 0
    return locked.parts.create(key=key, position=last + 1, saved_by=by)


@transaction.atomic
def remove_entry(*, application: PartnerApplication, key: str, uid: str, by: User) -> None:
    """Remove an entry of a repeated section from the draft; frozen versions keep it. Removing twice is harmless."""
    locked = lock_for_change(application, by)
    locked.parts.filter(key=key, uid=uid, key__in=ApplicationPart.REPEATED).delete()


@transaction.atomic
def add_document(
    *,
    application: PartnerApplication,
    upload: UploadedFile,
    by: User,
    question: str = "",
    title: str = "",
    clarification: ApplicationClarification | None = None,
) -> ApplicationDocument:
    """Add a document, for a file question (`section/code`) or among the others (`title` says what it shows).

    Raises what `lock_for_change` raises, and `BadDocument` with a sentence for the field.
    """
    locked = lock_for_change(application, by)
    fields: dict[str, Any] = {"question": question, "clarification": clarification}
    return files.store_document(documents=locked.documents, upload=upload, by=by, title=title[:150], **fields)


@transaction.atomic
def remove_document(*, application: PartnerApplication, uid: str, by: User) -> None:
    """Strike a document from the draft; its file stays for the versions that name it. Striking twice is harmless."""
    locked = lock_for_change(application, by)
    if document := locked.documents.filter(uid=uid, removed_at=None).first():
        files.remove_document(document=document)
