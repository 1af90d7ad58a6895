"""What officers and the secretariat type on a case page."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from scheme.models import Criterion, EligibilityItem, PartnerApplication, Recommendation, Reconciliation, Review
from scheme.models import ScreeningCheck as Check
from scheme.queries.cases import without_interest
from scheme.queries.outcome import recommendations_in
from scheme.queries.reviews import colleagues_of

LONGEST_TEXT = 10_000


class WorkForm(forms.Form):
    """A form of the case page. Several stand on one page, so each carries the name of its work as prefix."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def text(label: Any, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows, "cols": 40}), **options
    )


class DayInput(forms.DateInput):
    """The browser's own date field; it speaks ISO whatever the page's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), input_formats=["%Y-%m-%d"], **options)


class WhyForm(WorkForm):
    reason = text(_("Reason"), rows=3, help_text=_("Kept on the record with your name and the time."))


class ChecklistForm(WorkForm):
    """A result and a note for each line of the screening checklist; lines may stay open."""

    def __init__(self, *args: Any, application: PartnerApplication, **kwargs: Any) -> None:
        self.items = list(application.category.eligibility_items.all())
        known = {check.item_id: check for check in application.screening_checks.all()}
        kwargs["initial"] = {
            name: value
            for item in self.items
            if (check := known.get(item.pk))
            for name, value in ((f"result_{item.code}", check.result), (f"note_{item.code}", check.note))
        }
        super().__init__(*args, **kwargs)
        for item in self.items:
            self.fields[f"result_{item.code}"] = forms.ChoiceField(
                label=item.text, choices=Check.Result.choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"note_{item.code}"] = forms.CharField(label=_("Note"), max_length=500, required=False)

    def lines(self) -> list[tuple[EligibilityItem, Any, Any]]:
        """Each line with its two fields, for the page."""
        return [(item, self[f"result_{item.code}"], self[f"note_{item.code}"]) for item in self.items]

    def results(self) -> list[tuple[EligibilityItem, str, str]]:
        """The lines with a result: (line, result, note)."""
        given = self.cleaned_data
        return [
            (item, given[f"result_{item.code}"], given[f"note_{item.code}"])
            for item in self.items
            if given[f"result_{item.code}"]
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for item in self.items:
            if given.get(f"note_{item.code}") and not given.get(f"result_{item.code}"):
                self.add_error(f"result_{item.code}", _("Choose a result for the line you wrote a note on."))
        return given


class ClarificationForm(WorkForm):
    question = text(
        _("What the enterprise is asked"), help_text=_("The enterprise reads this by e-mail and on its page.")
    )
    due = day(_("To be answered by"), help_text=_("The end of this day, Hong Kong time."))

    def clean_due(self) -> Any:
        due = self.cleaned_data["due"]
        if due < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        return due


class AssessmentForm(WorkForm):
    visited_on = day(_("Visited on"))
    assessors = forms.CharField(label=_("Assessors"), max_length=200)
    facts = text(_("Facts seen"), rows=6)
    conclusion = text(_("Conclusion"))

    def clean_visited_on(self) -> Any:
        visited = self.cleaned_data["visited_on"]
        if visited > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Give the day of the visit."))
        return visited


def recommendation_field(application: PartnerApplication, label: Any, **options: Any) -> forms.ChoiceField:
    """A choice of what may be recommended in the application's category."""
    choices = [(value, Recommendation(value).label) for value in recommendations_in(application.category)]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


class ReviewForm(WorkForm):
    """A mark for each criterion, comment, recommendation. Gaps are fine in a draft; completing asks for all."""

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        self.criteria = list(review.application.category.criteria.all())
        marks = dict(review.marks.values_list("criterion_id", "value"))
        kwargs["initial"] = {f"mark_{c.code}": marks.get(c.pk) for c in self.criteria} | {
            "comment": review.comment,
            "recommendation": review.recommendation,
        }
        super().__init__(*args, **kwargs)
        for criterion in self.criteria:
            self.fields[f"mark_{criterion.code}"] = forms.IntegerField(
                label=criterion.name,
                min_value=0,
                max_value=criterion.scale,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                help_text=_("A whole number from 0 to %(highest)s.") % {"highest": criterion.scale},
            )
        self.fields["comment"] = text(
            _("Comment"), rows=6, required=False,
            help_text=_("Needed when you recommend more than the total carries."),
        )  # fmt: skip
        self.fields["recommendation"] = recommendation_field(review.application, _("Recommendation"), required=False)

    def lines(self) -> list[tuple[Criterion, Any]]:
        """Each criterion with its field, for the page."""
        return [(criterion, self[f"mark_{criterion.code}"]) for criterion in self.criteria]

    def marks(self) -> dict[str, int | None]:
        return {criterion.code: self.cleaned_data[f"mark_{criterion.code}"] for criterion in self.criteria}


class HandOverForm(WorkForm):
    to = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), empty_label=_("Choose a colleague"))
    reason = text(_("Reason"), rows=3)

    def __init__(self, *args: Any, application: PartnerApplication, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues_of(user, application)  # type: ignore[attr-defined]


class SignForm(WorkForm):
    """Carries the fingerprint of the note the signer has before them."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, joint: Reconciliation, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": joint.fingerprint}
        super().__init__(*args, **kwargs)


class JointNoteForm(WorkForm):
    seen = forms.CharField(widget=forms.HiddenInput)
    note = text(_("Joint note"), rows=6, help_text=_("A change voids the signatures that were given."))

    def __init__(self, *args: Any, joint: Reconciliation, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": joint.fingerprint, "note": joint.note, "outcome": joint.outcome}
        super().__init__(*args, **kwargs)
        self.fields["outcome"] = recommendation_field(joint.application, _("Joint outcome"))


class DeclarationForm(WorkForm):
    """One's own interest in an enterprise that has, or has not yet, a case."""

    br_number = forms.CharField(label=_("Business Registration number"), min_length=8, max_length=8)
    reason = text(_("Reason"), rows=3, help_text=_("Kept on the record with your name and the time."))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if number := given.get("br_number"):
            given["enterprise"] = Enterprise.objects.filter(br_number=number).first()
            if given["enterprise"] is None:
                self.add_error("br_number", _("No enterprise is registered under this number. Check the eight digits."))
        return given


class ExtensionForm(WorkForm):
    """Who asks by telephone gives the reference of the draft; what is absent and what is forbidden answer alike."""

    reference = forms.CharField(label=_("Reference of the draft"), max_length=24)
    until = forms.DateTimeField(
        label=_("It may be submitted until"),
        help_text=_("Hong Kong time."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = text(_("Reason"), rows=3, help_text=_("Kept on the record with your name and the time."))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if reference := given.get("reference"):
            drafts = PartnerApplication.objects.filter(state=PartnerApplication.State.DRAFT)
            found = without_interest(self.user, drafts).filter(reference=reference.strip().upper()).first()
            if found is None:
                self.add_error("reference", _("There is no draft with this reference. Check what you typed."))
            given["application"] = found
        return given
