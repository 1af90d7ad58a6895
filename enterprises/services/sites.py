"""Sites of an enterprise: added, corrected, closed, opened again. Nothing is deleted: applications name them."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from enterprises import rules
from enterprises.identifiers import sound_uscc
from enterprises.models import Enterprise, Site
from portal.accounts.models import User
from portal.accounts.rules import require
from portal.errors import Invalid
from portal.typed import one_line

FIELDS = ("name_en", "name_zh", "city", "address", "uscc", "headcount", "link")


@transaction.atomic
def add_site(*, enterprise: Enterprise, by: User, **fields: Any) -> Site:
    """Add a site; owners and editors. Raises `NotAllowed`, and `Invalid` naming the fields to put right.

    The same site sent twice (a second click) is added once.
    """
    enterprise = _locked(enterprise, by)
    site = Site(enterprise=enterprise)
    _fill(site, fields)
    same = {name: getattr(site, name) for name in FIELDS}
    return enterprise.sites.filter(closed_on=None, **same).first() or _saved(site)


@transaction.atomic
def update_site(*, site: Site, by: User, **fields: Any) -> Site:
    """Correct a site; owners and editors. Raises `NotAllowed`, and `Invalid` naming the fields to put right."""
    _locked(site.enterprise, by)
    site = Site.objects.select_for_update().get(pk=site.pk)
    _fill(site, fields)
    return _saved(site)


@transaction.atomic
def close_site(*, site: Site, by: User, on: date) -> Site:
    """Say that a site has closed `on` a day, today at the latest; owners and editors.

    It stays on record and can no longer be chosen. Closing a closed one corrects the day.
    Raises `NotAllowed`, `Invalid`.
    """
    _locked(site.enterprise, by)
    if on > localdate():
        raise Invalid({"closed_on": [_("Give the day on which the site closed, today at the latest.")]})
    site = Site.objects.select_for_update().get(pk=site.pk)
    site.closed_on = on
    return _saved(site)


@transaction.atomic
def reopen_site(*, site: Site, by: User) -> Site:
    """Undo a closing; owners and editors. Raises `NotAllowed`."""
    _locked(site.enterprise, by)
    site = Site.objects.select_for_update().get(pk=site.pk)
    site.closed_on = None
    return _saved(site)


def _locked(enterprise: Enterprise, by: User) -> Enterprise:
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    rules.forget_roles(by)
    require(by, rules.can_change_enterprise, enterprise)
    return enterprise


def _saved(site: Site) -> Site:
    site.save()
    return site


def _fill(site: Site, fields: dict[str, Any]) -> None:
    problems: dict[str, list[Any]] = {}
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"{name} is no field of a site that may be set")
        setattr(site, name, one_line(value) if isinstance(value, str) else value)
    try:
        site.uscc = sound_uscc(site.uscc)
    except ValidationError as error:
        problems["uscc"] = error.messages
    try:
        site.full_clean(exclude=set(problems))
    except ValidationError as error:
        problems = error.message_dict | problems
    if site.city_id and "city" not in problems:
        problems = rules.site_problems(city=site.city, uscc=site.uscc, link=site.link) | problems
    if problems:
        raise Invalid(problems)
