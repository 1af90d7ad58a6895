"""Configuration on the desk: who sees it, who changes it, what a form in use answers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheme.models import Category, Criterion, Question, Round
from tests import factories


@pytest.fixture
def category(db: None) -> Category:
    return factories.CategoryFactory()


@pytest.fixture
def boss(client: Client, db: None) -> Client:
    client.force_login(factories.administrator(email="boss@demo.example"))
    return client


def address(thing: Any, page: str = "change") -> str:
    return reverse(f"admin:scheme_{thing._meta.model_name}_{page}", args=[thing.pk])


def round_fields(round_: Round, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "year": 2031, "number": "", "tolerance": 10, "notice_working_days": 5, "clarification_working_days": 10,
        "review_working_days": 15, "validity_years": 2, "valid_from": "", "signed_on": "", "signatory_hong_kong": "",
        "signatory_guangdong": "", "categories-TOTAL_FORMS": 0, "categories-INITIAL_FORMS": 0,
    }  # fmt: skip
    for name, day in (("opens_at", "2031-03-01"), ("closes_at", "2031-05-31"), ("release_at", "2031-10-30")):
        fields |= {f"{name}_0": day, f"{name}_1": "17:00:00"}
    return fields | changes


def question_fields(question: Question, **changes: Any) -> dict[str, Any]:
    return {
        "section": question.section_id, "code": question.code, "kind": question.kind, "text_en": question.text_en,
        "position": 0, "word_limit": 100,
    } | changes  # fmt: skip


def test_round_is_changed_by_an_administrator_and_its_history_says_what(boss: Client, category: Category) -> None:
    answer = boss.post(address(category.round), round_fields(category.round))
    assert answer.status_code == 302, answer.context["errors"]
    history = boss.get(address(category.round, "history")).content.decode()
    assert "boss" in history or "Person" in history
    assert "Applications close" in history
    assert "31 May 2031" in history


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at_0": "2031-02-01"}, "closes_at"),
        ({"release_at_0": "2031-05-01"}, "release_at"),
        ({"year": "abc"}, "year"),
        ({"opens_at_0": ""}, "opens_at"),
    ],
)
def test_wrong_dates_are_refused_in_words_at_their_field(
    boss: Client, category: Category, changes: dict[str, str], field: str
) -> None:
    answer = boss.post(address(category.round), round_fields(category.round, **changes))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert Round.objects.get() == category.round


def test_tolerance_stays_once_an_application_was_submitted(boss: Client, category: Category) -> None:
    factories.ApplicationFactory(category=category, state="submitted")
    answer = boss.post(address(category.round), round_fields(category.round, tolerance=30))
    assert "tolerance" in answer.context["adminform"].form.errors
    assert boss.post(address(category.round), round_fields(category.round)).status_code == 302


def test_question_of_a_form_in_use_cannot_be_changed_or_added(boss: Client, category: Category) -> None:
    question = factories.QuestionFactory(section__category=category)
    factories.ApplicationFactory(category=category, state="submitted")
    page = boss.get(address(question))
    assert "An application has been submitted in this category" in page.content.decode()
    assert boss.post(address(question), question_fields(question, text_en="Changed")).status_code == 404
    added = boss.post(reverse("admin:scheme_question_add"), question_fields(question, code="new"))
    assert list(added.context["adminform"].form.errors) == ["section"]
    assert boss.post(address(question, "delete"), {"post": "yes"}).status_code == 404
    assert list(Question.objects.values_list("text_en", flat=True)) == [question.text_en]


def test_criteria_of_a_category_in_use_cannot_be_changed(boss: Client, category: Category) -> None:
    criterion = factories.CriterionFactory(category=category)
    factories.ApplicationFactory(category=category, state="submitted")
    fields = {"pass_mark": 10, "fewest_measures": 1, "criteria-TOTAL_FORMS": 1, "criteria-INITIAL_FORMS": 1,
              "criteria-0-id": criterion.pk, "criteria-0-category": category.pk, "criteria-0-weight": 99,
              "eligibility_items-TOTAL_FORMS": 0, "eligibility_items-INITIAL_FORMS": 0}  # fmt: skip
    assert boss.post(address(category), fields).status_code == 404
    assert (Criterion.objects.get().weight, Category.objects.get().pass_mark) == (criterion.weight, category.pass_mark)


def choice_rows(*rows: tuple[str, str]) -> dict[str, str]:
    named = {
        f"choices-{n}-{part}": value
        for n, row in enumerate(rows)
        for part, value in zip(("value", "en"), row, strict=True)
    }
    return named | {f"choices-{n}-zh_hant": "甲" for n in range(len(rows))}


def test_choices_are_edited_as_rows(boss: Client, category: Category) -> None:
    question = factories.QuestionFactory(section__category=category)
    rows = choice_rows(("iso", "ISO 14001"), ("", ""), ("none", "None"))
    rows["choices-1-zh_hant"] = ""
    answer = boss.post(address(question), question_fields(question, kind="choice", **rows))
    assert answer.status_code == 302, answer.context["errors"]
    question.refresh_from_db()
    assert question.choices == [
        {"value": "iso", "en": "ISO 14001", "zh_hant": "甲", "zh_hans": ""},
        {"value": "none", "en": "None", "zh_hant": "甲", "zh_hans": ""},
    ]
    # What belongs to other kinds is not kept.
    assert question.word_limit is None
    page = boss.get(address(question)).content.decode()
    assert 'value="ISO 14001"' in page


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("a", "A")], "at least two"),
        ([("a", "A"), ("a", "B")], "stands twice"),
        ([("a", "A"), ("b", "")], "needs a code"),
        ([("a", "A"), ("b c", "B")], "may hold letters"),
    ],
)
def test_wrong_choices_are_refused_and_kept_on_the_page(
    boss: Client, category: Category, rows: list[tuple[str, str]], words: str
) -> None:
    question = factories.QuestionFactory(section__category=category)
    answer = boss.post(address(question), question_fields(question, kind="choice", **choice_rows(*rows)))
    assert words in str(answer.context["adminform"].form.errors["choices"])
    assert f'value="{rows[-1][0]}"' in answer.content.decode()


def test_copy_makes_the_next_round_and_refuses_a_taken_year(boss: Client, category: Category) -> None:
    copy = reverse("admin:scheme_round_copy", args=[category.round_id])
    year = category.round.year
    assert boss.get(copy).status_code == 200
    assert boss.post(copy, {"year": year}).status_code == 200
    assert boss.post(copy, {"year": "soon"}).context["form"].errors
    answer = boss.post(copy, {"year": year + 1})
    assert answer["Location"] == address(Round.objects.get(year=year + 1))
    assert Round.objects.count() == 2


PAGES = ("round", "category", "question", "questionsection")


@pytest.mark.parametrize("page", PAGES)
def test_auditors_read_and_do_not_change(client: Client, category: Category, page: str) -> None:
    client.force_login(factories.auditor())
    question = factories.QuestionFactory(section__category=category)
    thing = {"round": category.round, "category": category, "question": question, "questionsection": question.section}[
        page
    ]
    assert client.get(reverse(f"admin:scheme_{page}_changelist")).status_code == 200
    assert client.get(address(thing)).status_code == 200
    assert client.get(address(thing, "history")).status_code == 200
    assert client.post(address(thing), {}).status_code == 404
    assert client.get(reverse(f"admin:scheme_{page}_add")).status_code == 404
    assert client.post(reverse("admin:scheme_round_copy", args=[category.round_id]), {"year": 2050}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("make", [factories.epd_officer, factories.secretariat, factories.organiser])
def test_others_find_no_configuration(client: Client, category: Category, page: str, make: Any) -> None:
    client.force_login(make())
    question = factories.QuestionFactory(section__category=category)
    thing = {"round": category.round, "category": category, "question": question, "questionsection": question.section}[
        page
    ]
    for there in (reverse(f"admin:scheme_{page}_changelist"), address(thing), address(thing, "history")):
        answer = client.get(there)
        assert answer.status_code == 404
        assert answer.templates[0].name == "404.html"


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_a_constant_number_of_queries(
    boss: Client, category: Category, number: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(number):
        factories.QuestionFactory(section__category__round__year=2100 + n)
    for page in PAGES:
        with django_assert_max_num_queries(14):
            boss.get(reverse(f"admin:scheme_{page}_changelist"))


def test_form_in_use_is_read_in_words_not_as_data(boss: Client, category: Category) -> None:
    row = {"value": "iso", "en": "ISO 14001", "zh_hant": "甲", "zh_hans": "乙"}
    section = factories.QuestionSectionFactory(category=category, code="policy", name_en="Policy and people")
    question = factories.QuestionFactory(section=section, kind="choice", choices=[row])
    factories.CriterionFactory(category=category, rests_on=["policy", "measures"])
    factories.ApplicationFactory(category=category, state="submitted")
    assert "iso: ISO 14001 · 甲 · 乙" in boss.get(address(question)).content.decode()
    page = boss.get(address(category)).content.decode()
    assert "Policy and people, Improvement measures" in page
    assert "&quot;policy&quot;" not in page
