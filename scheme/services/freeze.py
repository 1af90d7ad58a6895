"""Freezing what an application says as a new version (design.md, rule 3)."""

from typing import Any

from django.db.models import Max

from portal.casework.services import freeze
from scheme.models import ApplicationVersion, PartnerApplication


def freeze_version(*, application: PartnerApplication, content: dict[str, Any], by: Any) -> ApplicationVersion:
    """Keep `content` whole, with its hash, as the next version. The caller holds the lock on the application."""
    newest = application.versions.aggregate(newest=Max("number"))["newest"] or 0
    return application.versions.create(number=newest + 1, content=content, sha256=freeze.sha256(content), made_by=by)
