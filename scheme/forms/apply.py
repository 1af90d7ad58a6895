"""A section of an application as a form: what was posted, and what the page shows for each field.

The fields are data, so this is no Django form: whatever is typed is taken as it is, valid or not, and saved. Names of
inputs: `f-<code>` what is typed, `was-<code>` what the page was loaded with, `choose-<code>` and `seen-<code>` the
choice between two people's values, `tried-<code>` what this page sent before without an answer (JSON lists).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from portal.casework.services.parts import Saved
from scheme.models import ApplicationDocument
from scheme.queries.applicant_draft import Draft
from scheme.queries.applicant_form import FormField, FormSection, Typed


@dataclass
class Posted:
    """What a page sent for one section, by field code."""

    typed: dict[str, Typed] = field(default_factory=dict)
    was: dict[str, Typed] = field(default_factory=dict)
    settled: dict[str, Typed] = field(default_factory=dict)
    tried: dict[str, list[Typed]] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Iterable[FormField], data: QueryDict) -> "Posted":
        """Only known fields that the page really had; a box left empty counts, a field the page lacked does not."""
        posted = cls()
        for one in fields:
            code = one.code
            if one.kind == "file" or not (f"f-{code}" in data or f"was-{code}" in data):
                continue
            posted.was[code] = value_of(one, data.getlist(f"was-{code}"))
            posted.typed[code] = value_of(one, data.getlist(f"f-{code}"))
            posted.tried[code] = [value_of(one, tried) for tried in _lists(data.getlist(f"tried-{code}"))]
            seen = value_of(one, data.getlist(f"seen-{code}"))
            if data.get(f"choose-{code}") == "theirs":
                posted.typed[code] = posted.was[code] = seen
            elif data.get(f"choose-{code}") == "mine":
                posted.settled[code] = seen
        return posted


def value_of(one: FormField, values: list[str]) -> Typed:
    """One text, or a sorted list; an empty list is an empty text. Lines end as they do in the database."""
    values = [value.replace("\r\n", "\n").replace("\r", "\n") for value in values]
    if one.is_list:
        return sorted({value for value in values if value}) or ""
    return values[-1] if values else ""


def _lists(texts: list[str]) -> Iterator[list[str]]:
    for text in texts[:50]:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, list) and all(isinstance(item, str) for item in found):
            yield found


@dataclass(frozen=True)
class Shown:
    """A field as the page shows it."""

    field: FormField
    value: Typed
    was: list[str]
    error: str = ""
    # Another person's value: to choose against one's own, or changed while this page was open.
    theirs: Typed | None = None
    theirs_words: str = ""
    news: list[str] | None = None
    documents: tuple[ApplicationDocument, ...] = ()
    upload_error: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.field.code}"

    @property
    def values(self) -> list[str]:
        return as_list(self.value)

    @property
    def theirs_values(self) -> list[str]:
        return as_list(self.theirs or "")

    @property
    def news_json(self) -> str:
        return json.dumps(self.news) if self.news is not None else ""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        return [(value, words, value in self.values) for value, words in self.field.choices]

    @property
    def described_by(self) -> str:
        return " ".join(([f"{self.id}-help"] if self.field.help else []) + [f"{self.id}-under"])


def as_list(value: Typed) -> list[str]:
    return value if isinstance(value, list) else [value]


@dataclass
class SectionForm:
    """A section, or one entry of it, ready to be shown; after a save, with what came of it."""

    draft: Draft
    section: FormSection
    uid: str = ""
    posted: Posted | None = None
    saved: Saved | None = None
    show_missing: bool = False
    upload_errors: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Shown]:
        return (self._shown(one) for one in self.section.fields)

    @property
    def codes(self) -> str:
        return " ".join(one.code for one in self.section.fields if one.kind != "file")

    @property
    def saved_at(self) -> Any:
        part = self.draft.part(self.section.code, self.uid)
        return part.saved_at if part and part.data else None

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """For the summary at the top: (anchor, label, words)."""
        wrong = [(one, one.error or one.upload_error) for one in self]
        return [(one.id, one.field.label, words) for one, words in wrong if words]

    @property
    def clashes(self) -> bool:
        return bool(self.saved and self.saved.clashes)

    def _shown(self, one: FormField) -> Shown:
        code = one.code
        stored: Typed = self.draft.typed(self.section.code, self.uid).get(code, "")
        clash = next((c for c in self.saved.clashes if c.field == code), None) if self.saved else None
        news = self.saved is not None and code in self.saved.news
        value, was = stored, stored
        if self.posted and (clash or news):
            value, was = self.posted.typed.get(code, stored), self.posted.was.get(code, "")
        return Shown(
            field=one,
            value=value,
            was=as_list(was),
            error=self._error(one),
            theirs=clash.theirs if clash else None,
            theirs_words=_in_words(one, stored) if clash or news else "",
            news=as_list(stored) if news else None,
            documents=tuple(self.draft.documents_for(self.section, one)) if one.kind == "file" else (),
            upload_error=self.upload_errors.get(code, ""),
        )

    def _error(self, one: FormField) -> str:
        return next(
            (
                problem.words
                for problem in self.draft.problems(self.section)
                if problem.field == one.code and problem.uid == self.uid and (problem.wrong or self.show_missing)
            ),
            "",
        )


def _in_words(one: FormField, value: Typed) -> str:
    words = dict(one.choices)
    return "; ".join(words.get(item, item) for item in as_list(value))
