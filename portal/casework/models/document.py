from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def random_name(document: "Document", filename: str) -> str:
    """Documents lie under random names; what the uploader called them is data, never a path."""
    return f"documents/{document.uid.hex[:2]}/{document.uid.hex}{Path(filename).suffix.lower()[:8]}"


class Document(models.Model):
    """An uploaded file, kept outside the web root (design.md, rule 9). Only clean ones can be downloaded."""

    class Scan(models.TextChoices):
        WAITING = "waiting", _("being checked")
        CLEAN = "clean", _("clean")
        INFECTED = "infected", _("refused")

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    file = models.FileField(_("file"), upload_to=random_name, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type"), max_length=100)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    scan = models.CharField(_("scan"), max_length=8, choices=Scan, default=Scan.WAITING)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    # A document that a frozen version names is only struck from the draft; its file stays.
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("pk",)
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.name
