"""The public notice (公示) of a proposed list, frozen as published (design.md, rules 5 and 11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.casework.services.freeze import sha256
from portal.casework.working_days import after_working_days, end_of
from portal.errors import BadValue
from scheme.models import ListEntry, PartnerList, PublicNotice
from scheme.queries.lists import cities_of, standing_entries
from scheme.states import APPLICATION, LIST


@transaction.atomic
def publish_notice(*, partner_list: PartnerList, by: User, slug: str = "") -> PublicNotice:
    """Publish the proposed list for the round's number of working days; its cases move to *on notice*.

    By the secretariat, without interest in an enterprise that applied. The public sees names, title and city as they
    are now, for ever. Without `slug` the address is the round's year. Raises `NotAllowed`, `Conflict`, `Incomplete`
    naming the checks that are missing, `BadValue` for an address that is taken or is none.
    """
    partner_list = LIST.make(partner_list, "publish", by=by)
    now = timezone.now()
    entries = list(standing_entries(partner_list).select_related("application__category", "application__enterprise"))
    content = notice_content(partner_list, entries, now)
    for entry in entries:
        APPLICATION.make(entry.application, "put_on_notice", by=by)
    try:
        with transaction.atomic():
            return PublicNotice.objects.create(
                list=partner_list,
                slug=_address(partner_list, slug),
                content=content,
                sha256=sha256(content),
                opens_on=timezone.localdate(now),
                working_days=partner_list.round.notice_working_days,
                closes_at=closing_of(now, partner_list.round.notice_working_days),
                published_at=now,
                published_by=by,
            )
    except IntegrityError as error:
        raise BadValue("slug", _("Another notice has this address. Choose a different one.")) from error


def closing_of(published_at: datetime, working_days: int) -> datetime:
    """The last second of the day on which so many working days of both places have passed; with 0, at once."""
    if working_days == 0:
        return published_at
    return end_of(after_working_days(timezone.localdate(published_at), working_days))


def notice_content(partner_list: PartnerList, entries: Sequence[ListEntry], at: datetime) -> dict[str, Any]:
    """What a notice shows, in the entries' order, and nothing else: names, title and city; `uid` is the entry's key."""
    cities = cities_of([entry.application for entry in entries])
    return {
        "round": partner_list.round.year,
        "supplement": partner_list.number,
        "published_on": timezone.localdate(at).isoformat(),
        "entries": [
            {
                "uid": str(entry.pk),
                "title": entry.title,
                "name_en": entry.application.enterprise.name_en,
                "name_zh_hant": entry.application.enterprise.name_zh_hant,
                "name_zh_hans": entry.application.enterprise.name_zh_hans,
                "city": cities[entry.application_id],
            }
            for entry in entries
        ],
    }


def _address(partner_list: PartnerList, slug: str) -> str:
    supplement = f"-supplement-{partner_list.number}" if partner_list.number else ""
    wanted = slug or f"{partner_list.round.year}{supplement}"
    if wanted != slugify(wanted) or len(wanted) > 60:
        raise BadValue("slug", _("Use up to 60 small letters, digits and hyphens."))
    return wanted
