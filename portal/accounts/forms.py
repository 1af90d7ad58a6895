from typing import Any

from allauth.account.forms import SignupForm
from allauth.account.internal.flows.signup import prevent_enumeration
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.typed import OneLineField


class PersonNameField(OneLineField):
    """A person's name. It stands in mails to other people, so it must not carry a web address there."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if "://" in value or "www." in value.lower():
            raise ValidationError(_("Enter your name only, without a web address."), code="address")


class SignUpForm(SignupForm):
    """Sign-up: the person's name beside address and password; the language is that of the page."""

    full_name = PersonNameField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("full_name", "email", "password1", "password2")

    def try_save(self, request: Any) -> Any:
        """An address that has an account answers like any other, in the same time, and when two sign up at once."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            return None, prevent_enumeration(request, email=self.cleaned_data["email"])

    def save(self, request: Any) -> Any:
        user = super().save(request)
        user.full_name = self.cleaned_data["full_name"]
        user.language = get_language() or "en"
        user.save(update_fields=["full_name", "language"])
        return user


class OwnSettingsForm(forms.ModelForm):
    """A person's name, and the language of the mails to them."""

    class Meta:
        model = User
        fields = ("full_name", "language")
        field_classes = {"full_name": PersonNameField}
        labels = {"full_name": _("Your name"), "language": _("Language of mails to you")}
