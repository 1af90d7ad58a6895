"""What administrators set: rounds, their form and criteria. What is in use stays as it is (design.md, rule 3)."""

from datetime import date, datetime
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.errors import BadValue, Conflict, ReasonNeeded, Refused
from scheme import rules
from scheme.models import (
    Category,
    Criterion,
    EligibilityItem,
    PartnerApplication,
    Question,
    QuestionSection,
    Round,
)


class InUse(Refused):
    """An application was submitted on this form: every applicant is asked, and judged by, the same."""

    def words(self) -> str:
        return _(
            "An application has been submitted in this category. Its questions, criteria and marks stay as they are. "
            "Copy the form to the next round and change it there."
        )


def is_in_use(category: Category) -> bool:
    """An application of the category was submitted, whatever became of it."""
    return PartnerApplication.objects.filter(category=category).exclude(submitted_at=None).exists()


def round_in_use(round: Round) -> bool:
    """An application of the round was submitted, in any category."""
    return PartnerApplication.objects.filter(category__round=round).exclude(submitted_at=None).exists()


def require_unused(category: Category) -> None:
    """Raise `InUse` when the form or the marks of the category may no longer change."""
    if is_in_use(category):
        raise InUse


@transaction.atomic
def copy_round(*, round: Round, year: int, by: Any) -> Round:
    """Copy a round with its categories, requirements, questions and criteria to another year.

    Every date moves by the difference in years; the number of the round stays empty until it is known. An administrator
    does it. Raises `NotAllowed`, or `BadValue` where the year has its round.
    """
    require(by, rules.is_administrator)
    if Round.objects.filter(year=year).exists():
        raise BadValue("year", _("There is a round of %(year)s already.") % {"year": year})
    later = year - round.year
    copy = _copy(
        round,
        year=year,
        number=None,
        **{name: _years_later(getattr(round, name), later) for name in DATES if getattr(round, name)},
    )
    for category in round.categories.all():
        _copy_category(category, _copy(category, round=copy))
    return copy


DATES = ("opens_at", "closes_at", "release_at", "valid_from", "signed_on")


def _copy_category(category: Category, copy: Category) -> None:
    for item in category.eligibility_items.all():
        _copy(item, category=copy)
    for criterion in category.criteria.all():
        _copy(criterion, category=copy)
    for section in category.question_sections.all():
        section_copy = _copy(section, category=copy)
        for question in section.questions.all():
            _copy(question, section=section_copy)


def _copy(thing: Round | Category | EligibilityItem | Criterion | QuestionSection | Question, **changes: Any) -> Any:
    values = {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}
    del values["id"]
    for name in changes:
        values.pop(f"{name}_id", None)
    return type(thing)._default_manager.create(**values | changes)


def _years_later(day: Any, years: int) -> Any:
    """The same day of another year; 29 February becomes 28."""
    zone = timezone.get_default_timezone()
    if isinstance(day, datetime):
        local = day.astimezone(zone)
        return datetime.combine(_years_later(local.date(), years), local.time(), zone)
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


@transaction.atomic
def close_round(round: Round, *, by: Any, reason: str) -> Round:
    """Close applications of a round now. An administrator does it, with a reason kept in the round's history.

    Raises `NotAllowed`, `ReasonNeeded`, or `Conflict` for a round that is not open.
    """
    round = _locked(round, by, reason)
    now = timezone.now()
    if not round.is_open(now):
        raise Conflict(_("not open"))
    with pghistory.context(user=by.pk, reason=reason.strip()):
        round.closes_at = now
        round.save(update_fields=["closes_at"])
    return round


@transaction.atomic
def release_outcomes(round: Round, *, by: Any, reason: str) -> Round:
    """Release the outcomes of a closed round now. An administrator does it, with a reason kept in its history.

    Raises `NotAllowed`, `ReasonNeeded`, or `Conflict` where the round has not closed or is released.
    """
    round = _locked(round, by, reason)
    now = timezone.now()
    if round.is_released:
        raise Conflict(_("released"))
    if now <= round.closes_at:
        raise Conflict(_("still open for applications"))
    with pghistory.context(user=by.pk, reason=reason.strip()):
        round.release_at = now
        round.save(update_fields=["release_at"])
    return round


def _locked(round: Round, by: Any, reason: str) -> Round:
    require(by, rules.is_administrator)
    if not reason.strip():
        raise ReasonNeeded
    return Round.objects.select_for_update().get(pk=round.pk)
