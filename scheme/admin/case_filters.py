"""Filters of the queue. Each works on the cases the person sees; none reaches into a sealed review."""

from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from enterprises.models import City, Site
from scheme.models import Category, PartnerApplication, Round
from scheme.queries.queue import IN_HAND, WAITING, handled_by, officers, waiting_between


class QueueFilter(DropdownFilter):
    """A drop-down whose empty choice shows everything; a value that is not among its choices changes nothing."""

    def chosen(self) -> str:
        value = str(self.value() or "")
        return value if value in {str(choice) for choice, _label in self.lookup_choices} else ""

    def queryset(self, request: Any, queryset: QuerySet[PartnerApplication]) -> QuerySet[PartnerApplication]:
        return self.narrowed(request, queryset, self.chosen()) if self.chosen() else queryset

    def narrowed(self, request: Any, cases: QuerySet[PartnerApplication], chosen: str) -> Any:
        raise NotImplementedError


class RoundFilter(QueueFilter):
    title = _("round")
    parameter_name = "round"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(round_.year), str(round_)) for round_ in Round.objects.all()]

    def narrowed(self, request: Any, cases: QuerySet[PartnerApplication], chosen: str) -> Any:
        return cases.filter(category__round__year=chosen)


class CategoryFilter(QueueFilter):
    title = _("category")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Category.Kind.choices)

    def narrowed(self, request: Any, cases: QuerySet[PartnerApplication], chosen: str) -> Any:
        return cases.filter(category__kind=chosen)


class StateFilter(QueueFilter):
    """Without a choice the queue holds the cases in hand; a search goes through all of them."""

    title = _("state")
    parameter_name = "state"
    all_option = ("", _("cases in hand"))

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        shown = [choice for choice in PartnerApplication.State.choices if choice[0] != PartnerApplication.State.DRAFT]
        return [("all", _("all states")), *shown]

    def queryset(self, request: Any, queryset: QuerySet[PartnerApplication]) -> QuerySet[PartnerApplication]:
        chosen = self.chosen()
        if chosen == "all" or (not chosen and request.GET.get(SEARCH_VAR, "").strip()):
            return queryset
        return queryset.filter(state=chosen) if chosen else queryset.filter(state__in=IN_HAND)


class CityFilter(QueueFilter):
    title = _("city")
    parameter_name = "city"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(city.code, city.name) for city in City.objects.all()]

    def narrowed(self, request: Any, cases: QuerySet[PartnerApplication], chosen: str) -> Any:
        there = Site.objects.filter(city__code=chosen, closed_on=None)
        return cases.filter(enterprise__in=there.values("enterprise_id"))


class OfficerFilter(QueueFilter):
    """Who screens the case, or writes a review of it that the person looking may read."""

    title = _("officer")
    parameter_name = "officer"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("me")), *((str(officer.pk), str(officer)) for officer in officers())]

    def narrowed(self, request: Any, cases: QuerySet[PartnerApplication], chosen: str) -> Any:
        return handled_by(cases, request.user.pk if chosen == "me" else int(chosen), request.user)


class WaitingFilter(QueueFilter):
    title = _("waiting time")
    parameter_name = "waiting"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("7", _("less than a week")),
            ("14", _("one to two weeks")),
            ("28", _("two to four weeks")),
            ("more", _("four weeks and more")),
        ]

    def narrowed(self, request: Any, cases: QuerySet[PartnerApplication], chosen: str) -> Any:
        return waiting_between(cases, *WAITING[chosen])
