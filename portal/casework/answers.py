"""Reading what people type: numbers, money, dates, and the length of a text. Strict, and the same in every script.

Each reader takes the text as typed and returns the value, or raises `ValueError` with a translated sentence that says
what is wrong and how to put it right.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LARGEST = Decimal(10) ** 13
GROUPED = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
CURRENCY = re.compile(r"^(HKD|HK\$|\$|港幣|港币)\s*|\s*(元|HKD)$", re.IGNORECASE)
# Ideographs count one by one; every other unbroken run of letters and digits is one word.
IDEOGRAPH = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
WORD = re.compile(rf"[{IDEOGRAPH}]|[^\W_{IDEOGRAPH}]+(?:['’.,\-][^\W_{IDEOGRAPH}]+)*")
DATES = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"),
)


def plain(typed: str) -> str:
    """Full-width signs as half-width ones; no marks of direction, no spaces around."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Cs") or c in "\n\t").strip()


def words_in(text: str) -> int:
    """How long a text is: English words and Chinese characters, each counted once."""
    return len(WORD.findall(text))


def check_length(text: str, limit: int) -> None:
    """Raise `ValueError` when `text` has more words or characters than `limit`."""
    over = words_in(text) - limit
    if over > 0:
        raise ValueError(
            ngettext(
                "This text is %(over)s word or character longer than the limit of %(limit)s. Shorten it.",
                "This text is %(over)s words or characters longer than the limit of %(limit)s. Shorten it.",
                over,
            )
            % {"over": over, "limit": limit}
        )


def read_number(
    typed: str, *, smallest: Decimal | None = None, largest: Decimal | None = None, places: int = 3
) -> Decimal:
    """A number with or without thousands separators, at most `places` decimals, between the limits set."""
    text = re.sub(r"(?<=[0-9])[ \u2009](?=[0-9]{3})", ",", plain(typed))
    if not GROUPED.fullmatch(text):
        raise ValueError(_("Enter a number in digits, for example 12,500 or 0.75."))
    number = Decimal(text.replace(",", ""))
    _within(number, smallest, largest)
    if abs(number) >= LARGEST:
        raise ValueError(_("This number is too large. Check the unit."))
    if number != round(number, places):
        if places == 0:
            raise ValueError(_("Enter a whole number."))
        raise ValueError(_("Enter at most %(places)s decimal places.") % {"places": places})
    return number


def _within(number: Decimal, smallest: Decimal | None, largest: Decimal | None) -> None:
    if smallest is not None and number < smallest:
        raise ValueError(_("Enter a number that is not below %(smallest)s.") % {"smallest": as_typed(smallest)})
    if largest is not None and number > largest:
        raise ValueError(_("Enter a number that is not above %(largest)s.") % {"largest": as_typed(largest)})


def read_hkd(typed: str) -> int:
    """An amount in Hong Kong dollars, as integer cents; never below zero."""
    text = CURRENCY.sub("", CURRENCY.sub("", plain(typed)))
    return int(read_number(text, smallest=Decimal(0), places=2) * 100)


def read_date(typed: str) -> date:
    """A date as `2015-02-05`, `5/2/2015` (day first) or `2015年2月5日`."""
    text = plain(typed).replace(" ", "")
    for pattern in DATES:
        if found := pattern.fullmatch(text):
            parts = {name: int(value) for name, value in found.groupdict().items()}
            if not 1900 <= parts["year"] <= 2200:
                break
            try:
                return date(**parts)
            except ValueError:
                break
    raise ValueError(_("Enter a real date as day/month/year, for example 5/2/2015."))


def as_typed(number: Decimal) -> str:
    """A decimal in its shortest plain form: no exponent, no trailing zeros."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
