"""Real processes on the test database."""

import os
import subprocess
import sys
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The address of the database this test runs on."""
    base = connection.settings_dict
    host = base["HOST"] or base["OPTIONS"].get("host", "")
    query = urlencode({"host": host} | ({"port": base["PORT"]} if base["PORT"] else {}))
    return f"postgres://{base['USER']}:{quote(base['PASSWORD'] or '')}@/{base['NAME']}?{query}"


def start(work: str, **environment: str) -> "subprocess.Popen[str]":
    """Start Python on `work`, with Django set up and the test's own database."""
    return subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{work}"],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": database_url(), "LOG_LEVEL": "ERROR"}
        | environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
