"""Extensions: the recorded permission to submit one draft after the closing."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.desk import Desk
from scheme import rules
from scheme.admin.case_form import form_page
from scheme.forms.decide import ExtensionForm
from scheme.models import Extension
from scheme.queries.cases import extensions_seen_by
from scheme.services.extend import grant_extension


@admin.register(Extension)
class ExtensionDesk(Desk):
    viewers = rules.is_caseworker | rules.is_auditor
    adders = rules.is_caseworker
    list_display = ("application", "until", "granted_by", "granted_at")
    list_select_related = ("application", "granted_by")
    ordering = ("-granted_at",)

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return extensions_seen_by(user)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return form_page(
            self,
            request,
            form=lambda data: ExtensionForm(data=data, user=request.user),
            do=lambda given: grant_extension(
                application=given["application"], until=given["until"], reason=given["reason"], by=request.user
            ),
            done=_("The extension has been granted."),
            then="admin:scheme_extension_changelist",
            context={"title": _("Grant an extension"), "button": _("Grant the extension")},
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        extension = self.get_object(request, unquote(object_id))
        if extension is None:
            raise Http404
        facts = [
            (_("Application"), extension.application),
            (_("Enterprise"), extension.application.enterprise),
            (_("Until"), extension.until),
            (_("Reason"), extension.reason),
            (_("Granted by"), extension.granted_by),
            (_("Granted"), extension.granted_at),
        ]
        context = {"title": str(extension), "original": extension, "facts": facts}
        return self.page(request, "admin/scheme/case/form_page.html", context)
