"""Fields for the numbers by which enterprises and people are known; what was typed is made sound or refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.identifiers import sound_br_number, sound_phone, sound_uscc
from portal.typed import OneLineField, narrow


def ask_to_choose(form: forms.Form | forms.ModelForm, *names: str) -> None:
    """The empty line of the lists `names` says what to do, where Django draws nine dashes."""
    for name in names:
        field = form.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = _("Choose")
        elif isinstance(field, forms.ChoiceField):
            offered: Any = field.choices
            field.choices = [("", _("Choose")), *((code, words) for code, words in offered if code)]


class BrNumberField(OneLineField):
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        return sound_br_number(typed) if typed else ""


class UsccField(OneLineField):
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        return sound_uscc(super().to_python(value))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # spaces and hyphens may be typed: the browser must not cut the code off at 18 characters


class PhoneField(OneLineField):
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("region", None)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        return sound_phone(typed) if typed else ""

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "as_international", value)


class HeadcountField(forms.IntegerField):
    """A whole number; full-width digits and separators of thousands may be typed."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(narrow(str(value)).replace(",", "").replace(" ", "") if value is not None else None)
