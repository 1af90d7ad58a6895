from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.forms.fields import BrNumberField, PhoneField, ask_to_choose
from enterprises.models import Enterprise
from enterprises.services.register import CHANGEABLE, fingerprint
from portal.typed import OneLineField

NAMES = ("name_en", "name_zh_hant", "name_zh_hans")


class EnterpriseForm(forms.ModelForm):
    """What is known of an enterprise. `was` tells the service what the person had before them."""

    website = forms.URLField(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        help_text=_("For example https://www.example.com."),
    )
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Enterprise
        fields = CHANGEABLE
        field_classes = {
            **dict.fromkeys((*NAMES, "contact_name", "contact_post"), OneLineField),
            "contact_phone": PhoneField,
        }
        widgets = {
            "name_zh_hant": forms.TextInput(attrs={"lang": "zh-Hant-HK"}),
            "name_zh_hans": forms.TextInput(attrs={"lang": "zh-Hans-CN"}),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        help_texts = {
            "name_en": _("As on the Business Registration certificate."),
            "name_zh_hant": _("If the enterprise has a Chinese name. It will stand on the certificate."),
            "name_zh_hans": _("Proposed from the Traditional name when left empty. Correct it if need be."),
            "contact_phone": _("Of Hong Kong or the mainland, such as 2345 6789 or +86 769 2222 3333."),
            "language": _("Letters about the enterprise are written in this language."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["was"] = fingerprint(self.instance)
        ask_to_choose(self, "kind", "industry")

    def clean_website(self) -> str:
        address = self.cleaned_data["website"]
        if address and not address.startswith(("http://", "https://")):
            raise forms.ValidationError(_("Enter an address that begins with https:// or http://."))
        return address

    def validate_unique(self) -> None:
        """The service tells, in its own words, that a number is taken."""

    def typed(self) -> dict[str, Any]:
        """What the service is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "was"}


class RegisterForm(EnterpriseForm):
    field_order = ("br_number",)

    class Meta(EnterpriseForm.Meta):
        fields = ("br_number", *CHANGEABLE)  # type: ignore[assignment]
        field_classes = {**EnterpriseForm.Meta.field_classes, "br_number": BrNumberField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Full-width digits, spaces and hyphens may be typed: the browser must not cut the number off.
        self.fields["br_number"].widget.attrs.pop("maxlength", None)
