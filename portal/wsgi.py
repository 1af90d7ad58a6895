import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
handler = get_wsgi_application()


def sound_type(said: str) -> str:
    """A request's Content-Type without what it says of its letters: the portal reads UTF-8 and nothing else.

    Django looks at the address in the encoding a request declares before any middleware could help, and some codecs
    (`hex`, `idna`) are none for text.
    """
    kind = said.partition(";")[0].strip()
    try:
        boundary = parse_header_parameters(said)[1].get("boundary", "")
    except ValueError:
        return kind
    return f'{kind}; boundary="{boundary}"' if boundary and '"' not in boundary else kind


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if ";" in environ.get("CONTENT_TYPE", ""):
        environ["CONTENT_TYPE"] = sound_type(environ["CONTENT_TYPE"])
    return handler(environ, start_response)
