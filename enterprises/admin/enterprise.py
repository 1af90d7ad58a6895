"""Enterprises at the desk: found and read. Members correct their data, the secretariat the number, with a reason."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from enterprises import rules
from enterprises.forms.fields import BrNumberField
from enterprises.models import Enterprise, Membership, Site
from enterprises.queries.enterprises import seen_at_the_desk, with_cities
from enterprises.services.register import correct_number
from portal import history
from portal.desk import Desk, DeskStack, DeskTable, ReasonForm, action_with_reason
from portal.search import search


class NumberForm(ReasonForm):
    br_number = BrNumberField(
        label=_("Right Business Registration number"), widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"})
    )
    field_order = ("br_number", "reason")


class Sites(DeskStack):
    model = Site
    fields = ("name_en", "name_zh", "city", "address", "uscc", "headcount", "link", "closed_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("city")


class Members(DeskTable):
    model = Membership
    fields = readonly_fields = ("person", "address", "role", "joined_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user")

    @display(description=_("person"))
    def person(self, membership: Membership) -> str:
        return str(membership.user)

    @display(description=_("e-mail address"))
    def address(self, membership: Membership) -> str:
        return membership.user.email


correct = action_with_reason(
    name="correct",
    label=_("Correct the registration number"),
    may=rules.can_correct_number,
    each=lambda row, **given: correct_number(enterprise=row, **given),
    form=NumberForm,
)


@admin.register(Enterprise)
class EnterpriseDesk(Desk):
    """Every enterprise, save those in which the person has a conflict of interest. Nobody edits here."""

    viewers = rules.reads_enterprises
    list_display = ("named", "br_number", "kind", "industry", "cities", "created_at")
    list_filter = ("kind", "industry", "sites__city")
    list_select_related = ("industry",)
    ordering = ("pinyin", "pk")
    search_fields = Enterprise.SEARCHED
    search_help_text = _("Name in any script (two characters are enough), or registration number")
    inlines = (Sites, Members)
    actions = (correct,)
    readonly_fields = ("created_at",)
    fieldsets = (
        (None, {"fields": ("name_en", "name_zh_hant", "name_zh_hans", "br_number", "kind", "industry", "created_at")}),
        (
            _("Contacts"),
            {"fields": ("contact_name", "contact_post", "contact_email", "contact_phone", "website", "language")},
        ),
    )

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return with_cities(seen_at_the_desk(user, rows))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return search(queryset, search_term, grams_field="name_grams", fields=Enterprise.SEARCHED), False

    def remembered(self, thing: Enterprise) -> list[QuerySet]:
        return [
            history.events_of(thing),
            history.events_where(Site, enterprise_id=thing.pk),
            history.events_where(Membership, enterprise_id=thing.pk),
        ]

    @display(description=_("enterprise"), ordering="pinyin")
    def named(self, enterprise: Enterprise) -> str:
        return str(enterprise)

    @display(description=_("cities"))
    def cities(self, enterprise: Enterprise) -> str:
        return _t(", ").join(dict.fromkeys(str(site.city) for site in enterprise.open_sites)) or "–"  # type: ignore[attr-defined]
