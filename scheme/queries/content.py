"""Content made readable: for check-your-answers, the copy, the officers' case page, and the difference of versions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.numberformat import format as format_number
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from enterprises.models import City, Enterprise, Industry, Site
from portal.templatetags.portal import hkd
from scheme.models import Category
from scheme.queries.applicant_form import Form, FormField, FormSection
from scheme.queries.applicant_sections import form_of

Content = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A label and its value in the reader's language. `documents` are (uid, name) of files behind it."""

    label: str
    value: str
    code: str = ""
    documents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """A readable section. A repeated section gives one of these for each entry, with the entry's `uid`."""

    code: str
    title: str
    rows: list[Row] = field(default_factory=list)
    uid: str = ""


@dataclass(frozen=True)
class Change:
    """One answer that differs between two versions; an empty text stands for what is not there."""

    section: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class _Names:
    """Names of cities and industries by code, read once."""

    cities: dict[str, str]
    industries: dict[str, str]

    @classmethod
    def read(cls) -> "_Names":
        return cls(
            {city.code: city.name for city in City.objects.all()},
            {industry.code: industry.name for industry in Industry.objects.all()},
        )


def readable(content: Content, category: Category) -> list[Section]:
    """`content` in the active language, section by section, in the order of the form of `category`."""
    return list(_sections(content, form_of(category), _Names.read()))


def _sections(content: Content, form: Form, names: _Names) -> Iterator[Section]:
    for section in form:
        if section.code == "enterprise":
            yield Section(section.code, section.title, enterprise_rows(content.get("enterprise", {}), names))
        elif section.code == "sites":
            yield from _site_sections(content, section, names)
        elif section.repeated:
            yield from _entry_sections(content, section)
        elif section.kind == "documents":
            yield Section(section.code, section.title, _document_rows(content))
        else:
            values = content.get(section.code, {})
            if section.kind == "questions" and section.code != "audit":
                values = content.get("sections", {}).get(section.questions, {})
            yield Section(section.code, section.title, _rows(section, values, content))


def enterprise_rows(values: dict[str, Any], names: _Names | None = None) -> list[Row]:
    """The frozen details of an enterprise, readable."""
    names = names or _Names.read()
    labels: dict[str, str] = {
        name: label_of(Enterprise, name)
        for name in (
            "name_en", "name_zh_hant", "name_zh_hans", "br_number", "kind", "industry", "contact_name", "contact_post",
            "contact_email", "contact_phone", "website",
        )
    }  # fmt: skip
    return [Row(label, _enterprise_value(name, values, names), name) for name, label in labels.items()]


def _enterprise_value(name: str, values: dict[str, Any], names: _Names) -> str:
    value = str(values.get(name) or "")
    if name == "contact_phone" and value:
        return spaced_number(value)
    if name == "kind":
        return str(dict(Enterprise.Kind.choices).get(value, value))
    return names.industries.get(value, value) if name == "industry" else value


def spaced_number(value: str) -> str:
    """A kept telephone number as people write it; what is no number stays as it is."""
    number = PhoneNumber.from_string(value) if value.startswith("+") else None
    return number.as_international if number is not None and number.is_valid() else value


def label_of(model: type[Model], name: str) -> str:
    """The words for a column of `model`, as a label: with a capital letter."""
    words = str(getattr(model._meta.get_field(name), "verbose_name", name))
    return words[:1].upper() + words[1:]


def _site_sections(content: Content, section: FormSection, names: _Names) -> Iterator[Section]:
    sites = content.get("sites", [])
    if not sites:
        yield Section(section.code, section.title, [Row(section.fields[0].label, "", "sites")])
    shown: dict[str, Callable[[Any], str]] = {
        "name_en": str, "name_zh": str, "city": lambda code: names.cities.get(code, code), "address": str, "uscc": str,
        "headcount": _number, "link": lambda code: str(dict(Site.Link.choices).get(code, code)),
    }  # fmt: skip
    for number, site in enumerate(sites, 1):
        rows = [Row(label_of(Site, name), say(site.get(name, "")), name) for name, say in shown.items()]
        yield Section(section.code, _("Site %(number)s") % {"number": number}, rows, str(site.get("uid", "")))


def _entry_sections(content: Content, section: FormSection) -> Iterator[Section]:
    entries = content.get(section.code, [])
    if not entries:
        yield Section(section.code, section.title, [Row(section.title, "")])
    for number, entry in enumerate(entries, 1):
        rows = _rows(section, entry, content)
        yield Section(section.code, section.entry % {"number": number}, rows, str(entry.get("uid", "")))


def _rows(section: FormSection, values: dict[str, Any], content: Content) -> list[Row]:
    return [
        _file_row(section, one, content)
        if one.kind == "file"
        else Row(one.label, said(one, values.get(one.name), content), one.code)
        for one in section.fields
    ]


def _file_row(section: FormSection, one: FormField, content: Content) -> Row:
    key = section.document_key(one)
    files = tuple((d["uid"], d["name"]) for d in content.get("documents", []) if d["question"] == key)
    return Row(one.label, "; ".join(name for _uid, name in files), one.code, files)


def _document_rows(content: Content) -> list[Row]:
    others = [document for document in content.get("documents", []) if not document["question"]]
    return [Row(d["title"] or d["name"], d["name"], d["uid"], ((d["uid"], d["name"]),)) for d in others]


def said(one: FormField, value: Any, content: Content | None = None) -> str:
    """A frozen value in words; what could not be read is shown as it was typed, what is absent as an empty text."""
    if value is None or value == "":
        return ""
    if one.code == "site" and content is not None:
        return next((_site_name(s) for s in content.get("sites", []) if s["uid"] == value), str(value))
    if one.kind == "hkd":
        return hkd(value) if isinstance(value, int) else str(value)
    if one.kind == "number":
        return f"{_number(value)} {one.unit}".rstrip() if one.code != "year" else str(value)
    if one.kind == "date":
        return _date(str(value))
    if one.kind == "tick":
        return _("Yes") if value == "yes" else str(value)
    return str(dict(one.choices).get(str(value), value))


def _site_name(site: dict[str, Any]) -> str:
    """The name of a frozen site in the page's script, as far as there is one."""
    in_english = str(site["name_en"])
    return in_english if (get_language() or "en") == "en" else str(site.get("name_zh") or in_english)


def _number(value: Any) -> str:
    text = str(value)
    if not text.lstrip("-").replace(".", "", 1).isdecimal():
        return text
    return format_number(text, ".", grouping=3, thousand_sep=",", force_grouping=True)


def _date(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return value


def readable_differences(before: Content, after: Content, category: Category) -> list[Change]:
    """Every answer that differs between two contents, in the active language and in the order of the form."""
    form, names = form_of(category), _Names.read()
    old, new = (_by_place(_sections(content, form, names)) for content in (before, after))
    nothing = ("", Row("", ""))
    changes = []
    for place in [*new, *(place for place in old if place not in new)]:
        (title, was), (new_title, now) = old.get(place, nothing), new.get(place, nothing)
        if (was.value, was.documents) == (now.value, now.documents):
            continue
        after_words = now.value
        if was.value == now.value:  # the same name, another file
            after_words = _("%(name)s (a new file)") % {"name": now.value}
        changes.append(Change(new_title or title, now.label or was.label, was.value, after_words))
    return changes


def _by_place(sections: Iterator[Section]) -> dict[tuple[str, str, str], tuple[str, Row]]:
    return {
        (section.code, section.uid, row.code or row.label): (section.title, row)
        for section in sections
        for row in section.rows
    }
