"""A page of the desk with one form: what is refused comes back in words, with everything that was typed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.errors import NotAllowed, Refused


def form_page(
    desk: Any,
    request: HttpRequest,
    *,
    form: Callable[..., Any],
    do: Callable[[dict[str, Any]], Any],
    done: Any,
    then: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the form, or do what it says and go on to the address named `then`."""
    asked = form(data=request.POST if request.method == "POST" else None)
    if asked.is_bound and asked.is_valid():
        try:
            do(asked.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied from refusal
        except Refused as refusal:
            asked.add_error(None, refusal.words())
        else:
            messages.success(request, done)
            return redirect(then)
    response = desk.page(request, "admin/scheme/case/form_page.html", {"form": asked, **context})
    response.status_code = 422 if asked.is_bound else 200
    return response
