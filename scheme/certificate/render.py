"""Sets certificates: one press for a batch, its faces cut to the batch's characters, one ground under every sheet."""

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pikepdf
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from portal.fonts import HANS_BOLD, HANS_REGULAR, HANT_BOLD, HANT_REGULAR
from portal.pdf import Press, ground_of
from scheme.certificate.ornament import ground
from scheme.certificate.sheet import Sheet, phrases

FACES = {
    "Hant Bold": HANT_BOLD,
    "Hant Regular": HANT_REGULAR,
    "Hans Bold": HANS_BOLD,
    "Hans Regular": HANS_REGULAR,
}
TEMPLATE = "certificates/certificate.html"


@lru_cache
def static_text(path: str) -> str:
    return Path(str(finders.find(path))).read_text(encoding="utf-8")


def ground_address() -> str:
    """The ground as a `data:` address, for a sheet that is set by itself."""
    drawing = ground(static_text("portal/certificate-emblem.svg"))
    return "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()


@lru_cache
def laid_ground() -> pikepdf.Pdf:
    """The ground, drawn once in the life of a worker."""
    page = (
        "<style>@page { size: 297mm 210mm; margin: 0 } body { margin: 0 } img { display: block }</style>"
        f'<img src="{ground_address()}">'
    )
    return ground_of(page)


def page_of(sheet: Sheet, **extra: str) -> str:
    sides = (("left", sheet.hong_kong), ("right", sheet.guangdong))
    return render_to_string(TEMPLATE, {"sheet": sheet, "sides": sides, "words": phrases(), **extra})


def render(sheets: Sequence[Sheet]) -> list[bytes]:
    """The PDF of each sheet, in their order."""
    characters = [sheet.characters() for sheet in sheets]
    for words in phrases().values():
        characters += [words.en, words.en.upper(), words.hant, words.hans]
    press = Press(faces=FACES, characters=[*characters, " ·"], css=static_text("portal/certificate.css"))
    return [press.print(page_of(sheet), laid_ground()) for sheet in sheets]
