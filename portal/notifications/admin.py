"""The outbox as administrators and auditors see it: whether mails arrive, never what stands in them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.accounts.rules import is_administrator, is_auditor
from portal.desk import Desk, DeskTable, action_with_reason
from portal.desk_site import Figure, Panel, home_panel
from portal.notifications.models import Message, Retry
from portal.notifications.services import outbox
from portal.words import HTML_LANGUAGE

STATE_LABELS = {Message.State.WAITING: "warning", Message.State.SENT: "success", Message.State.FAILED: "danger"}


class Retries(DeskTable):
    model = Retry
    fields = readonly_fields = ("at", "by", "reason")
    can_delete = False


@admin.register(Message)
class MessageDesk(Desk):
    """Bodies are not shown: they hold what is sealed, and links that open accounts."""

    viewers = is_administrator | is_auditor
    list_display = ("about", "to", "standing", "attempts", "created_at", "due_at", "sent_at")
    list_filter = ("state", "kind", "language")
    search_fields = ("to", "subject")
    fields = readonly_fields = (
        "subject", "to", "kind", "language", "state", "attempts", "last_error", "created_at", "due_at", "sent_at",
    )  # fmt: skip
    inlines = (Retries,)
    actions = ("retry",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("text", "html")

    @display(description=_("subject"), ordering="subject")
    def about(self, message: Message) -> str:
        return format_html('<span lang="{}">{}</span>', HTML_LANGUAGE[message.language], message.subject)

    @display(description=_("state"), label=STATE_LABELS, ordering="state")
    def standing(self, message: Message) -> tuple[str, str]:
        return message.state, message.get_state_display()

    retry = action_with_reason(name="retry", label=_("Send again now"), may=is_administrator, each=outbox.retry)


@home_panel(80)
def mail_health(request: HttpRequest) -> Panel | None:
    """Waiting and failed mails, for those who keep the portal well."""
    if not (is_administrator | is_auditor).test(request.user):
        return None
    counted = Message.objects.aggregate(
        waiting=Count("pk", filter=Q(state=Message.State.WAITING)),
        failed=Count("pk", filter=Q(state=Message.State.FAILED)),
        oldest=Min("created_at", filter=Q(state=Message.State.WAITING)),
    )
    address = reverse("admin:notifications_message_changelist")
    return Panel(
        title=_t("Mails"),
        figures=[
            Figure(_t("waiting to be sent"), counted["waiting"], f"{address}?state__exact=waiting", "info"),
            Figure(
                _t("given up"),
                counted["failed"],
                f"{address}?state__exact=failed",
                "bad" if counted["failed"] else "good",
            ),
        ],
    )
