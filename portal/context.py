from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.words import HTML_LANGUAGE


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: its declared language, the language links that keep the page, the portal's address."""
    query = request.GET.copy()
    links = []
    for code, name in settings.LANGUAGES:
        query["lang"] = code
        links.append(
            {
                "code": code,
                "name": name,
                "html": HTML_LANGUAGE[code],
                "query": query.urlencode(),
            }
        )
    language = get_language() or "en"
    return {
        "html_language": HTML_LANGUAGE.get(language, "en"),
        "language": language,
        "language_links": links,
        "site": settings.PORTAL_URL,
        "demonstration": not settings.PRODUCTION,
        "mailbox": settings.MAILBOX,
    }
