"""The demonstration, loaded once for a module and rolled back after it. Imported as a fixture where it is needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from scheme.services.demo import load_demo


@pytest.fixture(scope="module")
def demonstration(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Loads everything; yields the media folder its documents lie in."""
    media = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        with override_settings(MEDIA_ROOT=media):
            list(load_demo())
        yield media
        transaction.set_rollback(True)
