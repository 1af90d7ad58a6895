"""The choices of a question as rows of a form: a code, and the words in three languages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

PARTS = {
    "value": _("Code"),
    "en": _("English"),
    "zh_hant": _("Traditional Chinese"),
    "zh_hans": _("Simplified Chinese"),
}
EMPTY_ROWS = 4
MOST_ROWS = 60


class ChoicesWidget(forms.Widget):
    """A row for each choice, and a few empty ones. Works without JavaScript."""

    template_name = "admin/desk/choices.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [*(value or []), *([{}] * EMPTY_ROWS)]
        context["rows"] = [
            [
                {
                    "name": f"{name}-{n}-{part}",
                    "label": label,
                    "value": row.get(part, ""),
                    "lang": LANGUAGE_OF.get(part),
                }
                for part, label in PARTS.items()
            ]
            for n, row in enumerate(rows)
        ]
        return context

    def format_value(self, value: Any) -> Any:
        return value

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        rows = (
            {part: str(data.get(f"{name}-{n}-{part}", "")).strip() for part in PARTS}
            for n in range(MOST_ROWS)
            if f"{name}-{n}-value" in data
        )
        return [row for row in rows if any(row.values())]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-0-value" not in data

    def id_for_label(self, id_: str) -> str:
        return ""


LANGUAGE_OF = {"en": "en", "zh_hant": "zh-Hant-HK", "zh_hans": "zh-Hans-CN"}


class ChoicesField(forms.Field):
    """A list of `{"value", "en", "zh_hant", "zh_hans"}`; codes are distinct, English is needed."""

    widget = ChoicesWidget

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = super().clean(value) or []
        seen: set[str] = set()
        for number, row in enumerate(rows, 1):
            self._look_at(row, number)
            if row["value"] in seen:
                raise ValidationError(_t("The code “%(code)s” stands twice.") % {"code": row["value"]})
            seen.add(row["value"])
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != (data or [])

    @staticmethod
    def _look_at(row: dict[str, str], number: int) -> None:
        if not row["value"] or not row["en"]:
            raise ValidationError(_t("Choice %(number)s needs a code and its words in English.") % {"number": number})
        try:
            validate_slug(row["value"])
        except ValidationError as error:
            raise ValidationError(
                _t("The code of choice %(number)s may hold letters, digits, hyphens and underscores only.")
                % {"number": number}
            ) from error
