"""Conflicts of interest: declared by oneself, ended by a colleague."""

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
from scheme.forms.decide import DeclarationForm, WhyForm
from scheme.models import EnterpriseConflict
from scheme.queries.cases import conflicts_seen_by
from scheme.services.conflict import declare_conflict, end_conflict

LIST = "admin:scheme_enterpriseconflict_changelist"


@admin.register(EnterpriseConflict)
class ConflictDesk(Desk):
    viewers = rules.is_caseworker | rules.is_auditor
    adders = rules.is_caseworker
    list_display = ("officer", "enterprise", "declared_at", "ended_at")
    list_select_related = ("officer", "enterprise")
    ordering = ("-declared_at",)

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return conflicts_seen_by(user)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return form_page(
            self,
            request,
            form=DeclarationForm,
            do=lambda given: declare_conflict(
                enterprise=given["enterprise"], by=request.user, reason=given["reason"]
            ),
            done=_("Your conflict of interest is on the record. No case of this enterprise is shown to you now."),
            then=LIST,
            context={"title": _("Declare a conflict of interest"), "button": _("Declare")},
        )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        conflict = self.get_object(request, unquote(object_id))
        if conflict is None:
            raise Http404
        facts = [
            (_("Officer"), conflict.officer),
            (_("Enterprise"), conflict.enterprise),
            (_("Reason"), conflict.reason),
            (_("Declared"), conflict.declared_at),
            (_("Ended"), conflict.ended_at),
            (_("Ended by"), conflict.ended_by),
            (_("Why it ended"), conflict.ended_reason),
        ]
        context = {"title": str(conflict), "original": conflict, "facts": facts, "button": _("End the conflict")}
        may_end = conflict.ended_at is None and rules.can_end_conflict.test(request.user, conflict)
        if not may_end:
            if request.method == "POST":
                raise PermissionDenied
            return self.page(request, "admin/scheme/case/form_page.html", context)
        return form_page(
            self,
            request,
            form=WhyForm,
            do=lambda given: end_conflict(conflict=conflict, by=request.user, **given),
            done=_("The conflict of interest has been ended."),
            then=LIST,
            context=context,
        )
