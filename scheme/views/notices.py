"""Public notices and the objections to them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_ratelimit.core import is_ratelimited

from portal.errors import Closed, Refused
from scheme.forms.objection import ObjectionForm
from scheme.models import ListEntry, PublicNotice
from scheme.queries import notices as queries
from scheme.services.object import lodge_objection

# So many objections are taken from one place, and so many acknowledgements written to one address.
FROM_ONE_PLACE, TO_ONE_ADDRESS = "20/h", "10/d"
REFERENCE = "objection_reference"


@require_safe
@never_cache
def notice_list(request: HttpRequest) -> HttpResponse:
    running = [_facts(notice) for notice in queries.running_notices()]
    page = Paginator(queries.past_notices(), 20).get_page(request.GET.get("page"))
    return render(request, "notices/list.html", {"running": running, "page": page})


@require_safe
@never_cache
def notice_page(request: HttpRequest, slug: str) -> HttpResponse:
    notice = get_object_or_404(queries.notices(), slug=slug)
    context = {"groups": queries.groups_of(notice), "second_language": queries.second_language(), **_facts(notice)}
    return render(request, "notices/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def objection(request: HttpRequest, slug: str) -> HttpResponse:
    notice = get_object_or_404(queries.notices(), slug=slug)
    if request.method != "POST":
        form = ObjectionForm(notice=notice, initial={"entry": request.GET.get("entry", "")})
        return _form_page(request, notice, form)
    form = ObjectionForm(request.POST, notice=notice)
    if not notice.is_open:
        form.is_valid()
        form.refuse(Closed(notice.closes_at))
        return _form_page(request, notice, form, status=403)
    if not form.is_valid():
        return _form_page(request, notice, form)
    if _too_many(request, form.cleaned_data["email"]):
        form.add_error(None, _("Too many objections have come from here. Nothing is lost: try again in an hour."))
        return _form_page(request, notice, form, status=429)
    try:
        lodged = _lodge(notice, form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_page(request, notice, form, status=403)
    request.session[REFERENCE] = [notice.slug, lodged.reference]
    return redirect("objection-received", slug=notice.slug)


@require_safe
@never_cache
def objection_received(request: HttpRequest, slug: str) -> HttpResponse:
    notice = get_object_or_404(queries.notices(), slug=slug)
    whose, reference = request.session.get(REFERENCE, ["", ""])
    if whose != notice.slug:
        return redirect("notice", slug=notice.slug)
    return render(request, "notices/received.html", {"reference": reference, **_facts(notice)})


def _lodge(notice: PublicNotice, typed: dict[str, Any]) -> Any:
    return lodge_objection(
        notice=notice,
        entry=get_object_or_404(ListEntry, pk=typed["entry"]),
        name=typed["name"],
        email=typed["email"],
        text=typed["text"],
        language=get_language() or "en",
    )


def _too_many(request: HttpRequest, email: str) -> bool:
    place = is_ratelimited(request, group="objection", key="ip", rate=FROM_ONE_PLACE, increment=True)
    address = is_ratelimited(
        request,
        group="objection-address",
        key=lambda _group, _request: email.casefold(),
        rate=TO_ONE_ADDRESS,
        increment=True,
    )
    return place or address


def _form_page(request: HttpRequest, notice: PublicNotice, form: ObjectionForm, status: int = 200) -> HttpResponse:
    return render(request, "notices/objection.html", {"form": form, **_facts(notice)}, status=status)


def _facts(notice: PublicNotice) -> dict[str, Any]:
    return {
        "notice": notice,
        "round": notice.list.round,
        "is_open": notice.is_open,
        "days_left": queries.days_left(notice),
        "number": queries.number_of_entries(notice),
    }
