"""Reading what people type."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.casework.answers import as_typed, check_length, read_date, read_hkd, read_number, words_in

IDEOGRAPHS = st.text(st.sampled_from("清潔生產伙伴粵港环保节能"), max_size=50)
LATIN = st.lists(st.text("abcdefghXYZ0123456789", min_size=1, max_size=12), max_size=50)


@given(LATIN, IDEOGRAPHS)
def test_words_count_english_words_and_chinese_characters(words, ideographs):
    assert words_in(" ".join(words) + " " + ideographs) == len(words) + len(ideographs)
    assert words_in(ideographs + "，".join(words)) == len(words) + len(ideographs)


@pytest.mark.parametrize(("text", "count"), [
    ("", 0), ("  \n ", 0), ("Don't re-use 1,250.5 kWh!", 4), ("節省30%能源", 5), ("VOC減排", 3), ("—…·", 0),
])  # fmt: skip
def test_words_of_examples(text, count):
    assert words_in(text) == count


@given(st.integers(0, 300), st.integers(1, 300))
def test_length_is_refused_exactly_above_the_limit(number, limit):
    text = "word " * number
    if number > limit:
        with pytest.raises(ValueError, match=str(limit)):
            check_length(text, limit)
    else:
        check_length(text, limit)


@given(st.decimals(-(10**12), 10**12, places=3, allow_nan=False))
def test_number_is_read_back_with_and_without_grouping(number):
    assert read_number(f"{number:,f}") == number
    assert read_number(as_typed(number)) == number


@given(st.integers(0, 10**14))
def test_hkd_is_read_to_the_cent_however_it_is_written(cents):
    dollars = f"{cents // 100:,}.{cents % 100:02d}"
    full_width = dollars.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,."})
    for typed in (dollars, f"HK${dollars}", f"HKD {dollars}", f" $ {dollars} ", f"港幣{dollars}元", full_width):
        assert read_hkd(typed) == cents


@given(st.text(max_size=30))
def test_readers_refuse_by_value_error_only(typed):
    for read in (read_number, read_hkd, read_date):
        with contextlib.suppress(ValueError):
            assert read(typed) is not None


@pytest.mark.parametrize(
    "typed", ["", "-", "1,2,3", "1e5", "NaN", "Infinity", "12abc", "1..2", "1.2345", "٣", "9" * 40, "1,00", "--1"]
)
def test_number_that_is_none_is_refused(typed):
    with pytest.raises(ValueError, match=r"\."):
        read_number(typed)


def test_number_outside_its_limits_is_refused():
    assert read_number("5", smallest=Decimal(5), largest=Decimal(5)) == 5
    with pytest.raises(ValueError, match="not below 5"):
        read_number("4.999", smallest=Decimal(5))
    with pytest.raises(ValueError, match="not above 5"):
        read_number("5.001", largest=Decimal(5))
    with pytest.raises(ValueError, match="whole number"):
        read_number("5.5", places=0)


@pytest.mark.parametrize("typed", ["-1", "1.234", "HK$", "USD 5", "1 234 5"])
def test_hkd_that_is_no_amount_is_refused(typed):
    with pytest.raises(ValueError, match=r"\."):
        read_hkd(typed)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_date_is_read_in_three_ways(day):
    for typed in (day.isoformat(), f"{day.day}/{day.month}/{day.year}", f"{day.year}年{day.month}月{day.day}日"):
        assert read_date(typed) == day


@pytest.mark.parametrize("typed", ["31/2/2024", "2024-13-01", "5/2/15", "0001-01-01", "yesterday", "2024-02-05x"])
def test_date_that_is_none_is_refused(typed):
    with pytest.raises(ValueError, match="real date"):
        read_date(typed)
