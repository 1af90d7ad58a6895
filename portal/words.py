"""Words kept in three languages: three columns, and a property that reads the right one."""

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("en", "zh-hant", "zh-hans")
# When a language has no text, the nearest one speaks.
NEXT_BEST = {
    "en": ("zh-hant", "zh-hans"),
    "zh-hant": ("zh-hans", "en"),
    "zh-hans": ("zh-hant", "en"),
}
# What pages, mails and PDFs declare (design.md, section 4).
HTML_LANGUAGE = {"en": "en", "zh-hant": "zh-Hant-HK", "zh-hans": "zh-Hans-CN"}


def column(name: str, language: str) -> str:
    """`column("name", "zh-hant")` is `"name_zh_hant"`."""
    return f"{name}_{language.replace('-', '_')}"


def in_language(thing: Any, name: str, language: str | None = None) -> str:
    """The text of `thing` in `language` (the active one when unset), or in the next best language."""
    language = language or get_language() or "en"
    if language not in NEXT_BEST:
        language = "en"
    for candidate in (language, *NEXT_BEST[language]):
        if text := getattr(thing, column(name, candidate)):
            return text
    return ""


class Trilingual:
    """A readable attribute over the three columns `<name>_en`, `<name>_zh_hant`, `<name>_zh_hans`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, thing: Any, owner: type | None = None) -> Any:
        return self if thing is None else in_language(thing, self.name)


class Named(models.Model):
    """A name in three languages."""

    name_en = models.CharField(_("name in English"), max_length=200)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=200, blank=True)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=200, blank=True)
    name = Trilingual()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
