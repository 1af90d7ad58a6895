"""Working days of both places."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.casework.working_days import after_working_days, is_working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 4, 17), True),
        (date(2025, 4, 18), False),  # Good Friday: a general holiday in Hong Kong
        (date(2025, 4, 21), False),  # Easter Monday
        (date(2025, 10, 8), False),  # the mainland's golden week
        (date(2025, 9, 28), False),  # a Sunday on which the mainland works and Hong Kong does not
    ],
)
def test_day_counts_when_both_places_work(day, works):
    assert is_working_day(day) is works


@given(st.dates(date(2010, 1, 1), date(2027, 1, 1)), st.integers(0, 40))
def test_exactly_that_many_working_days_lie_after_the_start(start, number):
    end = after_working_days(start, number)
    days = [date.fromordinal(n) for n in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(map(is_working_day, days)) == number
    assert number == 0 or is_working_day(end)
