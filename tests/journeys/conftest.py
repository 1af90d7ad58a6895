"""What the journeys share: pictures of the way, where they are asked for."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.running import CHECKOUT

# Real workers, on machines that are busy with other tests: as patient as it takes, and no longer.
expect.set_options(timeout=20_000)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


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
