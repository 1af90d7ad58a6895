"""What marks and reviews come to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import Side
from scheme.models import PartnerApplication
from scheme.queries.outcome import agreed_outcome, recommendations_in, reviews_agree, weighted_total
from tests import factories as make
from tests.scheme.decide import cases

# A mark as (weight, highest mark, mark).
marks = st.integers(1, 100).flatmap(
    lambda scale: st.tuples(st.integers(1, 1000), st.just(scale), st.integers(0, scale))
)


@given(st.lists(marks, min_size=1, max_size=12))
def test_total_lies_between_0_and_100_with_two_places_and_is_the_weighted_mean(given_marks):
    total = weighted_total(given_marks)
    assert Decimal(0) <= total <= Decimal(100)
    assert total == total.quantize(Decimal("0.01"))
    whole = sum(weight for weight, _scale, _value in given_marks)
    exact = sum(Decimal(w) * v / s for w, s, v in given_marks) * 100 / whole
    assert abs(total - exact) <= Decimal("0.005000000001")


@given(st.lists(marks, min_size=1, max_size=8), st.integers(0, 7))
def test_a_better_mark_never_lowers_the_total(given_marks, place):
    place %= len(given_marks)
    weight, scale, value = given_marks[place]
    better = [*given_marks[:place], (weight, scale, min(value + 1, scale)), *given_marks[place + 1 :]]
    assert weighted_total(better) >= weighted_total(given_marks)


@given(st.lists(marks, min_size=1, max_size=8))
def test_highest_marks_make_100_and_none_makes_0(given_marks):
    assert weighted_total([(weight, scale, scale) for weight, scale, _value in given_marks]) == 100
    assert weighted_total([(weight, scale, 0) for weight, scale, _value in given_marks]) == 0


def test_half_a_hundredth_is_rounded_up():
    assert weighted_total([(1, 8, 1), (1, 10000, 0)]) == Decimal("6.25")
    assert weighted_total([(1, 20000, 1)]) == Decimal("0.01")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "totals", "agree"),
    [
        ("partner", "partner", ("70.00", "80.00"), True),
        ("partner", "partner", ("70.00", "80.01"), False),
        ("not", "not", ("10.00", "20.00"), True),
        ("excellent", "partner", ("80.00", "80.00"), False),
        ("partner", "not", ("60.00", "60.00"), False),
    ],
)
def test_reviews_agree_on_the_same_recommendation_within_the_tolerance(first, second, totals, agree):
    application = cases.case_in(PartnerApplication.State.UNDER_REVIEW)
    cases.born_review(application, make.epd_officer(), Side.HONG_KONG, first, totals[0])
    cases.born_review(application, make.gdeic_officer(), Side.GUANGDONG, second, totals[1])
    assert reviews_agree(application) is agree
    assert agreed_outcome(application) == (first if agree else "")


@pytest.mark.django_db
def test_tolerance_is_the_rounds_own():
    application = cases.case_in(PartnerApplication.State.UNDER_REVIEW, category__round__tolerance=3)
    cases.born_review(application, make.epd_officer(), Side.HONG_KONG, "partner", "70.00")
    cases.born_review(application, make.gdeic_officer(), Side.GUANGDONG, "partner", "73.01")
    assert not reviews_agree(application)


@pytest.mark.django_db
def test_review_of_an_author_in_conflict_does_not_count():
    application = cases.case_in(PartnerApplication.State.UNDER_REVIEW)
    author = make.epd_officer()
    cases.born_review(application, author, Side.HONG_KONG)
    cases.born_review(application, make.gdeic_officer(), Side.GUANGDONG)
    assert agreed_outcome(application) == "partner"
    cases.in_conflict(author, application)
    assert (reviews_agree(application), agreed_outcome(application)) == (False, "")


@pytest.mark.django_db
def test_excellent_is_recommended_only_where_the_category_awards_it():
    assert recommendations_in(make.CategoryFactory(excellent_mark=None)) == ["not", "partner"]
    assert recommendations_in(make.CategoryFactory(excellent_mark=80)) == ["not", "partner", "excellent"]
