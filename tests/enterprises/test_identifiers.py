import string

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc

from enterprises.identifiers import sound_br_number, sound_phone, sound_uscc
from portal.typed import lines, narrow, one_line

FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")
digits = st.text(string.digits, min_size=8, max_size=8)
separators = st.lists(st.sampled_from(["", " ", "-", "\u3000", "－", "–"]), min_size=9, max_size=9)
USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
codes = st.builds(
    lambda head, body: (number := head + body) + uscc.calc_check_digit(number),
    st.text(string.digits, min_size=8, max_size=8),
    st.text(USCC_LETTERS, min_size=9, max_size=9),
)


@given(digits, separators, st.booleans())
def test_br_number_is_the_same_however_it_is_typed(number, between, full_width):
    typed = "".join(a + b for a, b in zip(between, [*number, ""], strict=True))
    assert sound_br_number(typed.translate(FULL_WIDTH) if full_width else typed) == number


@given(st.text(string.digits, max_size=20))
def test_br_number_of_another_length_is_refused(number):
    assume(len(number) != 8)
    with pytest.raises(ValidationError) as refusal:
        sound_br_number(number)
    assert "12345678" in refusal.value.message


@given(st.text())
def test_br_number_is_eight_digits_or_refused_whatever_is_typed(typed):
    try:
        number = sound_br_number(typed)
    except ValidationError:
        return
    assert len(number) == 8
    assert set(number) <= set(string.digits)


def test_br_number_in_other_scripts_digits_is_refused():
    with pytest.raises(ValidationError):
        sound_br_number("٠١٢٣٤٥٦٧")


@given(codes)
def test_uscc_is_the_same_however_it_is_typed(code):
    assert sound_uscc(code) == code
    assert sound_uscc(f" {code[:4]} {code[4:10].lower()}-{code[10:].translate(FULL_WIDTH)} ") == code


@given(codes, st.integers(0, 16), st.sampled_from(USCC_LETTERS))
def test_uscc_with_one_character_mistyped_is_refused(code, place, other):
    assume(other != code[place])
    with pytest.raises(ValidationError):
        sound_uscc(code[:place] + other + code[place + 1 :])


@given(codes, st.integers(0, 17))
def test_uscc_with_a_character_missing_says_how_many_there_are(code, place):
    with pytest.raises(ValidationError) as refusal:
        sound_uscc(code[:place] + code[place + 1 :])
    assert refusal.value.messages == ["The code has 18 characters; you entered 17."]


def test_uscc_left_empty_stays_empty():
    assert sound_uscc(" \u200e") == ""


@given(st.text(min_size=1, max_size=30))
def test_uscc_is_sound_or_refused_whatever_is_typed(typed):
    try:
        code = sound_uscc(typed)
    except ValidationError:
        return
    assert code == "" or uscc.is_valid(code)


@given(st.from_regex(r"[5-79][0-9]{7}", fullmatch=True))
def test_phone_of_hong_kong_may_be_typed_without_country_code(number):
    try:
        expected = sound_phone(f"+852{number}")
    except ValidationError:
        assume(False)
    assert expected == f"+852{number}"
    assert sound_phone(f"{number[:4]} {number[4:]}".translate(FULL_WIDTH)) == expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2345 6789", "+85223456789"),
        ("+86 769 2222 3333", "+8676922223333"),
        ("0769-2222 3333", "+8676922223333"),
        ("13800138000", "+8613800138000"),
        ("2345 6789 ext. 12", "+85223456789"),
    ],
)
def test_phone_is_kept_in_one_form(typed, kept):
    assert sound_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "+1 212 555 2368", "+853 2833 3333", "telephone", "9" * 400, "\u202e1"])
def test_phone_of_elsewhere_or_of_nowhere_is_refused(typed):
    with pytest.raises(ValidationError) as refusal:
        sound_phone(typed)
    assert "2345 6789" in refusal.value.message


@given(st.text())
def test_one_line_has_no_controls_and_no_marks_that_turn_text(typed):
    once = one_line(typed)
    assert one_line(once) == once
    assert not set(once) & set("\n\r\t\0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@given(st.text())
def test_lines_keep_at_most_one_empty_line(typed):
    kept = lines(typed)
    assert lines(kept) == kept
    assert "\n\n\n" not in kept


def test_typed_text_keeps_what_people_mean():
    assert one_line("  Clean\u202e Works\t（香港）🌿 ") == "Clean Works （香港）🌿"
    assert lines("one\r\n\r\n\r\ntwo ") == "one\n\ntwo"
    assert narrow("ＡＢ１２") == "AB12"
