"""Rounds and their categories: every date and mark of a year, and what may no longer change. For administrators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal import history
from portal.accounts.rules import is_administrator, is_auditor
from portal.desk import Desk, DeskTable, action_with_reason, attempt
from scheme.admin.forms import Criteria, FormPart, Requirements, is_fixed
from scheme.models import Category, Criterion, EligibilityItem, Question, QuestionSection, Round
from scheme.services import configure

MARKS = ("kind", "round", "pass_mark", "excellent_mark", "on_site_assessment", "fewest_measures")


class RoundForm(forms.ModelForm):
    """Dates in their order; the tolerance stays once an application was submitted."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes, releases = (cleaned.get(name) for name in ("opens_at", "closes_at", "release_at"))
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Applications close after they open."))
        if closes and releases and releases <= closes:
            self.add_error("release_at", _("Outcomes are released after applications have closed."))
        if "tolerance" in self.changed_data and self.instance.pk and configure.round_in_use(self.instance):
            self.add_error("tolerance", _("An application has been submitted in this round: the tolerance stays."))
        return cleaned


class Categories(DeskTable):
    model = Category
    fields = ("kind", "pass_mark", "excellent_mark", "on_site_assessment", "fewest_measures")
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Each category is changed on its own page, which knows whether it is in use.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CopyForm(forms.Form):
    year = forms.IntegerField(label=_("year"), validators=[MinValueValidator(2009), MaxValueValidator(2100)])


@admin.register(Round)
class RoundDesk(Desk):
    """A round, with every rule that may differ from year to year."""

    viewers = is_administrator | is_auditor
    adders = editors = is_administrator
    form = RoundForm
    list_display = ("round", "opens_at", "closes_at", "release_at", "standing")
    search_fields = ("year", "number")
    inlines = (Categories,)
    actions = ("close_now", "release_now")
    change_form_outer_before_template = "admin/desk/round_tools.html"
    fieldsets = (
        (None, {"fields": ("year", "number")}),
        (_("Dates"), {"fields": ("opens_at", "closes_at", "release_at")}),
        (
            _("Time and tolerance"),
            {
                "fields": (
                    "tolerance", "notice_working_days", "clarification_working_days", "review_working_days",
                )
            },
        ),
        (
            _("Titles and certificates"),
            {"fields": ("validity_years", "valid_from", "signed_on", "signatory_hong_kong", "signatory_guangdong")},
        ),
    )  # fmt: skip

    close_now = action_with_reason(
        name="close_now", label=_("Close applications now"), may=is_administrator, each=configure.close_round
    )
    release_now = action_with_reason(
        name="release_now", label=_("Release outcomes now"), may=is_administrator, each=configure.release_outcomes
    )

    @display(description=_("round"), ordering="year")
    def round(self, round: Round) -> str:
        return str(round)

    @display(
        description=_("stands at"),
        label={"open": "success", "ahead": "info", "closed": "warning", "released": "primary"},
    )
    def standing(self, round: Round) -> tuple[str, Any]:
        if round.is_released:
            return "released", _t("released")
        if round.is_open():
            return "open", _t("open")
        return ("closed", _t("closed")) if round.has_closed else ("ahead", _t("not yet open"))

    def get_urls(self) -> list[Any]:
        copy = path("<int:pk>/copy/", self.admin_site.admin_view(self.copy_view), name="scheme_round_copy")
        return [copy, *super().get_urls()]

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Copy the round's form to another year."""
        round = self.get_object(request, str(pk))
        if round is None or not is_administrator.test(request.user):
            raise Http404
        form = CopyForm(request.POST or None, initial={"year": round.year + 1})
        if form.is_valid():
            made: list[Round] = []
            year = form.cleaned_data["year"]
            if attempt(
                request,
                lambda: made.append(configure.copy_round(round=round, year=year, by=request.user)),
                _t("The round was copied. Look at its dates before it opens."),
            ):
                return redirect(reverse("admin:scheme_round_change", args=[made[0].pk]))
        context = {"title": _t("Copy to another year"), "original": round, "form": form}
        return self.page(request, "admin/desk/round_copy.html", context)

    def remembered(self, thing: Any) -> list[QuerySet]:
        return [history.events_of(thing), history.events_where(Category, round_id=thing.pk)]


class CategoryForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        passing, excellent = cleaned.get("pass_mark"), cleaned.get("excellent_mark")
        if passing is not None and excellent is not None and excellent <= passing:
            self.add_error("excellent_mark", _("The mark for an excellent partner lies above the pass mark."))
        if excellent is not None and cleaned.get("kind", Category.Kind.MANUFACTURING) != Category.Kind.MANUFACTURING:
            self.add_error("excellent_mark", _("The title of Excellent Partner is for manufacturing only."))
        if self.instance.pk and is_fixed(self.instance):
            raise ValidationError(configure.InUse().words())
        return cleaned


@admin.register(Category)
class CategoryDesk(FormPart):
    """A category of a round: its marks, the eligibility checklist and the criteria."""

    form = CategoryForm
    list_display = ("kind", "round", "pass_mark", "excellent_mark", "on_site_assessment")
    list_filter = ("kind", "round")
    list_select_related = ("round",)
    fields = ("round", "kind", "pass_mark", "excellent_mark", "on_site_assessment", "fewest_measures")
    inlines = (Requirements, Criteria)

    def category_of(self, thing: Category) -> Category:
        return thing

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("round", "kind") if obj else ()

    def remembered(self, thing: Any) -> list[QuerySet]:
        sections = QuestionSection.objects.filter(category=thing).values("pk")
        return [
            history.events_of(thing),
            history.events_where(EligibilityItem, category_id=thing.pk),
            history.events_where(Criterion, category_id=thing.pk),
            history.events_where(QuestionSection, category_id=thing.pk),
            history.events_where(Question, section_id__in=sections),
        ]
