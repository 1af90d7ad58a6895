"""The officers' desk: admin classes that deny by default, and actions that ask for a reason.

Stored permissions are not used: what a person may do comes from appointments, by predicates. Superusers get nothing
extra here, for they stand outside seal and conflicts (design.md, section 4).
"""

from collections.abc import Callable
from typing import Any, ClassVar

import rules
from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextareaWidget

from portal import history
from portal.errors import NotAllowed, Refused

nobody: rules.Predicate = rules.predicate(lambda user: False, name="nobody")


class ReasonForm(forms.Form):
    """The reason of an action, kept on the record."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Kept on the record with your name and the time."),
    )


class DeskList(ChangeList):
    """A list whose address may carry `?lang=`: it says the page's language and filters nothing."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found = super().get_filters_params(params)
        found.pop("lang", None)
        return found


class Desk(ModelAdmin):
    """An admin that denies by default: `viewers`, `adders` and `editors` say who may; `seen_by` says which rows."""

    viewers: ClassVar[rules.Predicate] = nobody
    adders: ClassVar[rules.Predicate] = nobody
    editors: ClassVar[rules.Predicate] = nobody
    list_per_page = 50
    view_on_site = False
    show_full_result_count = False
    list_filter_submit = True
    compressed_fields = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskList

    def seen_by(self, user: Any, rows: QuerySet) -> QuerySet:
        """The rows of `rows` that exist for `user`."""
        return rows

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.seen_by(request.user, super().get_queryset(request))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        # The language is no filter: taken for one, it would send the reader to the list without the others.
        if "lang" in request.GET:
            asked = request.GET.copy()
            del asked["lang"]
            request.GET = asked  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # Django lets the address ask about every column (`?text__startswith=`): what no page shows could be read out
        # letter by letter. Here only the filters of the list may ask.
        return any(_asks_by(one, lookup) for one in self.list_filter)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.viewers.test(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.viewers.test(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.adders.test(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.editors.test(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return {
            name: action
            for name, action in actions.items()
            if getattr(action[0], "may", self.viewers).test(request.user)
        }

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        # What is absent and what is forbidden answer alike.
        raise Http404

    def remembered(self, thing: Any) -> list[QuerySet]:
        """The recorded events the history page of `thing` tells: its own, where its model is tracked."""
        return [history.events_of(thing)] if hasattr(thing, "events") else []

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed what, when, from what to what."""
        thing = self.get_object(request, unquote(object_id))
        if thing is None or not self.has_view_permission(request, thing):
            raise Http404
        context = {
            "title": _t("History of %(thing)s") % {"thing": thing},
            "original": thing,
            "entries": history.entries(*self.remembered(thing)),
        }
        return self.page(request, "admin/desk/history.html", context)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
        """A page of the desk's own, in the admin's frame. `context` gives at least `title`."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, {**frame, **context})


def _asks_by(one: Any, lookup: str) -> bool:
    """Whether a filter of a list writes `lookup` into the address: equal to one thing, or to nothing."""
    if isinstance(one, type):
        return lookup == one.parameter_name  # type: ignore[attr-defined]
    name = one if isinstance(one, str) else one[0]
    return lookup.startswith(name) and lookup.removeprefix(name) in ("", "__exact", "__id__exact", "__isnull")


class DeskInline:
    """Rows inside another desk's page: seen by its viewers, changed by its editors."""

    extra = 0

    def _desk(self) -> Desk:
        desk = self.admin_site._registry[self.parent_model]  # type: ignore[attr-defined]
        assert isinstance(desk, Desk)  # noqa: S101 - the site registers nothing else
        return desk

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._desk().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request, obj)

    def _may_change(self, request: HttpRequest, obj: Model | None) -> bool:
        desk = self._desk()
        return desk.has_add_permission(request) if obj is None else desk.has_change_permission(request, obj)


class DeskTable(DeskInline, TabularInline):
    """Inline rows as a table."""


class DeskStack(DeskInline, StackedInline):
    """Inline rows, one under the other."""


def tell(request: HttpRequest, refusal: Refused) -> None:
    """Say in the page's messages why something was refused; to whom it is forbidden, there is nothing here (403)."""
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied from refusal
    messages.error(request, refusal.words())


def attempt(request: HttpRequest, do: Callable[[], Any], done: Any) -> bool:
    """Do something that may be refused; say in the page's messages what came of it. True when it was done."""
    try:
        do()
    except Refused as refusal:
        tell(request, refusal)
        return False
    messages.success(request, done)
    return True


def do_each(request: HttpRequest, rows: QuerySet, each: Callable[[Any], Any]) -> int:
    """Do something to every row by itself; one refusal does not stop the others. Returns how many were done."""
    done, refused = 0, []
    for row in rows:
        try:
            each(row)
            done += 1
        except Refused as refusal:
            refused.append(f"{row}: {refusal.words()}")
    if done:
        messages.success(request, ngettext("%(number)s was done.", "%(number)s were done.", done) % {"number": done})
    for words in refused[:20]:
        messages.error(request, words)
    if len(refused) > 20:
        messages.error(request, _t("%(number)s more were refused.") % {"number": len(refused) - 20})
    return done


def action_with_reason(
    *, name: str, label: Any, may: rules.Predicate, each: Callable[..., Any], form: type[forms.Form] = ReasonForm
) -> Callable[..., Any]:
    """A bulk action that shows what was selected, asks for a reason, then calls `each(row, by=…, **fields)`."""

    def act(admin: Desk, request: HttpRequest, rows: QuerySet) -> HttpResponse | None:
        asked = form(request.POST if "confirmed" in request.POST else None)
        if asked.is_bound and asked.is_valid():
            do_each(request, rows, lambda row: each(row, by=request.user, **asked.cleaned_data))
            return None
        context = {
            "title": label,
            "form": asked,
            "rows": list(rows[:200]),
            "action": name,
            "chosen": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
        }
        return admin.page(request, "admin/desk/reason.html", context)

    act.__name__ = name
    act.short_description = label  # type: ignore[attr-defined]
    act.may = may  # type: ignore[attr-defined]
    return act
