"""People and agencies: what administrators keep, and auditors read."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pghistory
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSingleDateWidget

from portal import history
from portal.accounts.models import Agency, AgencyName, Appointment, Role, User
from portal.accounts.rules import can_appoint, is_administrator, is_auditor
from portal.accounts.services import people
from portal.desk import Desk, DeskStack, DeskTable, action_with_reason
from portal.errors import Refused


class AppointmentForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        role, agency = cleaned.get("role"), cleaned.get("agency")
        if role in (Role.OFFICER, Role.SECRETARIAT) and not agency:
            self.add_error("agency", _("Choose the agency: officers and the secretariat serve one."))
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day is before the first."))
        return cleaned


class Appointments(DeskTable):
    model = Appointment
    form = AppointmentForm
    fk_name = "user"
    fields = ("role", "agency", "starts_on", "ends_on")

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        return super()._may_change(request, obj) and can_appoint.test(request.user, obj)


class PersonForm(forms.ModelForm):
    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("A person with this e-mail address is there already. Give them an appointment."))
        return email


@admin.register(User)
class UserDesk(Desk):
    """A person: the posts they hold decide what they may do. Passwords are theirs alone and never shown."""

    viewers = is_administrator | is_auditor
    adders = editors = is_administrator
    form = PersonForm
    list_display = ("email", "full_name", "posts", "language", "active", "last_login")
    list_filter = ("is_active", "appointments__role", "appointments__agency")
    search_fields = ("email", "full_name")
    fields = ("email", "full_name", "language", "is_active", "last_login", "date_joined")
    add_fieldsets = ((None, {"fields": ("email", "full_name", "language")}),)
    inlines = (Appointments,)
    actions = ("send_link", "deactivate", "reactivate")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("appointments__agency")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("email", "is_active", "last_login", "date_joined") if obj else ()

    @display(description=_("posts"))
    def posts(self, person: User) -> str:
        return ", ".join(str(post) for post in person.appointments.all()) or "–"

    @display(description=_("active"), boolean=True)
    def active(self, person: User) -> bool:
        return person.is_active

    def save_model(self, request: HttpRequest, person: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, person, form, change)
            return
        made = people.add_person(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        person.pk, person._state.adding = made.pk, False
        person.__dict__.update({k: v for k, v in made.__dict__.items() if k != "_state"})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        people.settle_desk_access(form.instance)

    def remembered(self, thing: Any) -> list[Any]:
        return [history.events_of(thing), history.events_where(Appointment, user_id=thing.pk)]

    deactivate = action_with_reason(
        name="deactivate", label=_("Deactivate"), may=is_administrator, each=people.deactivate_person
    )
    reactivate = action_with_reason(
        name="reactivate", label=_("Activate again"), may=is_administrator, each=people.reactivate_person
    )

    @admin.action(description=_("Send a link to set a password"))
    def send_link(self, request: HttpRequest, rows: Any) -> None:
        try:
            for person in rows:
                people.send_password_link(person=person, by=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            self.message_user(request, refusal.words(), "ERROR")
        else:
            self.message_user(request, _t("The links are on their way."))

    send_link.may = is_administrator  # type: ignore[attr-defined]


class AgencyNameForm(forms.ModelForm):
    """The days of a name as people say them: the first and the last. The table keeps the day after the last."""

    first_day = forms.DateField(label=_("first day"), widget=UnfoldAdminSingleDateWidget)
    last_day = forms.DateField(
        label=_("last day"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("Empty while the name is in use."),
    )

    class Meta:
        model = AgencyName
        fields = ("name_en", "name_zh_hant", "name_zh_hans")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        valid = self.instance.valid
        if valid:
            self.initial.setdefault("first_day", valid.lower)
            self.initial.setdefault("last_day", valid.upper - timedelta(days=1) if valid.upper else None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        elif first:
            self.instance.valid = DateRange(first, last + timedelta(days=1) if last else None)
        return cleaned


class AgencyNameSet(BaseInlineFormSet):
    """All names of one agency together: no two at the same time."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form.instance
            for form in self.forms
            if form not in self.deleted_forms and form.is_valid() and form.instance.valid
        ]
        for one, other in combinations(kept, 2):
            if _overlap(one.valid, other.valid):
                raise ValidationError(
                    _t("“%(one)s” and “%(other)s” are valid on the same days. End one before the other begins.")
                    % {"one": one, "other": other}
                )


def _overlap(one: Any, other: Any) -> bool:
    return (other.upper is None or one.lower < other.upper) and (one.upper is None or other.lower < one.upper)


class AgencyNames(DeskStack):
    model = AgencyName
    form = AgencyNameForm
    formset = AgencyNameSet
    fields = ("name_en", "name_zh_hant", "name_zh_hans", "first_day", "last_day")


@admin.register(Agency)
class AgencyDesk(Desk):
    """A body of either side and its dated names; certificates bear the name of their day."""

    viewers = is_administrator | is_auditor
    adders = editors = is_administrator
    list_display = ("code", "name_today", "side", "kind")
    list_filter = ("side", "kind")
    search_fields = ("code", "names__name_en", "names__name_zh_hant", "names__name_zh_hans")
    inlines = (AgencyNames,)

    @display(description=_("name today"))
    def name_today(self, agency: Agency) -> str:
        return str(agency.name_on() or "–")

    def remembered(self, thing: Any) -> list[Any]:
        return [history.events_where(AgencyName, agency_id=thing.pk)]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with pghistory.context(user=request.user.pk):
            super().save_related(request, form, formsets, change)
