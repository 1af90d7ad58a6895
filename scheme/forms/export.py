from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Language
from scheme.models import ExportRecord, Round


class ExportForm(forms.Form):
    """Which list to take out, in which form and language."""

    round = forms.ModelChoiceField(
        label=_("Round"), queryset=Round.objects.filter(commendations__isnull=False).distinct()
    )
    format = forms.ChoiceField(label=_("Format"), choices=ExportRecord.Format.choices)
    language = forms.ChoiceField(label=_("Language of the list"), choices=Language.choices)
