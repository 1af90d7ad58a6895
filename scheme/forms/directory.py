from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import City, Industry
from portal.search import LONGEST_SEARCH
from scheme.models import Commendation, Title
from scheme.queries.directory import Wanted, released_years


class DirectoryForm(forms.Form):
    """What a visitor of the directory looks for. What cannot be understood does not narrow."""

    q = forms.CharField(
        label=_("Name or number"),
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("In English or Chinese; two characters are enough."),
    )
    title = forms.ChoiceField(label=_("Title"), required=False)
    city = forms.ModelChoiceField(
        label=_("City"), queryset=City.objects.all(), required=False, empty_label=_("All cities")
    )
    industry = forms.ModelChoiceField(
        label=_("Industry"), queryset=Industry.objects.all(), required=False, empty_label=_("All industries")
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=None, required=False)
    standing = forms.ChoiceField(label=_("Standing"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[Any]] = {
            "title": [("", _("All titles")), *Title.choices],
            "year": [("", _("All years")), *((year, str(year)) for year in released_years())],
            "standing": [("", _("All")), *Commendation.State.choices],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = offered

    def wanted(self) -> Wanted:
        """What was asked for, as far as it was understood."""
        self.is_valid()
        found = self.cleaned_data
        return Wanted(
            text=found.get("q", ""),
            title=found.get("title", ""),
            city=found.get("city"),
            industry=found.get("industry"),
            year=found.get("year"),
            standing=found.get("standing", ""),
        )
