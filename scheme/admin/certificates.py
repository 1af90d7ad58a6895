"""Certificates at the officers' desk, and the record of lists that were taken out. Both are read only."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from portal.desk import Desk
from portal.search import search
from scheme import rules
from scheme.models import Certificate, Commendation, ExportRecord
from scheme.queries.commendations import commendations_seen_by


@admin.register(Certificate)
class CertificateDesk(Desk):
    """Every issue of every certificate, and what waits to be made."""

    viewers = rules.can_see_commendations
    list_display = ("number", "enterprise_named", "issue", "state_tag", "requested_at", "made_at", "download")
    list_filter = (("commendation__round", RelatedDropdownFilter), ("state", ChoicesDropdownFilter))
    list_select_related = ("commendation",)
    search_fields = ("commendation__number",)
    search_help_text = _("Number, or name in any script (two characters are enough)")
    show_facets = ShowFacets.NEVER
    ordering = ("-requested_at", "-pk")

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows.filter(commendation__in=commendations_seen_by(user))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        fields = [f"commendation__{name}" for name in Commendation.SEARCHED]
        return search(queryset, search_term, grams_field="commendation__name_grams", fields=fields), False

    @admin.display(description=_("number"), ordering="commendation__number")
    def number(self, row: Certificate) -> str:
        return row.commendation.number

    @admin.display(description=_("enterprise"))
    def enterprise_named(self, row: Certificate) -> str:
        return row.commendation.name

    @display(description=_("state"), ordering="state", label={"ready": "success", "waiting": "info"})
    def state_tag(self, row: Certificate) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @admin.display(description=_("file"))
    def download(self, row: Certificate) -> str:
        if row.state != Certificate.State.READY:
            return "–"
        address = reverse("certificate-download", args=[row.uid])
        return format_html('<a href="{}" aria-label="PDF {}">PDF</a>', address, row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        # A certificate is read on the page of its commendation.
        pk = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        return redirect("admin:scheme_commendation_change", row.commendation_id)


@admin.register(ExportRecord)
class ExportRecordDesk(Desk):
    """Who took which list out, when."""

    viewers = rules.is_organiser | rules.is_auditor
    list_display = ("at", "round", "format", "language", "number", "by_whom")
    list_display_links = None
    list_filter = (("round", RelatedDropdownFilter), ("format", ChoicesDropdownFilter))
    list_select_related = ("round", "by")
    show_facets = ShowFacets.NEVER

    @admin.display(description=_("by"), ordering="by")
    def by_whom(self, row: ExportRecord) -> str:
        return str(row.by) if row.by else _t("the command line")
