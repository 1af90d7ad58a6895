"""The queue of the officers' desk; its rows open the case page."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Side
from portal.desk import Desk, action_with_reason
from scheme import rules
from scheme.admin.case_filters import (
    CategoryFilter,
    CityFilter,
    OfficerFilter,
    RoundFilter,
    StateFilter,
    WaitingFilter,
)
from scheme.admin.case_page import CasePage
from scheme.models import PartnerApplication
from scheme.queries.cases import cases_seen_by, search_cases
from scheme.queries.queue import IN_HAND, with_what_a_row_shows
from scheme.queries.wording import tone_of
from scheme.services import recommend, screen

start = action_with_reason(
    name="start", label=_("Start screening"), may=rules.is_caseworker,
    each=lambda row, **given: screen.start_screening(application=row, **given),
)  # fmt: skip
recommend_chosen = action_with_reason(
    name="recommend_chosen", label=_("Recommend"), may=rules.is_officer & rules.reviews_for_one_side,
    each=lambda row, **given: recommend.recommend(application=row, **given),
)  # fmt: skip
not_recommend_chosen = action_with_reason(
    name="not_recommend_chosen", label=_("Do not recommend"), may=rules.is_officer & rules.reviews_for_one_side,
    each=lambda row, **given: recommend.not_recommend(application=row, **given),
)  # fmt: skip
find_ineligible_chosen = action_with_reason(
    name="find_ineligible_chosen", label=_("Find not eligible"), may=rules.is_caseworker,
    each=lambda row, **given: screen.find_ineligible(application=row, **given),
)  # fmt: skip


@admin.register(PartnerApplication)
class ApplicationDesk(CasePage, Desk):
    """Every submitted case the person may see, the longest waiting first."""

    class Media:
        css = {"all": ("portal/case.css",)}

    viewers = rules.is_caseworker | rules.is_auditor
    list_display = (
        "reference", "enterprise_named", "kind", "cities", "state_tag", "waiting", "due", "reviews_known",
    )  # fmt: skip
    list_display_links = ("reference",)
    list_filter = (RoundFilter, CategoryFilter, StateFilter, CityFilter, OfficerFilter, WaitingFilter)
    search_fields = ("reference",)
    search_help_text = _("Reference, name in any script (two characters are enough), or registration number")
    ordering = ("state_since",)
    show_facets = ShowFacets.NEVER
    actions = (start, recommend_chosen, not_recommend_chosen, find_ineligible_chosen)
    list_select_related = False

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return cases_seen_by(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return with_what_a_row_shows(rows, request.user)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return search_cases(queryset, search_term), False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404  # the case page shows the record of moves

    @admin.display(description=_("enterprise"), ordering="enterprise__pinyin")
    def enterprise_named(self, case: PartnerApplication) -> str:
        return case.enterprise.name

    @admin.display(description=_("category"), ordering="category")
    def kind(self, case: PartnerApplication) -> SafeString:
        return format_html("{} <small>{}</small>", case.category.get_kind_display(), case.category.round)

    @admin.display(description=_("city"))
    def cities(self, case: PartnerApplication) -> SafeString:
        names = dict.fromkeys(site.city.name for site in case.enterprise.open_sites)  # type: ignore[attr-defined]
        return format_html_join(_t(", "), "{}", ((name,) for name in names))

    @admin.display(description=_("state"), ordering="state")
    def state_tag(self, case: PartnerApplication) -> SafeString:
        return render_to_string(
            "components/status_tag.html", {"label": case.get_state_display(), "tone": tone_of(case.state)}
        )

    @admin.display(description=_("days waiting"), ordering="state_since")
    def waiting(self, case: PartnerApplication) -> int | str:
        return (timezone.now() - case.state_since).days if case.state in IN_HAND else "–"

    @admin.display(description=_("review due"), ordering="review_due_on")
    def due(self, case: PartnerApplication) -> str | SafeString:
        if case.review_due_on is None or case.state != PartnerApplication.State.UNDER_REVIEW:
            return "–"
        day = date_format(case.review_due_on, "SHORT_DATE_FORMAT")
        if case.review_due_on >= timezone.localdate():
            return day
        return format_html('{} <span class="tag bad">{}</span>', day, _t("overdue"))

    @admin.display(description=_("reviews"))
    def reviews_known(self, case: PartnerApplication) -> SafeString:
        """What the person may know: done or not for the secretariat, else the reviews they may read."""
        done = [(side.label, getattr(case, f"done_{side}")) for side in Side] if hasattr(case, "done_hong_kong") else []
        facts = {"reviews": case.visible_reviews, "done": done}  # type: ignore[attr-defined]
        return render_to_string("admin/scheme/case/reviews_known.html", facts)
