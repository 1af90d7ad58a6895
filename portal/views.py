"""Pages of the whole portal: health and errors."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from redis import Redis
from redis.exceptions import RedisError


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """The servers behind the portal answer too; 503 and the name of the one that does not."""
    found = {"database": _answers(_ask_database), "broker": _answers(_ask_broker)}
    ready = all(found.values())
    parts = {name: "ok" if well else "unavailable" for name, well in found.items()}
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", **parts},
        status=200 if ready else 503,
    )


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
        broker.ping()


def _answers(ask: Any) -> bool:
    from django.db import Error

    try:
        ask()
    except (Error, RedisError, OSError):
        return False
    return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 and 404 look the same: nobody learns whether a thing exists."""
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
