"""What every request passes through."""

import logging
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes, urlencode
from redis.exceptions import RedisError

from portal.words import HTML_LANGUAGE

logger = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]


def unavailable(request: HttpRequest) -> HttpResponse:
    """The plain page shown while the database or the broker is away. It reads neither."""
    page = render_to_string(
        "503.html",
        {"html_language": HTML_LANGUAGE.get(translation.get_language() or "en", "en")},
    )
    return HttpResponse(page, status=503, headers={"Retry-After": "30"})


class ServiceUnavailable:
    """Answers 503 when a server behind the portal is away; transactions that were open are rolled back."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError, RedisError):
            return unavailable(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError | RedisError):
            logger.warning("Unavailable: %s", exception)
            return unavailable(request)
        return None


class VisitorsAddress:
    """Behind proxies of our own the visitor's address is what the outermost of them wrote, not that of the nearest.

    Else all visitors were one place to every throttle, and one of them could close sign-in or objections for all.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = settings.TRUSTED_PROXIES
        passed = [place.strip() for place in request.headers.get("X-Forwarded-For", "").split(",")]
        if 0 < number <= len(passed) and is_address(passed[-number]):
            request.META["REMOTE_ADDR"] = passed[-number]
        return self.get_response(request)


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class Language:
    """The language of the page: `?lang=` (kept in a cookie), that cookie, or the browser's header."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "")
        language = asked if asked in self.known else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in self.known:
            language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", HTML_LANGUAGE[language])
        if asked in self.known:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=365 * 86400,
                samesite="Lax",
                secure=settings.HTTPS,
            )
        return response


class SoundInput:
    """Refuses what no keyboard types: NUL bytes in addresses, forms and cookies. PostgreSQL cannot store them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in name + value}
        if "\0" in request.path or _has_nul(request.GET):
            clean = {key: str(value).replace("\0", "") for key, value in request.GET.items() if "\0" not in key}
            # Two strokes at the beginning would lead to another host.
            path = escape_leading_slashes(escape_uri_path(request.path.replace("\0", "")))
            return HttpResponseRedirect(f"{path}?{urlencode(clean)}")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        if request.method != "POST":
            return
        try:
            posted = request.POST
        except (RequestDataTooBig, TooManyFieldsSent):
            return
        if _has_nul(posted):
            cleaned = posted.copy()
            for key in posted:
                cleaned.setlist(key, [str(value).replace("\0", "") for value in posted.getlist(key)])
            request.POST = cleaned  # type: ignore[assignment]


class PrivatePages:
    """What a signed-in person was shown is kept nowhere: the next one at the machine does not find it by going back."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.session.accessed and request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response


def _has_nul(fields: QueryDict) -> bool:
    return any("\0" in value for key in fields for value in (key, *fields.getlist(key)))
