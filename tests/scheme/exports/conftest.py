from collections.abc import Iterator

import pytest

from portal.celery import app


@pytest.fixture(autouse=True)
def _tasks_run_at_once() -> Iterator[None]:
    """What is committed wakes its task here and now: no message reaches the broker that the portal itself uses."""
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = before
