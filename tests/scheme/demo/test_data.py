"""The data files: whole, in three languages, and of one mind with the code that reads them."""

from datetime import date

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheme.models import Round
from scheme.models.choices import MeasureKind
from scheme.services.demo.answers import NUMBERS, TEXT_OF
from scheme.services.demo.calendar import STAGES, Calendar
from scheme.services.demo.data import demo_data, number_of, one_of
from scheme.services.demo.paper import paper
from scheme.services.demo.rounds import at
from scheme.services.standard_form import standard_form

KINDS = ("manufacturing", "sourcing", "technology_service")
BUILT_IN = {"eligibility", "measures", "audit", "suppliers", "projects", "sites"}


@pytest.mark.parametrize("kind", KINDS)
def test_weights_come_to_a_hundred(kind: str) -> None:
    assert sum(criterion["weight"] for criterion in standard_form(kind)["criteria"]) == 100


@pytest.mark.parametrize("kind", KINDS)
def test_criteria_rest_on_sections_that_exist(kind: str) -> None:
    form = standard_form(kind)
    known = BUILT_IN | {section["code"] for section in form["sections"]}
    assert {code for criterion in form["criteria"] for code in criterion["rests_on"]} <= known


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_is_there_in_three_languages(kind: str) -> None:
    form = standard_form(kind)
    questions = [question for section in form["sections"] for question in section["questions"]]
    words = [item["text"] for item in form["eligibility"]] + [section["name"] for section in form["sections"]]
    words += [question["text"] for question in questions]
    words += [question["help"] for question in questions if "help" in question]
    words += [c[name] for c in form["criteria"] for name in ("name", "guidance")]
    words += [[c["en"], c["zh_hant"], c["zh_hans"]] for q in questions for c in q.get("choices", [])]
    assert {len(texts) for texts in words} == {3}
    assert all(text.strip() for texts in words for text in texts)


@pytest.mark.parametrize("kind", KINDS)
def test_codes_are_given_once(kind: str) -> None:
    form = standard_form(kind)
    for rows in (form["eligibility"], form["sections"], form["criteria"], *(s["questions"] for s in form["sections"])):
        codes = [row["code"] for row in rows]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", KINDS)
def test_the_demonstration_can_answer_every_question(kind: str) -> None:
    for section in standard_form(kind)["sections"]:
        for question in section["questions"]:
            if question["kind"] == "number":
                least, most = NUMBERS[question["code"]]
                assert question["smallest"] <= least
                assert most <= question["largest"]
            if question["kind"] == "text":
                assert demo_data("texts")["texts"][TEXT_OF.get((kind, question["code"]), question["code"])]


def test_measures_are_of_known_kinds() -> None:
    assert {measure["kind"] for measure in demo_data("texts")["measures"]} <= set(MeasureKind.values)


def test_enterprises_are_different_from_one_another() -> None:
    rows = demo_data("enterprises")["enterprises"]
    for column in ([row["br_number"] for row in rows], *zip(*(row["name"] for row in rows), strict=True)):
        assert len(column) == len(set(column))


@given(st.text(), st.integers(-1000, 1000), st.integers(0, 1000))
def test_chance_is_bounded_and_the_same_each_time(key: str, least: int, more: int) -> None:
    drawn = number_of(key, least, least + more)
    assert least <= drawn <= least + more
    assert number_of(key, least, least + more) == drawn
    assert one_of(key, [least]) == least


@given(st.integers(2010, 2045), st.text(min_size=1, max_size=12))
def test_the_stages_of_a_round_follow_one_another(year: int, key: str) -> None:
    closing = date(year, 5, 30)
    calendar = Calendar(Round(year=year, closes_at=at(closing, 17), valid_from=date(year, 10, 30)), closing)
    one_way = [stage for stage in STAGES if stage not in ("lapsed", "reviewed_guangdong", "notice", "objection")]
    times = [calendar.time(stage, key) for stage in one_way]
    times += [calendar.published_at, calendar.time("objection", key)]
    assert times == sorted(times)
    assert calendar.time("submitted", key) < calendar.round.closes_at < times[2]
    assert calendar.time("objection", key).date() < calendar.meeting


def test_the_paper_is_a_real_pdf() -> None:
    with pikepdf.open(paper("a.pdf", "Meter records")) as pdf:
        assert len(pdf.pages) == 1
