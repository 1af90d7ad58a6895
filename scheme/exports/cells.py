"""What a cell of a list may hold: words, never a formula."""

import re
import unicodedata

# What spreadsheet programs take for the beginning of a formula, and what they pass over before it.
FORMULA_SIGNS = frozenset("=+-@")
PASSED_OVER = frozenset("\t\r\n\v\f\x00\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
# A telephone number begins with a plus: written in brackets it stays readable, and is no formula.
TELEPHONE = re.compile(r"\+(852|86)(\d{6,12})")


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet program might run `text`: signs in full width, and hidden characters before, count too."""
    for character in text:
        if character in PASSED_OVER or character.isspace():
            if character in "\t\r\n":
                return True
            continue
        return unicodedata.normalize("NFKC", character)[:1] in FORMULA_SIGNS
    return False


def harmless(text: str) -> str:
    """`text`, with an apostrophe before it where a spreadsheet program might run it."""
    # Nearly every cell begins with a letter, a Chinese character or a digit: those need no second look.
    return f"'{text}" if not text[:1].isalnum() and begins_formula(text) else text


def telephone(number: object) -> str:
    """A telephone number for a cell: (+852) 23456789."""
    text = str(number or "")
    found = TELEPHONE.fullmatch(text)
    return f"(+{found[1]}) {found[2]}" if found else harmless(text)
