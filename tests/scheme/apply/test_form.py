"""How a field of the application reads what was typed."""

import pytest

from scheme.queries.applicant_form import LONGEST_LINE, LONGEST_TEXT, FormField


@pytest.mark.parametrize(("kind", "most"), [("line", LONGEST_LINE), ("text", LONGEST_TEXT)])
def test_one_endless_word_is_no_answer(kind: str, most: int) -> None:
    field = FormField("policy", "What is your policy?", kind, word_limit=5)
    assert field.read("x" * most) == "x" * most
    with pytest.raises(ValueError, match=f"{most}"):
        field.read("x" * (most + 1))
