"""Invented words in the language of who writes them."""

from scheme.services.demo.data import demo_data, one_of

LANGUAGES = ("zh-hant", "en", "zh-hant", "zh-hans", "en", "zh-hant")
COLUMN = {"en": 0, "zh-hant": 1, "zh-hans": 2}


def text(kind: str, key: str, language: str) -> str:
    """One of the invented texts of that kind, always the same for the same key; an answer fits its question."""
    return one_of(kind.partition("-")[0] + key, demo_data("texts")["texts"][kind])[COLUMN[language]]


def person_name(key: str, language: str) -> str:
    """An invented person's name, in the script of the language."""
    surname = one_of(key + "surname", demo_data("texts")["surnames"])[COLUMN[language]]
    given = one_of(key + "given", demo_data("texts")["given_names"])[COLUMN[language]]
    return f"{surname} {given}" if language == "en" else surname + given


def post_of(key: str, language: str) -> str:
    """An invented post in an enterprise."""
    return one_of(key + "post", demo_data("texts")["posts"])[COLUMN[language]]
