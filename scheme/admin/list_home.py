"""The lists under way, on the desk's first page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.desk_site import Figure, Line, Panel, home_panel
from scheme import rules
from scheme.queries.lists import list_work_for


@home_panel(20)
def your_lists(request: HttpRequest) -> Panel | None:
    """What the lists wait for from this person; for officers and secretariat."""
    if not rules.is_caseworker.test(request.user):
        return None
    work = list_work_for(request.user)
    lists, objections = reverse("admin:scheme_partnerlist_changelist"), reverse("admin:scheme_objection_changelist")
    return Panel(
        title=_("Lists under way"),
        empty=_("A list stands here from its proposal to its endorsement."),
        figures=[
            Figure(_("compliance checks to make"), work.to_check, lists, "wait" if work.to_check else "neutral"),
            Figure(_("objections to decide"), work.objections, objections, "wait" if work.objections else "neutral"),
        ],
        lines=[
            Line(str(found), reverse("admin:scheme_partnerlist_change", args=[found.pk]), found.get_state_display())
            for found in work.lists
        ],
        url=lists,
        action=_("Open the lists"),
    )
