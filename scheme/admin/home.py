"""The desk's first page for those who keep the scheme running, and for the organisers of the ceremony."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules import is_administrator, is_auditor, is_organiser
from portal.desk_site import Figure, Line, Panel, home_panel
from scheme.models import Certificate, Round
from scheme.queries.commendations import commendations_seen_by
from scheme.queries.health import commendations_by_round


@home_panel(60)
def rounds(request: HttpRequest) -> Panel | None:
    """The rounds that are not over, with their next date, for administrators."""
    if not (is_administrator | is_auditor).test(request.user):
        return None
    ahead = [round for round in Round.objects.order_by("year") if not round.is_released]
    return Panel(
        title=_("Rounds"),
        empty=_("No round is open or to come. Copy an earlier one to begin the next."),
        lines=[_round_line(round) for round in ahead],
        url=reverse("admin:scheme_round_changelist"),
        action=_("All rounds"),
    )


def _round_line(round: Round) -> Line:
    address = reverse("admin:scheme_round_change", args=[round.pk])
    if round.is_open():
        return Line(str(round), address, _t("open; closes"), round.closes_at)
    if round.has_closed:
        return Line(str(round), address, _t("closed; outcomes are released"), round.release_at)
    return Line(str(round), address, _t("not yet open; opens"), round.opens_at)


@home_panel(70)
def certificate_health(request: HttpRequest) -> Panel | None:
    """Certificates that wait to be made, for administrators and organisers."""
    if not (is_administrator | is_organiser).test(request.user):
        return None
    seen = Certificate.objects.filter(commendation__in=commendations_seen_by(request.user))
    waiting = seen.filter(state=Certificate.State.WAITING).count()
    ready = seen.filter(state=Certificate.State.READY).count()
    return Panel(
        title=_("Certificates"),
        figures=[
            Figure(_("to be made"), waiting, tone="wait" if waiting else "good"),
            Figure(_("ready"), ready, tone="good"),
        ],
    )


@home_panel(40)
def commendations(request: HttpRequest) -> Panel | None:
    """The rounds with commendations, for the organisers who export their lists."""
    if not is_organiser.test(request.user):
        return None
    address = reverse("admin:scheme_commendation_changelist")
    figures = [
        Figure(round, number, f"{address}?round__id__exact={round.pk}", "gold")
        for round, number in commendations_by_round()
    ]
    empty = _("When a round's list is endorsed and commended, its commendations stand here, ready to be exported.")
    return Panel(
        title=_("Commendation lists"),
        empty="" if figures else empty,
        figures=figures,
        url=address,
        action=_("Open the commendations"),
    )
