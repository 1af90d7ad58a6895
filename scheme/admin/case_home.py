"""The officers' part of the desk's first page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules import is_secretariat, officer_side
from portal.desk_site import Figure, Line, Panel, home_panel
from scheme import rules
from scheme.queries.queue import WorkLine, work_for

KINDS = {"review": _("your review"), "screening": _("your screening")}


@home_panel(10)
def your_cases(request: HttpRequest) -> Panel | None:
    """What waits for this person: own cases by name, the rest as figures that lead into the queue."""
    if not rules.is_caseworker.test(request.user):
        return None
    work = work_for(request.user)
    queue = reverse("admin:scheme_partnerapplication_changelist")
    figures = [Figure(_("to screen"), work.to_screen, f"{queue}?state=submitted", "info")]
    if is_secretariat.test(request.user):
        figures.append(Figure(_("to assess on site"), work.to_assess, f"{queue}?state=assessment", "info"))
    if officer_side(request.user):
        reviewing, joint = f"{queue}?state=under_review", f"{queue}?state=reconciliation"
        figures += [
            Figure(_("reviews nobody has begun"), work.reviews_to_start, reviewing, "info"),
            Figure(_("reviews overdue"), work.overdue, reviewing, "bad" if work.overdue else "neutral"),
            Figure(_("joint notes to sign"), work.to_sign, joint, "wait"),
            Figure(_("agreed, to be recommended or closed"), work.to_recommend, reviewing, "good"),
        ]
    return Panel(
        title=_("Your cases"),
        empty=_("Cases you screen or review will stand here."),
        figures=figures,
        lines=[_line(line) for line in work.mine],
        url=queue,
        action=_("Open the queue"),
    )


def _line(line: WorkLine) -> Line:
    case = line.application
    address = reverse("admin:scheme_partnerapplication_change", args=[case.pk])
    return Line(f"{case.reference} · {case.enterprise.name}", address, KINDS[line.kind], line.due, line.is_overdue)
