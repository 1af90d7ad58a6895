"""The reviews a person may read, as a list; each row leads to its case."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from portal.accounts.models import Side
from portal.desk import Desk
from scheme import rules
from scheme.models import Review
from scheme.queries.cases import reviews_seen_by


class SideFilter(DropdownFilter):
    title = _("side")
    parameter_name = "side"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Side.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(side=self.value()) if self.value() in Side.values else queryset


@admin.register(Review)
class ReviewDesk(Desk):
    """Sealed reviews of the other government are not in its queryset: no filter, order or count can tell of them."""

    viewers = rules.is_caseworker | rules.is_auditor
    list_display = ("case", "enterprise", "side", "author", "state", "total", "recommendation", "completed_at")
    list_display_links = None
    list_select_related = ("application__enterprise", "author")
    list_filter = (SideFilter,)
    ordering = ("-completed_at",)
    show_facets = ShowFacets.NEVER

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return reviews_seen_by(user)

    # Reviews are read and written on the case page; their own numbers, which count the other side's too, stay unused.
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    @admin.display(description=_("case"), ordering="application__reference")
    def case(self, review: Review) -> SafeString:
        address = reverse("admin:scheme_partnerapplication_change", args=[review.application_id])
        return format_html('<a href="{}">{}</a>', address, review.application)

    @admin.display(description=_("enterprise"), ordering="application__enterprise__pinyin")
    def enterprise(self, review: Review) -> str:
        return review.application.enterprise.name
