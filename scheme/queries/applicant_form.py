"""The application form as data: what a section and a field of it are, and how a field reads what was typed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.casework import answers

QUESTIONS = "questions-"
LONGEST_LINE = 150
# Words are counted, but a word has no end: whoever reads or prints the application must be able to.
LONGEST_TEXT = 20_000
Typed = str | list[str]


@dataclass(frozen=True)
class FormField:
    """One thing asked. `kind`: line, text, number, hkd, date, choice, yes_no, tick, sites or file."""

    code: str
    label: str
    kind: str = "line"
    help: str = ""
    required: bool = True
    word_limit: int | None = None
    unit: str = ""
    smallest: Decimal | None = None
    largest: Decimal | None = None
    places: int = 3
    choices: tuple[tuple[str, str], ...] = ()
    # The name under which the frozen content keeps it, where that differs from the code.
    kept_as: str = ""

    @property
    def name(self) -> str:
        return self.kept_as or self.code

    @property
    def is_list(self) -> bool:
        return self.kind == "sites"

    def read(self, typed: Typed) -> Any:
        """The value in the form it is frozen in. Raises `ValueError` with a sentence for the field."""
        if isinstance(typed, list):
            return self._read_list(typed)
        if self.kind in ("choice", "yes_no", "tick"):
            if typed not in dict(self.choices):
                raise ValueError(_("Choose one of the answers offered."))
            return typed
        if self.kind == "number":
            return self._read_number(typed)
        if self.kind == "hkd":
            return answers.read_hkd(typed)
        if self.kind == "date":
            return answers.read_date(typed).isoformat()
        return self._read_text(typed)

    def _read_list(self, typed: list[str]) -> list[str]:
        if not set(typed) <= set(dict(self.choices)):
            raise ValueError(_("A site you chose is no longer there. Choose again."))
        return sorted(typed)

    def _read_number(self, typed: str) -> str:
        number = answers.read_number(typed, smallest=self.smallest, largest=self.largest, places=self.places)
        return answers.as_typed(number)

    def _read_text(self, typed: str) -> str:
        if self.word_limit:
            answers.check_length(typed, self.word_limit)
        most = LONGEST_LINE if self.kind == "line" else LONGEST_TEXT
        if len(typed) > most:
            raise ValueError(_("Use at most %(limit)s characters.") % {"limit": most})
        return typed.strip()


@dataclass(frozen=True)
class FormSection:
    """One line of the task list. A repeated section has entries, each with `fields`."""

    code: str
    title: str
    kind: str
    fields: tuple[FormField, ...] = ()
    help: str = ""
    repeated: bool = False
    fewest: int = 0
    entry: str = ""

    def named(self, code: str) -> FormField:
        return next(one for one in self.fields if one.code == code)

    @property
    def questions(self) -> str:
        """The code of the section of questions this stands for."""
        return self.code.removeprefix(QUESTIONS)

    def document_key(self, one: FormField) -> str:
        """What `ApplicationDocument.question` holds for a file field of this section."""
        return f"{self.questions}/{one.code}"


@dataclass(frozen=True)
class Form:
    """All sections of a category's form, in order."""

    sections: tuple[FormSection, ...]
    by_code: dict[str, FormSection] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {one.code: one for one in self.sections})

    def __iter__(self) -> Iterator[FormSection]:
        return iter(self.sections)
