"""What the demonstration's enterprises type into their applications: section by section, as the pages would send it."""

from datetime import date, timedelta
from typing import Any

from enterprises.models import Enterprise, Site
from scheme.models import Category, Question
from scheme.services.demo.data import demo_data, number_of, one_of
from scheme.services.demo.texts import COLUMN, person_name, post_of, text

Typed = dict[str, str | list[str]]
# question of text → kind of invented text, where the names differ
TEXT_OF = {
    ("sourcing", "policy"): "purchasing-policy",
    ("technology_service", "results-summary"): "service-results",
}
NUMBERS = {
    "training-hours": (40, 900),
    "electricity": (400_000, 9_000_000),
    "water": (8_000, 300_000),
    "voc": (1, 40),
    "share": (20, 95),
    "spent": (60_000, 900_000),
    "energy-saved": (90_000, 2_000_000),
    "experts": (5, 60),
    "events": (2, 12),
}


def typed_sections(category: Category, enterprise: Enterprise, sites: list[Site], day: date) -> dict[str, Typed]:
    """The sections an application has once, complete, as typed on `day`; keyed as its parts are."""
    key, language = f"{enterprise.br_number}{category.round_id}", enterprise.language
    sections: dict[str, Typed] = {
        "enterprise": {"confirmed": "yes"},
        "sites": {"sites": [str(site.pk) for site in sites]},
        "eligibility": {item.code: "yes" for item in category.eligibility_items.all()},
        "declaration": {"name": person_name(key, language), "post": post_of(key, language), "agreed": "yes"},
    }
    for section in category.question_sections.all():
        sections[f"questions-{section.code}"] = {
            question.code: answer(category.kind, question, key, language, day)
            for question in section.questions.all()
            if question.kind != Question.Kind.FILE
        }
    if category.kind == Category.Kind.MANUFACTURING:
        sections["audit"] = {
            "audit_kind": one_of(key, ("voluntary", "mandatory", "assessment", "internal")),
            "audited_on": (day - timedelta(days=number_of(key, 200, 900))).isoformat(),
            "auditor": person_name(key + "auditor", language),
            "scope": text("scope", key, language),
        }
    return sections


def answer(kind: str, question: Question, key: str, language: str, day: date) -> str:
    """What is typed for one question of the standard form."""
    if question.kind == Question.Kind.NUMBER:
        return f"{number_of(key + question.code, *NUMBERS.get(question.code, (1, 100))):,}"
    if question.kind == Question.Kind.DATE:
        return (day - timedelta(days=number_of(key + question.code, 400, 2000))).isoformat()
    if question.kind == Question.Kind.CHOICE:
        return str(one_of(key + question.code, question.choices)["value"])
    return text(TEXT_OF.get((kind, question.code), question.code), key, language)


def typed_entries(category: Category, enterprise: Enterprise, sites: list[Site], day: date) -> dict[str, list[Typed]]:
    """The entries of the category's repeated section: measures, suppliers or projects."""
    key = f"{enterprise.br_number}{category.round_id}"
    count = category.fewest_measures + number_of(key, 0, 3)
    section, entry = {
        Category.Kind.MANUFACTURING: ("measures", measure),
        Category.Kind.SOURCING: ("suppliers", supplier),
        Category.Kind.TECHNOLOGY_SERVICE: ("projects", project),
    }[Category.Kind(category.kind)]
    return {section: [entry(f"{key}-{n}", n, enterprise.language, sites, day) for n in range(count)]}


def savings(key: str) -> Typed:
    return {
        "energy_kwh": str(number_of(key + "kwh", 20, 900) * 1000),
        "water_m3": str(number_of(key + "m3", 0, 90) * 100),
        "emissions_t": f"{number_of(key + 't', 1, 800) / 10:g}",
        "savings": f"{number_of(key + 'hkd', 30, 1200) * 1000:,}",
    }


def measure_named(key: str, n: int) -> dict[str, Any]:
    """One of the measures of the data file, none twice in an application."""
    measures = demo_data("texts")["measures"]
    return dict(measures[(number_of(key[: -len(f"-{n}")], 0, len(measures) - 1) + n) % len(measures)])


def measure(key: str, n: int, language: str, sites: list[Site], day: date) -> Typed:
    chosen = measure_named(key, n)
    return {
        "title": chosen["title"][COLUMN[language]],
        "kind": chosen["kind"],
        "site": str(sites[0].pk),
        "year": str(day.year - number_of(key, 0, 2)),
        "investment": f"{number_of(key, 50, 3000) * 1000:,}",
    } | savings(key)


def supplier(key: str, n: int, language: str, sites: list[Site], day: date) -> Typed:
    brand = demo_data("enterprises")["enterprises"][number_of(key, 0, 79)]
    return {
        "name": brand["name"][COLUMN[language]],
        "city": brand["city"],
        "hong_kong_owned": "yes",
        "year": str(day.year - number_of(key, 0, 3)),
        "support": text("support", key, language),
        "results": text("supplier-results", key, language),
    } | savings(key)


def project(key: str, n: int, language: str, sites: list[Site], day: date) -> Typed:
    chosen = measure_named(key, n)
    client = demo_data("enterprises")["enterprises"][number_of(key, 0, 79)]
    return {
        "title": chosen["title"][COLUMN[language]],
        "client": client["name"][COLUMN[language]],
        "city": client["city"],
        "kind": chosen["kind"],
        "completed_on": (day - timedelta(days=number_of(key, 60, 900))).isoformat(),
        "description": text("project-description", key, language),
    } | savings(key)
