"""What the journeys share: pictures of the way, where they are asked for."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.running import CHECKOUT, RunningPortal

# Real workers, on machines that are busy with other tests: as patient as it takes, and no longer.
expect.set_options(timeout=20_000)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


# A draft that no other journey closes: of the demonstration's enterprise, in a round after the one that is open.
DRAFT = """
from datetime import timedelta
from django.utils import timezone
from portal.accounts.models import User
from scheme.models import Round
from scheme.services import apply, configure
owner, admin = (User.objects.get(email=f"{name}@demo.example") for name in ("enterprise", "admin"))
now = timezone.now()
this = Round.objects.get(year=now.year)
Round.objects.filter(year=now.year + 1).exists() or configure.copy_round(round=this, year=now.year + 1, by=admin)
Round.objects.filter(year=now.year + 1).update(
    opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=60), release_at=now + timedelta(days=90)
)
category = Round.objects.get(year=now.year + 1).categories.get(kind="manufacturing")
enterprise = owner.memberships.get(role="owner").enterprise
print(apply.start_application(enterprise=enterprise, category=category, by=owner).reference)
"""


class Pictures:
    """Pictures of pages below `.data/journey`; takes none unless `JOURNEY_PICTURES` is set."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.taken = 0

    def take(self, page: Page, name: str, *, everywhere: bool = False) -> None:
        """The page as it stands; with `everywhere` also as it is at 360 px and in both Chinese scripts."""
        if self.folder is None:
            return
        self.taken += 1
        name = f"{self.taken:02}-{name}"
        self._shoot(page, name)
        if not everywhere:
            return
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        self._shoot(page, f"{name}-360")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        address = page.url.split("?")[0].split("#")[0]
        for language in ("zh-hant", "zh-hans", "en"):
            page.goto(f"{address}?lang={language}")
            if language != "en":
                self._shoot(page, f"{name}-{language}")

    def _shoot(self, page: Page, name: str) -> None:
        assert self.folder is not None
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def pictures() -> Pictures:
    if not os.environ.get("JOURNEY_PICTURES"):
        return Pictures(None)
    folder = CHECKOUT / ".data" / "journey"
    folder.mkdir(parents=True, exist_ok=True)
    return Pictures(folder)


@pytest.fixture(scope="session")
def draft(portal_up: RunningPortal) -> str:
    """The reference of a draft of `enterprise@demo.example`, for tests that each take a section of their own."""
    return portal_up.shell(DRAFT)
