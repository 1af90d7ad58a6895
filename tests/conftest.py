"""Shared fixtures. The database is real PostgreSQL; nothing of ours is mocked."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser

from portal.celery import app as celery
from tests.running import RunningPortal, chromium, running_portal


@pytest.fixture(autouse=True)
def _own_files(settings: object, tmp_path: Path) -> None:
    """Each test has its own media folder and plain static files."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # type: ignore[attr-defined]
    cache.clear()


@pytest.fixture(scope="session")
def portal_up() -> Iterator[RunningPortal]:
    """A whole portal of our own with the demonstration in it, started once; for tests of the group `portal_up`."""
    with running_portal() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread for the rest of the session; Django would take it for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as started:
        yield started


@pytest.fixture(autouse=True, scope="session")
def _no_task_reaches_the_broker() -> None:
    """Work asked for stays in the process; whoever tests workers starts real ones with a broker of their own."""
    celery.conf.broker_url = "memory://"
