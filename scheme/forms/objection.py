"""What an objector types."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from portal.typed import LinesField, OneLineField
from scheme.models import PublicNotice
from scheme.queries.notices import groups_of


class ObjectionForm(forms.Form):
    """An objection in writing to one enterprise of a notice."""

    entry = forms.ChoiceField(
        label=_("Enterprise"),
        error_messages={
            "required": _("Choose the enterprise you object to."),
            "invalid_choice": _("Choose an enterprise that is on this notice."),
        },
    )
    text = LinesField(
        label=_("Your objection and its grounds"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Say what happened, where and when, and how you know. Up to 5,000 characters."),
        error_messages={"required": _("Write your objection and its grounds.")},
    )
    name = OneLineField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We acknowledge your objection there, and tell you when it has been decided."),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address like name@company.example."),
        },
    )

    def __init__(self, *args: Any, notice: PublicNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(group.title.label, [(row.uid, row.name) for row in group.rows]) for group in groups_of(notice)]
        self.fields["entry"].choices = [("", _("Choose an enterprise")), *groups]  # type: ignore[attr-defined]

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at its field, or above the form; what was typed stays."""
        field = getattr(refusal, "field", None)
        self.add_error(field if field in self.fields else None, refusal.words())
