"""The mailbox of the demonstration: every mail the portal sent, for anyone at this machine to read."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from portal.mailbox import reading

MAILS_ON_A_PAGE = 50
# A mail is a stranger's page: no script, nothing fetched, no form; links lead out of their frame.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
MAIL_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox {SANDBOX}"

View = Callable[..., HttpResponse]


def of_the_demonstration(view: View) -> View:
    """Absent wherever mails go to people: in production, and where `EMAIL_URL` names a mail server."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.MAILBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(require_safe(guarded))


@of_the_demonstration
def mailbox(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "").strip()
    page = Paginator(reading.names(to), MAILS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "mailbox/list.html", {"page": page, "mails": reading.heads(list(page)), "to": to})


@of_the_demonstration
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "mailbox/mail.html", {"mail": _mail_or_404(name), "sandbox": SANDBOX})


@of_the_demonstration
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's own HTML, for the frame on its page."""
    html = _mail_or_404(name).html
    aimed = re.sub(r"(<head[^>]*>)", r'\1<base target="_top">', html, count=1, flags=re.IGNORECASE)
    return HttpResponse(aimed, headers={"Content-Security-Policy": MAIL_POLICY})


def _mail_or_404(name: str) -> reading.Mail:
    found = reading.mail(name)
    if found is None:
        raise Http404
    return found
