"""Content in words, and differences."""

import pytest
from django.utils.translation import override

from scheme.queries.content import Change, readable, readable_differences
from scheme.services.apply import content_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def rows(content, application):
    return {
        (section.title, row.label): row.value
        for section in readable(content, application.category)
        for row in section.rows
    }


def test_readable_says_money_numbers_and_dates_in_the_readers_language(application):
    content = content_of(application)
    english = rows(content, application)
    assert english["Measure 1", "Investment"] == "HK$1,250,000.50"
    assert english["Measure 1", "Energy saved a year"] == "320,000 kWh"
    assert english["Measure 1", "Site"] == "Dongguan factory"
    assert english["Site 1", "City"] == "Dongguan"
    with override("zh-hant"):
        chinese = rows(content, application)
    assert {"東莞", "2024年3月5日"} <= set(chinese.values())
    assert chinese["措施1", "廠址"] == content["sites"][0]["name_zh"] != "Dongguan factory"


def test_readable_holds_the_questions_of_the_round_with_their_choices(application):
    section = make.QuestionSectionFactory(category=application.category, code="management", name_en="Management")
    choice = [{"value": "iso", "en": "ISO 14001", "zh_hant": "ISO 14001 認證"}]
    make.QuestionFactory(section=section, code="system", kind="choice", text_en="Which system?", choices=choice)
    application.parts.create(key="questions-management", data={"system": "iso"})
    content = content_of(application)
    assert content["sections"] == {"management": {"system": "iso"}}
    assert rows(content, application)["Management", "Which system?"] == "ISO 14001"


def test_differences_name_each_answer_that_changed(application):
    before = content_of(application)
    part = application.parts.get(key="measures")
    part.data |= {"savings": "300,000"}
    part.save()
    application.parts.create(key="measures", position=9, data={"title": "New boiler"})
    changes = readable_differences(before, content_of(application), application.category)
    assert changes == [
        Change("Measure 1", "Money saved a year", "HK$280,000", "HK$300,000"),
        Change("Measure 2", "Title of the measure", "", "New boiler"),
    ]


def test_differences_of_the_same_content_are_none(application):
    content = content_of(application)
    assert readable_differences(content, content, application.category) == []


def test_readable_and_content_ask_a_constant_number_of_queries(application, django_assert_num_queries):
    content = content_of(application)
    with django_assert_num_queries(4):
        readable(content, application.category)
    for number in range(3):
        application.parts.create(key="measures", position=number + 1, data=make.MEASURE)
    with django_assert_num_queries(6):
        content = content_of(application)
    with django_assert_num_queries(4):
        readable(content, application.category)
