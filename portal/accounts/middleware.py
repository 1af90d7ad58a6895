from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.accounts.services.language import remember_language

Next = Callable[[HttpRequest], HttpResponse]


class RememberLanguage:
    """When a signed-in person chooses a language by `?lang=`, their mails follow. Other requests cost nothing."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "")
        if asked in self.known and request.user.is_authenticated:
            remember_language(person=request.user, language=asked)
        return self.get_response(request)
