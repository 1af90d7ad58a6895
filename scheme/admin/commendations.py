"""Commendations at the officers' desk: found, certified, reissued, revoked; lists taken out for the ceremony."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from portal.admin_navigation import Page, add_page
from portal.desk import Desk, ReasonForm, action_with_reason, attempt
from portal.search import search
from scheme import rules
from scheme.admin.list_steps import person, record_of
from scheme.exports.lists import CONTENT_TYPES, file_name, list_chunks
from scheme.forms.export import ExportForm
from scheme.models import Commendation, ExportRecord, Round
from scheme.queries.commendations import commendations_seen_by, rounds_with_figures, with_certificates
from scheme.services.certify import reissue_certificate, request_certificates, revoke_commendation
from scheme.services.export import take_list
from scheme.states import COMMENDATION

add_page(2, Page(_("Lists and certificates"), "admin:scheme_commendation_lists", rules.can_export_commendations))
STANDING_COLOURS = {"valid": "success", "expired": "warning", "revoked": "danger"}
CERTIFICATE_COLOURS = {"ready": "success", "waiting": "info", "none": "default"}


@admin.action(description=_("Issue certificates"))
def issue_chosen(desk: Desk, request: HttpRequest, rows: QuerySet) -> None:
    for round_ in Round.objects.filter(pk__in=rows.order_by().values("round")):
        chosen = Commendation.objects.filter(pk__in=rows.values("pk"))
        attempt(
            request,
            lambda round_=round_, chosen=chosen: request_certificates(
                round_=round_, by=person(request), commendations=chosen
            ),
            _t("Certificates of %(round)s are being made; each appears here when it is ready.") % {"round": round_},
        )


issue_chosen.may = rules.can_issue_certificates  # type: ignore[attr-defined]
reissue_chosen = action_with_reason(
    name="reissue_chosen", label=_("Reissue the certificate"), may=rules.can_issue_certificates,
    each=lambda row, **given: reissue_certificate(commendation=row, **given),
)  # fmt: skip
revoke_chosen = action_with_reason(
    name="revoke_chosen", label=_("Revoke the title"), may=rules.can_revoke,
    each=lambda row, **given: revoke_commendation(commendation=row, **given),
)  # fmt: skip


@admin.register(Commendation)
class CommendationDesk(Desk):
    """What was awarded, in the order of the ceremony."""

    viewers = rules.can_see_commendations
    list_display = ("number", "enterprise_named", "title", "city", "industry", "standing_tag", "certificate_tag")
    list_filter = (
        ("round", RelatedDropdownFilter),
        ("title", ChoicesDropdownFilter),
        ("city", RelatedDropdownFilter),
        ("industry", RelatedDropdownFilter),
        ("state", ChoicesDropdownFilter),
    )
    search_fields = ("number",)
    search_help_text = _("Number, or name in any script (two characters are enough)")
    show_facets = ShowFacets.NEVER
    actions = (issue_chosen, reissue_chosen, revoke_chosen)
    list_select_related = ("round", "city", "industry")
    ordering = ("-round__year", "title", "sequence")

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return with_certificates(commendations_seen_by(user))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return search(queryset, search_term, grams_field="name_grams", fields=Commendation.SEARCHED), False

    @admin.display(description=_("enterprise"), ordering="name_en")
    def enterprise_named(self, row: Commendation) -> str:
        return row.name

    @display(description=_("standing"), ordering="state", label=STANDING_COLOURS)
    def standing_tag(self, row: Commendation) -> tuple[str, str]:
        return row.standing, row.get_standing_display()

    @display(description=_("certificate"), label=CERTIFICATE_COLOURS)
    def certificate_tag(self, row: Any) -> tuple[str, str]:
        if row.certificate_state is None:
            return "none", _t("not asked for")
        if row.certificate_state == "waiting":
            return "waiting", _t("being made")
        return "ready", _t("issue %(number)s") % {"number": row.certificate_issue}

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("lists/", wrap(self.lists_view), name="scheme_commendation_lists"),
            path("lists/take/", wrap(require_POST(self.take_view)), name="scheme_commendation_take"),
            path("lists/issue/<int:year>/", wrap(require_POST(self.issue_view)), name="scheme_commendation_issue"),
            path("<int:pk>/issue/", wrap(require_POST(self.issue_one_view)), name="scheme_commendation_issue_one"),
            path("<int:pk>/reissue/", wrap(require_POST(self.reissue_view)), name="scheme_commendation_reissue"),
            path("<int:pk>/revoke/", wrap(require_POST(self.revoke_view)), name="scheme_commendation_revoke"),
            *super().get_urls(),
        ]

    # One commendation -------------------------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "GET" or not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        return self.one_page(request, self._one(request, int(object_id)))

    def one_page(
        self, request: HttpRequest, row: Commendation, refused: str = "", typed: forms.Form | None = None
    ) -> HttpResponse:
        """The commendation with what can be done to it; `typed` is the form of the step that was refused."""
        user = request.user
        certificates = list(row.certificates.order_by("-issue").select_related("requested_by"))
        last = certificates[0] if certificates else None
        may_issue = rules.can_issue_certificates.test(user) and row.state != Commendation.State.REVOKED
        may_reissue = may_issue and last is not None and last.state == last.State.READY
        may_revoke = COMMENDATION.refusal(row, "revoke", by=user) is None
        context = {
            "title": row.number,
            "original": row,
            "tone": {"valid": "good", "expired": "wait", "revoked": "bad"}[row.standing],
            "certificates": certificates,
            "may_issue": may_issue and last is None,
            "reissue_form": self._form(refused == "reissue", typed, "reissue") if may_reissue else None,
            "revoke_form": self._form(refused == "revoke", typed, "revoke") if may_revoke else None,
            "record": record_of(row, COMMENDATION),
        }
        return self.page(request, "admin/scheme/commendation/one.html", context)

    @staticmethod
    def _form(is_typed: bool, typed: forms.Form | None, prefix: str) -> forms.Form:
        return typed if is_typed and typed is not None else ReasonForm(auto_id=f"{prefix}_%s")

    def _one(self, request: HttpRequest, pk: int) -> Commendation:
        seen = commendations_seen_by(request.user)
        return get_object_or_404(seen.select_related("round", "city", "industry", "enterprise", "renews"), pk=pk)

    def _step(self, request: HttpRequest, pk: int, name: str, do: Any, done: Any) -> HttpResponse:
        row = self._one(request, pk)
        if not {"reissue": rules.can_issue_certificates, "revoke": rules.can_revoke}[name].test(request.user, row):
            raise Http404
        form = ReasonForm(request.POST, auto_id=f"{name}_%s")
        if not form.is_valid():
            return self.one_page(request, row, name, form)
        attempt(request, lambda: do(commendation=row, by=person(request), **form.cleaned_data), done)
        return redirect("admin:scheme_commendation_change", pk)

    def reissue_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("A new issue is being made. Every copy made before verifies as replaced from now on.")
        return self._step(request, pk, "reissue", reissue_certificate, done)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, "revoke", revoke_commendation, _("The title is revoked."))

    def issue_one_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._one(request, pk)
        only = Commendation.objects.filter(pk=pk)
        attempt(
            request,
            lambda: request_certificates(round_=row.round, by=person(request), commendations=only),
            _("The certificate is being made."),
        )
        return redirect("admin:scheme_commendation_change", pk)

    # Lists ------------------------------------------------------------------------------------------------------------
    def lists_view(self, request: HttpRequest) -> HttpResponse:
        if not rules.can_export_commendations.test(request.user):
            raise Http404
        return self.lists_page(request)

    def lists_page(self, request: HttpRequest, typed: ExportForm | None = None) -> HttpResponse:
        user = request.user
        sees_record = (rules.is_organiser | rules.is_auditor).test(user)
        context = {
            "title": _t("Lists and certificates"),
            "rounds": rounds_with_figures(user),
            "form": typed or ExportForm(),
            "may_issue": rules.can_issue_certificates.test(user),
            "records": ExportRecord.objects.select_related("round", "by")[:30] if sees_record else None,
        }
        return self.page(request, "admin/scheme/commendation/lists.html", context)

    def take_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        if not rules.can_export_commendations.test(request.user):
            raise Http404
        form = ExportForm(request.POST)
        if not form.is_valid():
            return self.lists_page(request, form)
        chosen = {"round_": form.cleaned_data["round"], "format_": form.cleaned_data["format"]}
        chosen["language"] = form.cleaned_data["language"]
        found = take_list(**chosen, by=person(request))
        response = StreamingHttpResponse(list_chunks(found, **chosen), content_type=CONTENT_TYPES[chosen["format_"]])
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name(**chosen)}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    def issue_view(self, request: HttpRequest, year: int) -> HttpResponse:
        round_ = get_object_or_404(Round, year=year)
        seen = commendations_seen_by(request.user).filter(round=round_)
        if not seen.exists():
            raise Http404

        def issue() -> None:
            asked = request_certificates(round_=round_, by=person(request), commendations=seen)
            words = ngettext(
                "%(number)s certificate is being made.", "%(number)s certificates are being made.", len(asked)
            )
            messages.success(request, words % {"number": len(asked)})

        attempt(request, issue, _("You need not wait here: this page shows how far they are."))
        return redirect("admin:scheme_commendation_lists")
