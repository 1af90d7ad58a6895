from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.forms.fields import BrNumberField
from enterprises.models import MemberRole
from portal.accounts.models import Language
from portal.typed import LinesField


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices)


class InviteForm(forms.Form):
    """Whom to invite. The person may have no account yet, so the language of the mail is asked for."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=MemberRole.choices,
        initial=MemberRole.EDITOR,
        help_text=_("Owners manage members; editors fill in applications; viewers read."),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=Language.choices)


class JoinForm(forms.Form):
    number = BrNumberField(label=_("Business Registration number"))
    message = LinesField(
        label=_("Message to the owners"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who you are and what you do in the enterprise. They see your name and e-mail address too."),
    )


class AnswerForm(forms.Form):
    """An owner's answer; the role counts when the person is let in."""

    answer = forms.ChoiceField(choices=(("accept", ""), ("decline", "")))
    role = forms.ChoiceField(choices=MemberRole.choices, required=False)
