"""Numbers by which enterprises, sites and people are known, made sound or refused (domain.md, section 4).

Each raises Django's `ValidationError` with words that say how to put it right.
"""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.exceptions import ValidationError as Unsound

from portal.typed import narrow

SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212.·/_]+")
# The places whose telephone numbers are accepted, in the order in which a number without country code is tried.
TELEPHONE_PLACES = ("HK", "CN")


def sound_br_number(typed: str) -> str:
    """The eight digits of a Business Registration number; spaces, hyphens and full-width digits may be typed."""
    digits = SEPARATORS.sub("", narrow(typed))
    if not re.fullmatch("[0-9]{8}", digits):
        raise ValidationError(
            _("Enter eight digits: the first eight of the number on the certificate, such as 12345678."),
            code="br_number",
        )
    return digits


def sound_uscc(typed: str) -> str:
    """The 18 characters of a Unified Social Credit Code, check character included; empty stays empty."""
    code = SEPARATORS.sub("", narrow(typed)).upper()
    if not code:
        return ""
    try:
        return uscc.validate(code)
    except InvalidLength:
        words = ngettext_lazy(
            "The code has 18 characters; you entered %(number)s.",
            "The code has 18 characters; you entered %(number)s.",
            "number",
        )
        raise ValidationError(words, code="uscc", params={"number": len(code)}) from None
    except InvalidChecksum:
        raise ValidationError(
            _("The last character does not fit the others. Compare each character with the business licence."),
            code="uscc",
        ) from None
    except Unsound:
        raise ValidationError(
            _("The code begins with eight digits, and has digits and capital letters other than I, O, S, V and Z."),
            code="uscc",
        ) from None


def sound_phone(typed: str) -> str:
    """A telephone number of Hong Kong or the mainland in the form +85223456789; its country code may be left out."""
    for place in TELEPHONE_PLACES:
        try:
            number = phonenumbers.parse(narrow(typed)[:40], place)
        except phonenumbers.NumberParseException:
            continue
        if any(phonenumbers.is_valid_number_for_region(number, region) for region in TELEPHONE_PLACES):
            number.extension = None
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ValidationError(
        _("Enter a telephone number of Hong Kong, such as 2345 6789, or of the mainland, such as +86 769 2222 3333."),
        code="phone",
    )
