"""Taking in a document: size, number, real type, hash, scan. The uploader's word is believed for nothing."""

import hashlib
import unicodedata
import zipfile
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from portal.errors import BadDocument

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# extension → (type we answer with, first bytes)
ALLOWED: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".docx": (WORD, b"PK\x03\x04"),
    ".xlsx": (SHEET, b"PK\x03\x04"),
}
INSIDE_OFFICE = {WORD: "word/document.xml", SHEET: "xl/workbook.xml"}
# An office file is a ZIP: refuse one that would unpack to more than this.
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_PIXELS = 80_000_000


def clean_name(name: str) -> str:
    """The file's name without folders, control characters and marks that reverse the reading direction."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    return (f"{stem[:150]}{dot}{ending[:10]}" if dot else name[:150]) or "document"


def real_type(upload: UploadedFile) -> str:
    """The content type by content. Raises `BadDocument` when ending and content do not belong together."""
    name = clean_name(upload.name or "")
    ending = f".{name.rpartition('.')[2].lower()}"
    wrong = BadDocument(
        _("“%(name)s” is not a PDF, JPEG, PNG, DOCX or XLSX file. Save it as one of these.") % {"name": name}
    )
    if ending not in ALLOWED:
        raise wrong
    content_type, beginning = ALLOWED[ending]
    upload.seek(0)
    if not upload.read(len(beginning)) == beginning:
        raise wrong
    upload.seek(0)
    try:
        _look_inside(upload, content_type)
    except Exception as error:  # what reads hostile files raises anything: a broken PNG is a SyntaxError
        raise wrong from error
    finally:
        upload.seek(0)
    return content_type


def _look_inside(upload: UploadedFile, content_type: str) -> None:
    if content_type in INSIDE_OFFICE:
        with zipfile.ZipFile(upload) as archive:
            archive.getinfo(INSIDE_OFFICE[content_type])
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise ValueError("unpacks to too much")
    elif content_type.startswith("image/"):
        with Image.open(upload) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            image.verify()
    elif puremagic.from_string(upload.read(4096), filename=None, mime=True) != content_type:
        raise ValueError("another type")


@transaction.atomic
def store_document(*, documents: Any, upload: UploadedFile, by: Any, **fields: Any) -> Any:
    """Store one upload in `documents` (the related manager of its case, locked by the caller).

    Raises `BadDocument` with a sentence for the field. The same bytes twice for the same place are kept once.
    """
    if not upload.size:
        raise BadDocument(_("This file is empty. Choose another one."))
    if upload.size > settings.DOCUMENT_LARGEST:
        raise BadDocument(
            _("This file is larger than %(megabytes)s MB. Make it smaller or split it.")
            % {"megabytes": settings.DOCUMENT_LARGEST // 1024 // 1024}
        )
    kept = documents.filter(removed_at=None)
    if kept.count() >= settings.DOCUMENTS_PER_APPLICATION:
        raise BadDocument(
            _("There are %(number)s documents already. Remove one before adding another.")
            % {"number": settings.DOCUMENTS_PER_APPLICATION}
        )
    content_type = real_type(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    if same := kept.filter(sha256=digest.hexdigest(), **fields).first():
        return same
    return documents.create(
        file=upload,
        name=clean_name(upload.name or ""),
        size=upload.size,
        content_type=content_type,
        sha256=digest.hexdigest(),
        scan=scan(upload),
        uploaded_by=by,
        **fields,
    )


def scan(upload: UploadedFile) -> str:
    """The scan state of an upload. Without a virus scanner configured, what passed the checks of type is clean."""
    return "clean"


def remove_document(*, document: Any) -> None:
    """Strike the document from the draft. Its file stays: a frozen version may name it."""
    document.removed_at = timezone.now()
    document.save(update_fields=["removed_at"])
