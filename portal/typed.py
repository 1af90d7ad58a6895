"""What people type or paste, made sound before anything looks at it."""

import unicodedata
from typing import Any

from django import forms

LINE_ENDS = {"\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c"}


def sound(text: str) -> str:
    """One form of each character; without control characters, and without marks that turn the direction of text.

    Such marks take no room: with them one name can be made to look like another.
    """
    kept = (
        "\n" if c in LINE_ENDS else " " if c.isspace() else c
        for c in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    return "".join(kept)


def one_line(text: str) -> str:
    """A name or an address: one line, single spaces, none at the ends."""
    return " ".join(sound(text).split())


def lines(text: str) -> str:
    """A text of several lines; at most one empty line between two."""
    kept: list[str] = []
    for line in (" ".join(line.split()) for line in sound(text).split("\n")):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def narrow(text: str) -> str:
    """Numbers and codes: full-width signs become the ordinary ones."""
    return one_line(unicodedata.normalize("NFKC", text))


class OneLineField(forms.CharField):
    """A field for a name, an address, a post."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class LinesField(forms.CharField):
    """A field for a text of several lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return lines(super().to_python(value) or "")
