from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheme.queries.verification import LONGEST_NUMBER, NUMBER, normal


class VerificationForm(forms.Form):
    """The number of a certificate, typed by hand."""

    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=LONGEST_NUMBER,
        help_text=_("It stands below the code, for example HKGDCPP-2015-M-0001."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_number(self) -> Any:
        number, issue = normal(self.cleaned_data["number"])
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError(
                _("This is not the number of a certificate. Copy it as it stands, for example HKGDCPP-2015-M-0001.")
            )
        self.cleaned_data["issue"] = issue
        return number
