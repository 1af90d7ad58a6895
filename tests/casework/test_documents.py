"""Uploads: what a file is called counts for nothing, what is in it is looked at, and nothing in it breaks the page."""

import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.casework.services.documents import clean_name, real_type
from portal.errors import BadDocument


def image(kind: str) -> bytes:
    written = BytesIO()
    Image.new("RGB", (8, 8), "green").save(written, kind)
    return written.getvalue()


def office(inside: str) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr(inside, "<x/>")
    return written.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("audit.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
        ("site.JPG", image("JPEG"), "image/jpeg"),
        ("site.png", image("PNG"), "image/png"),
        ("report.docx", office("word/document.xml"), "openxmlformats-officedocument.wordprocessingml.document"),
        ("figures.xlsx", office("xl/workbook.xml"), "openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_real_type_of_a_sound_file(name: str, content: bytes, expected: str) -> None:
    assert real_type(upload(name, content)).endswith(expected)


BROKEN_PNG = image("PNG").replace(b"IDAT", b"IDAX")
CUT_PNG = image("PNG")[:40]
HUGE_PNG = image("PNG")[:16] + (200_000).to_bytes(4, "big") * 2 + image("PNG")[24:]
NEWER_ZIP = office("word/document.xml").replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload='alert(1)'/>"),
        ("audit.pdf.html", b"%PDF-1.7"),
        ("audit.pdf\u202e", b"\x89PNG\r\n\x1a\n"),
        ("site.png", image("JPEG")),
        ("site.png", BROKEN_PNG),
        ("site.png", CUT_PNG),
        ("site.png", HUGE_PNG),
        ("site.png", b"\x89PNG\r\n\x1a\n" + zlib.compress(b"no chunks")),
        ("site.jpg", b"\xff\xd8\xff" + b"\0" * 40),
        ("report.docx", office("xl/workbook.xml")),
        ("report.docx", office("word/document.xml")[:-30]),
        ("report.docx", NEWER_ZIP),
        ("report.docx", b"PK\x03\x04" + b"\xff" * 200),
    ],
    ids=range(14),
)
def test_file_that_is_broken_or_pretends_is_refused_in_words(name: str, content: bytes) -> None:
    with pytest.raises(BadDocument):
        real_type(upload(name, content))


def test_name_of_a_file_is_no_path_and_turns_no_direction() -> None:
    assert clean_name("../../etc/\u202epass\0wd\r\n.pdf") == "passwd.pdf"
    assert clean_name("C:\\papers\\audit.pdf") == "audit.pdf"
    assert len(clean_name("字" * 10_000 + ".pdf")) == 154
    assert clean_name("..") == "document"
