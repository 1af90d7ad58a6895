"""What a request says of its letters: it is read as UTF-8 all the same, through the very door the web server uses."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from portal.wsgi import application, sound_type


@pytest.fixture(autouse=True)
def _connections_stay() -> Iterator[None]:
    """The server's door closes connections that are old; the tests' own is not its business."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


SAID = ["hex", "base64", "undefined", "idna", "punycode", "utf-7", "unicode_escape", "utf-16", "nonsense"]


@pytest.mark.parametrize(
    "said", [*(f"charset={one}" for one in SAID), "charset*=hex''hex", "charset*0=he; charset*1=x"]
)
def test_whatever_a_request_says_of_its_letters_it_is_read_as_utf_8(rf: RequestFactory, said: str) -> None:
    request = rf.get("/about/?q=%5Cud800+%2B2AA-")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answered: list[str] = []
        environ = request.environ | {"CONTENT_TYPE": f"{kind}; {said}"}
        body = b"".join(application(environ, lambda status, headers, *_more, into=answered: into.append(status)))
        assert answered == ["200 OK"]
        assert b"q=%5Cud800+%2B2AA-&amp;lang=en" in body


def test_sound_type_keeps_the_boundary_of_an_upload() -> None:
    assert sound_type("multipart/form-data; charset=hex; boundary=----Web") == 'multipart/form-data; boundary="----Web"'
    assert sound_type("application/json; x*=nonsense''a") == "application/json"
