"""Applying: starting, submitting, withdrawing, and the frozen versions of an application (design.md, rules 2 and 3)."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from enterprises import rules as enterprise_rules
from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.rules import require
from portal.casework.services.freeze import sha256
from portal.casework.services.references import next_reference
from portal.errors import Closed, Conflict, Incomplete, ReasonNeeded
from portal.notifications.services import outbox
from scheme import rules
from scheme.models import ApplicationVersion, Category, PartnerApplication, Round
from scheme.queries.applicant_draft import Draft, draft_of
from scheme.queries.stages import may_withdraw
from scheme.states import APPLICATION

State = PartnerApplication.State


def content_of(application: PartnerApplication) -> dict[str, Any]:
    """The whole application as the JSON that is frozen on submission (money in cents, decimals and dates as text).

    Of a draft it holds as typed what cannot be read yet. Reads; changes nothing.
    """
    return draft_of(application).content()


@transaction.atomic
def start_application(*, enterprise: Enterprise, category: Category, by: User) -> PartnerApplication:
    """Begin a draft, or return the one that stands: one application per enterprise, category and round (rule 2).

    By an editor or owner of the enterprise, while the round is open. Raises `NotAllowed`, `Closed`.
    """
    require(by, enterprise_rules.is_editor, enterprise)
    # The round's row serialises the numbers; FOR NO KEY UPDATE lets others go on referring to it.
    round_ = Round.objects.select_for_update(no_key=True).get(pk=category.round_id)
    standing = PartnerApplication.objects.filter(enterprise=enterprise, category=category)
    if found := standing.exclude(state=State.WITHDRAWN).first():
        return found
    now = timezone.now()
    if not round_.is_open(now):
        raise Closed(round_.opens_at if now < round_.opens_at else round_.closes_at)
    reference = next_reference(rows=PartnerApplication.objects, prefix=f"RS-{round_.year}-")
    return PartnerApplication.objects.create(
        reference=reference, enterprise=enterprise, category=category, started_by=by
    )


@transaction.atomic
def submit_application(*, application: PartnerApplication, by: User, seen: str = "") -> PartnerApplication:
    """Submit: check that all is complete, freeze the first version, mail the receipt.

    By an editor or owner, while the round or an extension lasts. A second call changes nothing and returns the case.
    `seen` is the SHA-256 of the content the person read; when it no longer fits, `Conflict` asks to look again.
    Raises `NotAllowed`, `Closed`, `Incomplete` naming the sections, `Conflict`.
    """
    application = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    require(by, rules.is_applicant_editor, application)
    if application.submitted_at and application.state != State.WITHDRAWN:
        return application
    if refusal := APPLICATION.refusal(application, "submit", by=by):
        raise refusal
    draft = draft_of(application)
    require_complete(draft)
    content = draft.content()
    if seen and seen != sha256(content):
        raise Conflict
    application = APPLICATION.make(application, "submit", by=by)
    application.submitted_at = application.state_since
    application.save(update_fields=["submitted_at"])
    version = _freeze(application, content, by)
    _mail_all("receipt", application, by, version=version)
    return application


def require_complete(draft: Draft) -> None:
    """Raise `Incomplete`, naming each section in which something is wrong or missing."""
    missing = [section.title for section in draft.form if draft.problems(section)]
    if missing:
        raise Incomplete(missing)


@transaction.atomic
def freeze_version(*, application: PartnerApplication, by: User) -> ApplicationVersion:
    """Freeze the application as it stands, as its next version (rule 3); for the answer to a clarification.

    The caller has locked the application and checked who may. Raises `Incomplete` when something is wrong or missing.
    """
    draft = draft_of(application)
    require_complete(draft)
    return _freeze(application, draft.content(), by)


def _freeze(application: PartnerApplication, content: dict[str, Any], by: User) -> ApplicationVersion:
    current = application.current_version
    return application.versions.create(
        number=current.number + 1 if current else 1, content=content, sha256=sha256(content), made_by=by
    )


@transaction.atomic
def withdraw_application(*, application: PartnerApplication, by: User, reason: str) -> PartnerApplication:
    """Withdraw until endorsement, with a reason; the enterprise may start again while the round is open.

    By an editor or owner. Whether an unreleased decision exists must not show (rule 11): the same is offered, done and
    mailed either way, and a refusal says nothing about the state. A second call changes nothing.
    Raises `NotAllowed`, `ReasonNeeded`, `Conflict`.
    """
    application = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    require(by, rules.is_applicant_editor, application)
    if application.state == State.WITHDRAWN:
        return application
    if not may_withdraw(application):
        raise Conflict
    if not reason.strip():
        raise ReasonNeeded
    decided = application.state in APPLICATION["withdraw_unreleased"].sources
    application = APPLICATION.make(
        application, "withdraw_unreleased" if decided else "withdraw", by=by, reason=reason[:2000]
    )
    _mail_all("withdrawn", application, by)
    return application


def _mail_all(kind: str, application: PartnerApplication, by: User, **facts: Any) -> None:
    """Write to the person who acted and, where it is another address, to the enterprise's contact."""
    enterprise = application.enterprise
    readers = {enterprise.contact_email.lower(): enterprise.language, by.email.lower(): by.language}
    for place, (address, language) in enumerate(reversed(readers.items())):
        key = f"{kind}:{application.pk}" if place == 0 else f"{kind}:{application.pk}:contact"
        outbox.queue(kind=kind, key=key, to=address, language=language, application=application, **facts)
