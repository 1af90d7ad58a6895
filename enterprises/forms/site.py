from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from enterprises import rules
from enterprises.forms.fields import HeadcountField, UsccField, ask_to_choose
from enterprises.models import Site
from enterprises.services.sites import FIELDS
from portal.typed import OneLineField


class SiteForm(forms.ModelForm):
    """A site; code and link must suit the place (enterprises/rules.py)."""

    headcount = HeadcountField(label=_("Number of employees"), min_value=1, max_value=1_000_000)

    class Meta:
        model = Site
        fields = FIELDS
        field_classes = {"name_en": OneLineField, "name_zh": OneLineField, "address": OneLineField, "uscc": UsccField}
        widgets = {"link": forms.RadioSelect}
        help_texts = {
            "uscc": _("For a site in the mainland: the 18 characters on its business licence. None in Hong Kong."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link"].choices = Site.Link.choices  # type: ignore[attr-defined]
        ask_to_choose(self, "city")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if "city" in typed and "uscc" in typed and "link" in typed:
            for field, problems in rules.site_problems(
                city=typed["city"], uscc=typed["uscc"], link=typed["link"]
            ).items():
                self.add_error(field, problems)
        return typed


class CloseForm(forms.Form):
    closed_on = forms.DateField(
        label=_("Day on which the site closed"),
        initial=localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today at the latest, such as 2015-02-05."),
    )
