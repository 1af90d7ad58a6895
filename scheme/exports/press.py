"""The press summary: its figures are counted, not typed."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from scheme.models import Round
from scheme.queries.commendations import Counts, awarded, counts


def press_summary(round_: Round, language: str) -> dict[str, Any]:
    """The counted figures of a round and the sentences that say them, in `language`."""
    figures = counts(awarded(round_))
    with override(language):
        return {
            "round": round_.year,
            "counts": figures.by_category(),
            "excellent": figures.excellent,
            "text": " ".join(sentences(round_, figures)) if language == "en" else "".join(sentences(round_, figures)),
        }


def sentences(round_: Round, figures: Counts) -> list[str]:
    """What a newspaper may print, in the active language; before the release it says that it may not yet."""
    found = []
    if not round_.is_released:
        found.append(
            _("Not to be published before %(time)s, Hong Kong time.")
            % {"time": date_format(localtime(round_.release_at), "DATETIME_FORMAT")}
        )
    if not figures.total:
        return [*found, _("No enterprise is commended in %(round)s yet.") % {"round": round_}]
    found.append(
        ngettext(
            "%(total)s enterprise is commended in %(round)s of the Hong Kong-Guangdong Cleaner Production Partners"
            " Recognition Scheme: %(manufacturing)s, %(sourcing)s and %(service)s.",
            "%(total)s enterprises are commended in %(round)s of the Hong Kong-Guangdong Cleaner Production Partners"
            " Recognition Scheme: %(manufacturing)s, %(sourcing)s and %(service)s.",
            figures.total,
        )
        % {
            "total": figures.total,
            "round": round_,
            **by_category(figures),
        }
    )
    if figures.excellent:
        found.append(
            ngettext(
                "%(number)s of the manufacturing enterprises is an Excellent Partner.",
                "%(number)s of the manufacturing enterprises are Excellent Partners.",
                figures.excellent,
            )
            % {"number": figures.excellent}
        )
    return found


def by_category(figures: Counts) -> dict[str, str]:
    """The figure of each category in words, in the active language."""
    return {
        "manufacturing": ngettext(
            "%(number)s manufacturing enterprise", "%(number)s manufacturing enterprises", figures.manufacturing
        )
        % {"number": figures.manufacturing},
        "sourcing": ngettext("%(number)s sourcing enterprise", "%(number)s sourcing enterprises", figures.sourcing)
        % {"number": figures.sourcing},
        "service": ngettext(
            "%(number)s environmental technology service provider",
            "%(number)s environmental technology service providers",
            figures.technology_service,
        )
        % {"number": figures.technology_service},
    }
