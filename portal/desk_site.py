"""The site behind the officers' desk: who comes in, through which door, and what the first page shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import URLPattern, URLResolver
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from portal.accounts.rules import appointments
from portal.desk import Desk


@dataclass(frozen=True)
class Figure:
    """One counted thing on a panel; `tone` is that of the state tags. Without `url` it is only told."""

    label: Any
    number: int
    url: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class Line:
    """One line of a panel's list: a link, what is to be done, until when."""

    label: Any
    url: str
    note: Any = ""
    due: Any = None
    overdue: bool = False


@dataclass(frozen=True)
class Panel:
    """A part of the desk's first page. `empty` says what will appear here, when there is nothing."""

    title: Any
    empty: Any = ""
    figures: list[Figure] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    url: str = ""
    action: Any = ""


PanelMaker = Callable[[HttpRequest], Panel | None]
_panels: list[tuple[int, PanelMaker]] = []


def home_panel(place: int) -> Callable[[PanelMaker], PanelMaker]:
    """Put a panel on the desk's first page: `make(request)` answers a `Panel`, or None for whom it is not meant."""

    def register(make: PanelMaker) -> PanelMaker:
        _panels.append((place, make))
        _panels.sort(key=lambda entry: entry[0])
        return make

    return register


class DeskSite(UnfoldAdminSite):
    """The desk: entered by those who hold a post today, through the one sign-in of the portal."""

    site_title = site_header = _("Cleaner Production Partners")
    index_title = _("Your desk")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only desks, which deny by default, stand here; what other packages bring along stays hidden."""
        if admin_class is not None and issubclass(admin_class, Desk):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # Django's own "view on site" looks up any row of any table by number, whoever asks.
        return [address for address in super().get_urls() if getattr(address, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_staff and appointments(user))

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            return super().search(request, extra_context)
        except (InvalidPage, ValueError) as error:  # a page that is no number, or beyond the last
            raise Http404 from error

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is no second sign-in form: everybody goes through the portal's own."""
        wanted = request.GET.get("next", "")
        if not request.user.is_authenticated:
            onward = wanted or resolve_url("admin:index")
            return redirect(f"{resolve_url('account_login')}?{urlencode({'next': onward})}")
        if self.has_permission(request):
            return redirect("admin:index")
        raise Http404

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:index")

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:
        # The side bar lists everything by work, not by Django's apps.
        return redirect("admin:index")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "posts": appointments(request.user)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        panels = [panel for _place, make in _panels if (panel := make(request)) is not None]
        return super().index(request, {"panels": panels, **(extra_context or {})})
