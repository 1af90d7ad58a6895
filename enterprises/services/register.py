"""Registering an enterprise, and keeping what is known of it right."""

from hashlib import sha256
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from enterprises import rules
from enterprises.identifiers import sound_br_number, sound_phone
from enterprises.models import Enterprise, MemberRole
from enterprises.services.script import simplified
from portal.accounts.models import User
from portal.accounts.rules import require
from portal.errors import Conflict, Invalid, ReasonNeeded
from portal.typed import one_line

# What a member may set and change; the number that identifies the enterprise is set once.
CHANGEABLE = (
    "name_en",
    "name_zh_hant",
    "name_zh_hans",
    "kind",
    "industry",
    "contact_name",
    "contact_post",
    "contact_email",
    "contact_phone",
    "website",
    "language",
)


class AlreadyRegistered(Conflict):
    """An enterprise with this number exists. Nothing else about it may be told."""

    def __init__(self, br_number: str) -> None:
        super().__init__()
        self.br_number = br_number

    def words(self) -> str:
        return _("An enterprise is registered with this number already. You can ask its owners to let you join.")


@transaction.atomic
def register_enterprise(*, by: User, br_number: str, **fields: Any) -> Enterprise:
    """Register an enterprise; `by` becomes its owner.

    Fills the Simplified name from the Traditional one when it is left blank. Raises `AlreadyRegistered` when the number
    is taken, also when somebody else takes it at the same moment, and `Invalid` naming the fields to put right.
    """
    enterprise = Enterprise()
    _fill(enterprise, fields | {"br_number": br_number})
    try:
        with transaction.atomic():
            enterprise.save(force_insert=True)
    except IntegrityError as error:
        if Enterprise.objects.filter(br_number=enterprise.br_number).exists():
            raise AlreadyRegistered(enterprise.br_number) from error
        raise
    enterprise.memberships.create(user=by, role=MemberRole.OWNER)
    rules.forget_roles(by)
    return enterprise


@transaction.atomic
def update_enterprise(*, enterprise: Enterprise, by: User, was: str, **fields: Any) -> Enterprise:
    """Change what is known of an enterprise; owners and editors.

    `was` is the `fingerprint` of what the person had before them. Raises `NotAllowed`, `Conflict` when a colleague has
    changed it meanwhile, and `Invalid` naming the fields to put right. The change is kept in the history.
    """
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    rules.forget_roles(by)
    require(by, rules.can_change_enterprise, enterprise)
    if was != fingerprint(enterprise):
        raise Conflict
    _fill(enterprise, fields)
    enterprise.save()
    return enterprise


@transaction.atomic
def correct_number(*, enterprise: Enterprise, br_number: str, reason: str, by: User) -> Enterprise:
    """Put a wrong registration number right; the secretariat, with a reason that is kept in the history.

    Raises `NotAllowed`, `ReasonNeeded`, `AlreadyRegistered`, `Invalid`.
    """
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    require(by, rules.can_correct_number)
    if not reason.strip():
        raise ReasonNeeded
    _fill(enterprise, {"br_number": br_number})
    try:
        with pghistory.context(user=by.pk, reason=reason.strip()), transaction.atomic():
            enterprise.save(update_fields=["br_number"])
    except IntegrityError as error:
        raise AlreadyRegistered(enterprise.br_number) from error
    return enterprise


def fingerprint(enterprise: Enterprise) -> str:
    """What the changeable fields say, as a short text: a form carries it, so that a stale one is noticed."""
    values = [str(enterprise.serializable_value(name)) for name in CHANGEABLE]
    return sha256("\0".join(values).encode()).hexdigest()[:32]


def _fill(enterprise: Enterprise, fields: dict[str, Any]) -> None:
    """Set the fields, made sound. Raises `Invalid`."""
    problems: dict[str, list[Any]] = {}
    sound = {"br_number": sound_br_number, "contact_phone": lambda phone: sound_phone(str(phone))}
    for name, value in fields.items():
        if name not in (*CHANGEABLE, "br_number"):
            raise TypeError(f"{name} is no field of an enterprise that may be set")
        try:
            text = one_line(value) if isinstance(value, str) else value
            setattr(enterprise, name, sound[name](text) if name in sound else text)
        except ValidationError as error:
            problems[name] = error.messages
    enterprise.name_zh_hans = enterprise.name_zh_hans or simplified(enterprise.name_zh_hant)
    try:
        enterprise.full_clean(validate_unique=False, exclude={"name_grams", "pinyin", *problems})
    except ValidationError as error:
        problems = error.message_dict | problems
    if problems:
        raise Invalid(problems)
