from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class SignUpForm(SignupForm):
    """Sign-up: the person's name beside address and password; the language is that of the page."""

    full_name = forms.CharField(label=_("Your name"), max_length=150)
    field_order = ("full_name", "email", "password1", "password2")

    def save(self, request: Any) -> Any:
        user = super().save(request)
        if user:
            user.full_name = self.cleaned_data["full_name"]
            user.language = get_language() or "en"
            user.save(update_fields=["full_name", "language"])
        return user


class OwnSettingsForm(forms.ModelForm):
    """A person's name, and the language of the mails to them."""

    class Meta:
        model = User
        fields = ("full_name", "language")
        labels = {"full_name": _("Your name"), "language": _("Language of mails to you")}
