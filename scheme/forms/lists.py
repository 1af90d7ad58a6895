"""What officers and the secretariat type about a list. Rules stand in the services; these forms read and explain."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Side
from portal.errors import Refused
from portal.typed import LinesField, OneLineField
from scheme.models import ComplianceCheck, Meeting, PublicNotice, Round
from scheme.queries.lists import meetings_for

Outcome = ComplianceCheck.Outcome
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Explained(forms.Form):
    """A form that shows a service's refusal at the field it concerns."""

    def refuse(self, refusal: Refused) -> None:
        field = getattr(refusal, "field", None)
        self.add_error(field if field in self.fields else None, refusal.words())


class ProposeForm(Explained):
    round = forms.ModelChoiceField(label=_("Round"), queryset=Round.objects.none())

    def __init__(self, *args: Any, rounds: list[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["round"]
        field.queryset = Round.objects.filter(pk__in=[r.pk for r in rounds])  # type: ignore[attr-defined]


class EvidenceForm(Explained):
    """A compliance check in one of the places whose records the person looks up."""

    side = forms.ChoiceField(label=_("Place"))
    outcome = forms.ChoiceField(label=_("What was found"), choices=Outcome.choices)
    evidence = LinesField(
        label=_("Evidence"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where it was looked up, and what was found."),
    )
    evidence_on = forms.DateField(
        label=_("Date of the evidence"), widget=DAY, help_text=_("The day it was looked up; not in the future.")
    )

    def __init__(self, *args: Any, places: list[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [(side.value, side.label) for side in places]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["side"].initial = places[0].value


class ManyEvidenceForm(EvidenceForm):
    """The same finding for many enterprises at once. A violation is recorded for each by itself."""

    everyone = forms.BooleanField(label=_("For all enterprises not yet checked in this place"), required=False)
    field_order = ("everyone", "side", "outcome", "evidence", "evidence_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in Outcome.choices if choice[0] != Outcome.VIOLATION]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]


class TakeOffForm(Explained):
    reason = LinesField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept on the record with your name and the time. The application becomes “not recommended”."),
    )


class PublishForm(Explained):
    slug = forms.CharField(
        label=_("Address"), max_length=60, required=False, help_text=_("Empty for the year of the round.")
    )


class EndorseForm(Explained):
    meeting = forms.ModelChoiceField(
        label=_("Endorsed at"),
        queryset=Meeting.objects.none(),
        help_text=_("Meetings held since the notice closed."),
    )

    def __init__(self, *args: Any, notice: PublicNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings_for(notice)  # type: ignore[attr-defined]


class MeetingForm(Explained):
    number = forms.IntegerField(label=_("Number of the meeting"), min_value=1, max_value=32767)
    held_on = forms.DateField(label=_("Held on"), widget=DAY)
    place = OneLineField(label=_("Place"), max_length=150)
    chairs = OneLineField(label=_("Co-chairs"), max_length=300, help_text=_("One of each side."))
    minutes = LinesField(label=_("Minutes"), max_length=20000, widget=forms.Textarea(attrs={"rows": 10}))


class MinuteForm(Explained):
    minute = LinesField(
        label=_("Minute"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What was looked into, what was decided, and why. It is kept on the record and never published."),
    )
