"""Template words used on every page."""

from typing import Any

from django import template
from django.utils.numberformat import format as format_number

from portal.words import in_language

register = template.Library()


@register.filter
def said(thing: Any, name: str) -> str:
    """`{{ round|said:"name" }}`: the text of three columns in the page's language."""
    return in_language(thing, name)


@register.filter
def hkd(cents: int | None) -> str:
    """Integer cents as `HK$1,234.50`; whole dollars without cents."""
    if cents is None:
        return ""
    dollars = format_number(abs(cents) // 100, ".", grouping=3, thousand_sep=",", force_grouping=True)
    rest = f".{abs(cents) % 100:02d}" if cents % 100 else ""
    return f"{'-' if cents < 0 else ''}HK${dollars}{rest}"
