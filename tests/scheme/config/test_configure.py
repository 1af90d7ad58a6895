from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import BadValue, Conflict, NotAllowed, ReasonNeeded
from scheme.models import Category, PartnerApplication, Question, Round
from scheme.services import configure
from tests import factories


@pytest.fixture
def category(db: None) -> Category:
    """A whole form: a requirement, two sections, a question of every kind, two criteria."""
    category = factories.CategoryFactory(round__year=2028, round__number=18, fewest_measures=3, on_site_assessment=True)
    factories.EligibilityItemFactory(category=category)
    section = factories.QuestionSectionFactory(category=category, code="management")
    for kind in Question.Kind:
        factories.QuestionFactory(section=section, code=kind, kind=kind)
    factories.QuestionSectionFactory(category=category, code="results")
    factories.CriterionFactory(category=category, rests_on=["management"])
    factories.CriterionFactory(category=category)
    return category


def form_of(category: Category) -> Any:
    """Everything a form is made of, without keys and times."""

    def rows(things: Any, *left_out: str) -> list[dict[str, Any]]:
        return [
            {k: v for k, v in thing.items() if k not in ("id", "category_id", "section_id", *left_out)}
            for thing in things.values()
        ]

    return (
        {k: v for k, v in Category.objects.filter(pk=category.pk).values()[0].items() if k not in ("id", "round_id")},
        rows(category.eligibility_items.all()),
        rows(category.criteria.all()),
        [
            (section.code, section.name_en, rows(section.questions.all()))
            for section in category.question_sections.all()
        ],
    )


def test_copy_round_copies_the_whole_form(category: Category) -> None:
    boss = factories.administrator()
    copy = configure.copy_round(round=category.round, year=2029, by=boss)
    assert (copy.year, copy.number) == (2029, None)
    assert [form_of(one) for one in copy.categories.all()] == [form_of(category)]
    assert Question.objects.count() == 2 * len(Question.Kind)


def test_copied_form_is_independent(category: Category) -> None:
    copy = configure.copy_round(round=category.round, year=2029, by=factories.administrator())
    before = form_of(category)
    copied = copy.categories.get()
    copied.criteria.update(weight=7)
    copied.question_sections.first().questions.all().delete()
    assert form_of(category) == before


def test_copy_round_moves_every_date_by_years(category: Category) -> None:
    round_ = category.round
    zone = timezone.get_default_timezone()
    round_.opens_at = timezone.datetime(2028, 2, 29, 9, 0, tzinfo=zone)  # type: ignore[attr-defined]
    round_.closes_at = timezone.datetime(2028, 5, 31, 17, 0, tzinfo=zone)  # type: ignore[attr-defined]
    round_.release_at = timezone.datetime(2028, 12, 31, 23, 59, 59, tzinfo=zone)  # type: ignore[attr-defined]
    round_.valid_from, round_.signed_on = date(2028, 2, 29), None
    round_.save()
    copy = configure.copy_round(round=round_, year=2030, by=factories.administrator())
    local = [timezone.localtime(moment).isoformat() for moment in (copy.opens_at, copy.closes_at, copy.release_at)]
    assert local == ["2030-02-28T09:00:00+08:00", "2030-05-31T17:00:00+08:00", "2030-12-31T23:59:59+08:00"]
    assert (copy.valid_from, copy.signed_on) == (date(2030, 2, 28), None)


@given(day=st.dates(date(2009, 1, 1), date(2090, 12, 31)), years=st.integers(1, 10))
def test_years_later_is_the_same_day_or_the_end_of_february(day: date, years: int) -> None:
    later = configure._years_later(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) == (day.month, day.day) or (day.month, day.day, later.day) == (2, 29, 28)


def test_copy_round_refuses_a_year_that_has_its_round(category: Category) -> None:
    with pytest.raises(BadValue):
        configure.copy_round(round=category.round, year=2028, by=factories.administrator())
    assert Round.objects.count() == 1


@pytest.mark.parametrize("make", [factories.epd_officer, factories.secretariat, factories.organiser, factories.auditor])
def test_only_administrators_configure(category: Category, make: Any) -> None:
    other = make()
    with pytest.raises(NotAllowed):
        configure.copy_round(round=category.round, year=2029, by=other)
    with pytest.raises(NotAllowed):
        configure.close_round(category.round, by=other, reason="x")
    with pytest.raises(NotAllowed):
        configure.release_outcomes(category.round, by=other, reason="x")
    assert Round.objects.count() == 1


@pytest.mark.parametrize("state", PartnerApplication.State)
def test_category_is_in_use_once_an_application_was_submitted(category: Category, state: str) -> None:
    assert not configure.is_in_use(category)
    factories.ApplicationFactory(category=category, state=state)
    assert configure.is_in_use(category) == (state != "draft")
    assert configure.round_in_use(category.round) == (state != "draft")


def test_use_in_another_category_does_not_count(category: Category) -> None:
    other = factories.CategoryFactory(round=category.round, kind="sourcing", excellent_mark=None)
    factories.ApplicationFactory(category=other, state="submitted")
    assert (configure.is_in_use(category), configure.is_in_use(other)) == (False, True)
    configure.require_unused(category)
    with pytest.raises(configure.InUse, match="questions"):
        configure.require_unused(other)


def test_close_round_closes_now_and_keeps_who_and_why(category: Category) -> None:
    boss = factories.administrator()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        configure.close_round(category.round, by=boss, reason="All have applied.")
    round_ = Round.objects.get()
    assert round_.closes_at == now
    event = round_.events.last()
    assert event.pgh_context.metadata == {"user": boss.pk, "reason": "All have applied."}
    with pytest.raises(Conflict):
        configure.close_round(round_, by=boss, reason="again")


def test_release_outcomes_waits_for_the_closing_and_happens_once(category: Category) -> None:
    boss = factories.administrator()
    with pytest.raises(Conflict):
        configure.release_outcomes(category.round, by=boss, reason="now")
    now = timezone.now()
    Round.objects.update(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    with pytest.raises(ReasonNeeded):
        configure.release_outcomes(category.round, by=boss, reason="  ")
    configure.release_outcomes(category.round, by=boss, reason="The Working Group met.")
    assert Round.objects.get().is_released
    with pytest.raises(Conflict):
        configure.release_outcomes(category.round, by=boss, reason="again")
