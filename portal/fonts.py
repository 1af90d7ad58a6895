"""The serif of ceremony papers, one face for each script, cut down to the characters that are needed.

A whole face has 65,000 glyphs: cutting it down before anything is set makes each PDF smaller and quicker to write
(design.md, section 9). Faces come from Debian's `fonts-noto-cjk`; `FONT_FOLDERS` names other places.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import uharfbuzz
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from fontTools.ttLib import TTFont

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fonts/opentype/noto")
# The order of the faces inside Noto's collections.
DROPPED = {
    int.from_bytes(tag, "big") for tag in (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"VORG", b"vhea", b"vmtx", b"DSIG")
}
FACE_IN_COLLECTION = {"JP": 0, "KR": 1, "SC": 2, "TC": 3, "HK": 4}


@dataclass(frozen=True)
class Face:
    """One face of the serif: its region decides the shape of characters that differ between the scripts."""

    region: str
    weight: str

    @property
    def file(self) -> str:
        return f"NotoSerifCJK-{self.weight}.ttc"

    def open(self) -> TTFont:
        return TTFont(find(self.file), fontNumber=FACE_IN_COLLECTION[self.region], lazy=True)


HANT_BOLD, HANT_REGULAR = Face("HK", "Bold"), Face("HK", "Regular")
HANS_BOLD, HANS_REGULAR = Face("SC", "Bold"), Face("SC", "Regular")


@lru_cache
def find(file: str) -> Path:
    """Where the font file is. Raises `ImproperlyConfigured` naming the package to install."""
    for folder in (*getattr(settings, "FONT_FOLDERS", ()), *FOLDERS):
        if found := next(Path(folder).rglob(file), None):
            return found
    raise ImproperlyConfigured(f"The font file {file} is missing: install Debian's fonts-noto-cjk.")


@lru_cache(maxsize=16)
def cut(face: Face, characters: frozenset[str]) -> bytes:
    """`face` with nothing but `characters`, as an OpenType file."""
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set(set(map(ord, characters)))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    wanted.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(DROPPED)
    wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG).clear()
    blob = uharfbuzz.Blob.from_file_path(find(face.file))
    return bytes(uharfbuzz.subset(uharfbuzz.Face(blob, FACE_IN_COLLECTION[face.region]), wanted).blob.data)


@lru_cache
def advances(face: Face) -> dict[int, float]:
    """How far each character of ASCII and the Latin supplement moves the pen, in ems; every other one counts as one."""
    font = face.open()
    names, widths = font.getBestCmap(), font["hmtx"]
    em = font["head"].unitsPerEm
    return {code: widths[names[code]][0] / em for code in range(0x20, 0x250) if code in names}


def width_of(text: str, face: Face) -> float:
    """The width of `text` set in one line, in ems."""
    known = advances(face)
    return sum(known.get(ord(character), 1.0) for character in text)
