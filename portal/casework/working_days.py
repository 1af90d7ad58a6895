"""Working days of both places: weekdays that are a holiday neither in Hong Kong nor in the mainland."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

HONG_KONG_TIME = ZoneInfo("Asia/Hong_Kong")


@cache
def _calendars() -> tuple[holidays.HolidayBase, holidays.HolidayBase]:
    # In Hong Kong the statutory holidays are fewer than the general ones, on which offices are closed (Good Friday…).
    general = holidays.country_holidays("HK", categories=("public", "optional"))
    return general, holidays.country_holidays("CN")


def is_working_day(day: date) -> bool:
    """Both places work on `day`. The mainland's swapped weekends do not count: Hong Kong rests on them."""
    hong_kong, mainland = _calendars()
    return day.weekday() < 5 and day not in hong_kong and day not in mainland


def after_working_days(start: date, number: int) -> date:
    """The day on which `number` whole working days of both places have passed after `start`."""
    day = start
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def end_of(day: date) -> datetime:
    """The last second of `day`, Hong Kong time."""
    return datetime.combine(day, time(23, 59, 59), HONG_KONG_TIME)
