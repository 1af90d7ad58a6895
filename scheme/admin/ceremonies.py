"""The ceremony and its guests at the officers' desk."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from portal.desk import Desk
from scheme import rules
from scheme.models import Ceremony, Commendation, Guest
from scheme.queries.ceremonies import ceremonies_seen_by, guests_by_kind, guests_seen_by
from scheme.queries.commendations import commendations_seen_by


@admin.register(Ceremony)
class CeremonyDesk(Desk):
    """Where and when the titles are presented."""

    viewers = rules.can_see_ceremony
    adders = rules.can_plan_ceremony
    editors = rules.can_plan_ceremony
    list_display = ("__str__", "round", "starts_at", "city", "capacity", "guests_expected")
    list_filter = (("round", RelatedDropdownFilter),)
    list_select_related = ("round", "city")
    prepopulated_fields = {"slug": ("name_en",)}
    show_facets = ShowFacets.NEVER

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = [
            "name_en", "name_zh_hant", "name_zh_hans", "slug", "round", "city", "venue_en", "venue_zh_hant",
            "venue_zh_hans", "starts_at", "capacity",
        ]  # fmt: skip
        return [*fields, "guest_list"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("guest_list",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {"slug": ("name_en",)} if obj is None and self.has_add_permission(request) else {}

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return ceremonies_seen_by(user)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.seen_for = request.user
        return found

    @admin.display(description=_("guests"))
    def guests_expected(self, row: Any) -> int:
        return row.guests_expected

    @admin.display(description=_("guests"))
    def guest_list(self, row: Any) -> str:
        """How many of each kind, each a link to their list; none of those the reader may not know of."""
        address = reverse("admin:scheme_guest_changelist")
        found = guests_by_kind(row, row.seen_for) if row.pk else []
        lines = [(address, row.pk, kind.value, kind.label, number) for kind, number in found]
        items = format_html_join("", '<li><a href="{}?ceremony__id__exact={}&kind__exact={}">{}: {}</a></li>', lines)
        return format_html("<ul>{}</ul>", items)


@admin.register(Guest)
class GuestDesk(Desk):
    """Who is invited, by kind."""

    viewers = rules.can_see_ceremony
    adders = rules.is_organiser
    editors = rules.is_organiser
    list_display = ("name", "kind", "post", "organisation", "commendation", "receives_award")
    list_filter = (
        ("ceremony", RelatedDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        "receives_award",
    )
    list_select_related = ("commendation", "ceremony")
    search_fields = ("name", "organisation", "post")
    search_help_text = _("Name, post or organisation")
    show_facets = ShowFacets.NEVER
    fields = ("ceremony", "kind", "name", "post", "organisation", "email", "commendation", "receives_award")

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return guests_seen_by(user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # An invitation that was entered by mistake may go; nothing of the register hangs on it.
        return rules.is_organiser.test(request.user)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest | None, **kwargs: Any) -> Any:
        if db_field.name == "commendation" and request is not None:
            seen = commendations_seen_by(request.user)
            kwargs["queryset"] = seen.exclude(state=Commendation.State.REVOKED).order_by("-round__year", "number")
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "commendation":
            field.label_from_instance = lambda one: f"{one.number} · {one.name}"
        return field
