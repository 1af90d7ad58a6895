"""Meetings of the joint working group at the officers' desk."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.desk import Desk
from portal.errors import Refused
from scheme import rules
from scheme.admin.list_steps import person
from scheme.forms.lists import MeetingForm
from scheme.models import Meeting
from scheme.services.meet import record_meeting


@admin.register(Meeting)
class MeetingDesk(Desk):
    """Recorded once; read by those who see lists."""

    viewers = rules.can_see_lists
    adders = rules.can_record_meeting
    list_display = ("number", "held_on", "place", "chairs", "recorded_by")
    list_select_related = ("recorded_by",)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise Http404
        form = MeetingForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                record_meeting(by=person(request), **form.cleaned_data)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The meeting is recorded."))
                return redirect("admin:scheme_meeting_changelist")
        context = {"title": _("Record a meeting"), "form": form}
        return self.page(request, "admin/scheme/list/meeting.html", context)
