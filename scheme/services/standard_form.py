"""The standard form of each category, kept as data files: what a new round begins with (design.md, section 4)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from scheme.models import Category, Criterion, EligibilityItem, Question, QuestionSection

FORMS = Path(__file__).resolve().parents[1] / "data" / "form"


@cache
def standard_form(kind: str) -> dict[str, Any]:
    """The data file of the category `kind`, as it stands."""
    return json.loads((FORMS / f"{kind}.json").read_text(encoding="utf-8"))


def three(name: str, words: list[str]) -> dict[str, str]:
    """`name_en`, `name_zh_hant`, `name_zh_hans` from three texts in this order."""
    return dict(zip((f"{name}_en", f"{name}_zh_hant", f"{name}_zh_hans"), words, strict=True))


@transaction.atomic
def lay_out_form(*, category: Category) -> None:
    """Give a category without a form the standard one: eligibility, sections, questions, criteria.

    Whatever the category already has is left as an administrator made it.
    """
    form = standard_form(category.kind)
    if not category.eligibility_items.exists():
        EligibilityItem.objects.bulk_create(
            EligibilityItem(category=category, code=item["code"], position=n, **three("text", item["text"]))
            for n, item in enumerate(form["eligibility"], 1)
        )
    if not category.question_sections.exists():
        lay_out_questions(category, form["sections"])
    if not category.criteria.exists():
        Criterion.objects.bulk_create(
            Criterion(
                category=category,
                code=item["code"],
                weight=item["weight"],
                scale=5,
                rests_on=item["rests_on"],
                position=n,
                **three("name", item["name"]),
                **three("guidance", item["guidance"]),
            )
            for n, item in enumerate(form["criteria"], 1)
        )


def lay_out_questions(category: Category, sections: list[dict[str, Any]]) -> None:
    made = QuestionSection.objects.bulk_create(
        QuestionSection(category=category, code=section["code"], position=n, **three("name", section["name"]))
        for n, section in enumerate(sections, 1)
    )
    Question.objects.bulk_create(
        Question(
            section=row,
            code=item["code"],
            kind=item["kind"],
            required=item.get("required", True),
            word_limit=item.get("word_limit"),
            unit=item.get("unit", ""),
            smallest=item.get("smallest"),
            largest=item.get("largest"),
            choices=item.get("choices", []),
            position=n,
            **three("text", item["text"]),
            **(three("help", item["help"]) if "help" in item else {}),
        )
        for row, section in zip(made, sections, strict=True)
        for n, item in enumerate(section["questions"], 1)
    )
