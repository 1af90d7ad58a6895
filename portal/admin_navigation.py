"""The officers' desk: what stands in the side bar, for whom. Grouped by work, in the order in which work is done."""

from dataclasses import dataclass
from typing import Any

import rules
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Page:
    """A page of the desk's own, by the name of its address, for those who meet the predicate."""

    title: Any
    name: str
    may: rules.Predicate


# A group: its title, and models by label or pages. A model shows to whoever may view it; one without an admin does not.
GROUPS: list[tuple[Any, list[str | Page]]] = [
    (
        _("Cases"),
        [
            "scheme.PartnerApplication",
            "scheme.Reconciliation",
            "scheme.EnterpriseConflict",
            "enterprises.Enterprise",
        ],
    ),
    (
        _("The list"),
        ["scheme.PartnerList", "scheme.ListEntry", "scheme.PublicNotice", "scheme.Objection", "scheme.Meeting"],
    ),
    (_("Commendations"), ["scheme.Commendation", "scheme.Certificate", "scheme.Ceremony", "scheme.Guest"]),
    (_("Configuration"), ["scheme.Round", "scheme.Category", "scheme.QuestionSection", "scheme.Question"]),
    (_("People and health"), ["accounts.User", "accounts.Agency", "notifications.Message"]),
]


def add_page(group: int, page: Page) -> None:
    """Put a page of the desk's own at the end of a group (0 cases, 1 list, 2 commendations, 3 configuration)."""
    GROUPS[group][1].append(page)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups with the links this person may follow; empty groups are left out."""
    named = {entry.lower() for _title, entries in GROUPS for entry in entries if isinstance(entry, str)}
    found = [(title, [link for entry in entries if (link := _link(request, entry))]) for title, entries in GROUPS]
    others = [
        link
        for model in admin.site._registry
        if model._meta.label_lower not in named and (link := _link(request, model._meta.label))
    ]
    found.append((_("More"), others))
    return [{"title": title, "items": items} for title, items in found if items]


def _link(request: HttpRequest, entry: str | Page) -> dict[str, Any] | None:
    if isinstance(entry, Page):
        if not entry.may.test(request.user):
            return None
        try:
            return {"title": entry.title, "link": reverse(entry.name)}
        except NoReverseMatch:
            return None
    try:
        model = apps.get_model(entry)
    except LookupError:
        return None
    desk = admin.site._registry.get(model)
    if desk is None or not desk.get_model_perms(request).get("view"):
        return None
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return {"title": capfirst(model._meta.verbose_name_plural), "link": address}
