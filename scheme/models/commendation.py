from typing import Any
from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import City, Enterprise, Industry
from portal.accounts.models import Language
from portal.casework import models as casework
from portal.search import grams
from portal.words import Named
from scheme.models.application import PartnerApplication
from scheme.models.decision import ListEntry
from scheme.models.round import Round, Title

FROZEN_COLUMNS = [
    "number", "round", "title", "sequence", "enterprise", "entry", "name_en", "name_zh_hant", "name_zh_hans",
    "valid_from", "valid_until", "city", "industry",
]  # fmt: skip


class Commendation(casework.Case, Named):
    """A title awarded: unique, lasting, numbered without gaps (design.md, rule 6). Names are those of its day."""

    class State(models.TextChoices):
        VALID = "valid", _("valid")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("revoked")

    number = models.CharField(_("number"), max_length=24, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="commendations", verbose_name=_("round"))
    title = models.CharField(_("title"), max_length=20, choices=Title)
    sequence = models.PositiveIntegerField(_("sequence"))
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="commendations",
        verbose_name=_("enterprise"),
    )
    entry = models.OneToOneField(
        ListEntry,
        models.PROTECT,
        related_name="commendation",
        verbose_name=_("entry of the endorsed list"),
    )
    city = models.ForeignKey(City, models.PROTECT, related_name="commendations", verbose_name=_("city"))
    industry = models.ForeignKey(
        Industry,
        models.PROTECT,
        related_name="commendations",
        verbose_name=_("industry"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.VALID, editable=False)
    # The title this one continues, from an earlier round.
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("renews"),
    )
    name_grams = ArrayField(models.CharField(max_length=4), default=list, editable=False)

    class Meta:
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        ordering = ("-round__year", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "title", "sequence"),
                name="one_commendation_of_a_number",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_until")),
                name="valid_for_a_while",
            ),
        )
        indexes = (
            GinIndex(fields=["name_grams"], name="commendation_name_grams"),
            models.Index(fields=["state", "valid_until"], name="commendation_expiry"),
            models.Index(fields=["round", "title", "sequence"], name="commendation_order"),
        )
        triggers = (
            pgtrigger.Protect(name="commendation_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="commendation_is_lasting", fields=FROZEN_COLUMNS),
        )

    SEARCHED = ("name_en", "name_zh_hant", "name_zh_hans", "number")

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_grams = self.grams()
        super().save(*args, **kwargs)

    def grams(self) -> list[str]:
        """What search finds this by; `bulk_create` passes `save` by, so it sets `name_grams` to this itself."""
        return grams(getattr(self, name) for name in self.SEARCHED)

    @property
    def application(self) -> PartnerApplication:
        return self.entry.application

    @property
    def standing(self) -> str:
        """`valid`, `expired` or `revoked` as of today, whether or not the nightly job has run."""
        if self.state == self.State.VALID and timezone.localdate() > self.valid_until:
            return self.State.EXPIRED
        return self.state

    def get_standing_display(self) -> str:
        return str(self.State(self.standing).label)


class CommendationMove(casework.MoveRecord):
    case = models.ForeignKey(
        Commendation,
        models.PROTECT,
        related_name="moves",
        verbose_name=_("commendation"),
    )


def certificate_path(certificate: "Certificate", filename: str) -> str:
    return f"certificates/{certificate.uid.hex[:2]}/{certificate.uid.hex}.pdf"


class Certificate(models.Model):
    """A certificate of a commendation. A reissue replaces its predecessor, which verifies as replaced for ever."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be made")
        READY = "ready", _("ready")

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    commendation = models.ForeignKey(
        Commendation,
        models.PROTECT,
        related_name="certificates",
        verbose_name=_("commendation"),
    )
    issue = models.PositiveSmallIntegerField(_("issue"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, editable=False)
    file = models.FileField(
        _("file"),
        upload_to=certificate_path,
        max_length=200,
        blank=True,
        editable=False,
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True, editable=False)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    reason = models.TextField(_("reason of the reissue"), blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True, editable=False)
    # When the enterprise was told by mail; never before the round's release.
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("commendation", "issue")
        constraints = (
            models.UniqueConstraint(fields=("commendation", "issue"), name="one_certificate_of_an_issue"),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | ~models.Q(file="") & ~models.Q(sha256=""),
                name="ready_has_a_file",
            ),
        )
        indexes = (
            models.Index(
                fields=["requested_at"],
                condition=models.Q(state="waiting"),
                name="certificates_that_wait",
            ),
            models.Index(
                fields=["commendation"],
                condition=models.Q(state="ready", announced_at=None),
                name="certificates_to_announce",
            ),
            models.Index(fields=["sha256"], name="certificate_sha256"),
        )
        triggers = (
            pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Delete),
            # Once made, nothing of it changes but that it was announced, once.
            pgtrigger.Protect(
                name="certificate_made_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'ready' AND (OLD.announced_at IS NOT NULL OR (OLD.uid, OLD.commendation_id, OLD.issue,"
                    " OLD.state, OLD.file, OLD.sha256, OLD.size, OLD.reason, OLD.made_at) IS DISTINCT FROM (NEW.uid,"
                    " NEW.commendation_id, NEW.issue, NEW.state, NEW.file, NEW.sha256, NEW.size, NEW.reason,"
                    " NEW.made_at))"
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.commendation} / {self.issue}"


@pghistory.track()
class Ceremony(Named):
    """The presentation ceremony of a round."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="ceremony", verbose_name=_("round"))
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    venue_en = models.CharField(_("venue in English"), max_length=150)
    venue_zh_hant = models.CharField(_("venue in Traditional Chinese"), max_length=150, blank=True)
    venue_zh_hans = models.CharField(_("venue in Simplified Chinese"), max_length=150, blank=True)
    city = models.ForeignKey(City, models.PROTECT, related_name="+", verbose_name=_("city"))
    starts_at = models.DateTimeField(_("begins"))
    capacity = models.PositiveSmallIntegerField(_("capacity"))

    class Meta:
        verbose_name = _("ceremony")
        verbose_name_plural = _("ceremonies")
        ordering = ("-starts_at",)


@pghistory.track()
class Guest(models.Model):
    """A person invited to a ceremony."""

    class Kind(models.TextChoices):
        OFFICIATING = "officiating", _("officiating guest")
        ENTERPRISE = "enterprise", _("commended enterprise")
        BUREAU = "bureau", _("bureau or department")
        ASSOCIATION = "association", _("trade association")
        PRESS = "press", _("press")

    ceremony = models.ForeignKey(Ceremony, models.CASCADE, related_name="guests", verbose_name=_("ceremony"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=150)
    post = models.CharField(_("post"), max_length=150, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    commendation = models.ForeignKey(
        Commendation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guests",
        verbose_name=_("commendation"),
    )
    receives_award = models.BooleanField(_("receives the award on stage"), default=False)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering = ("kind", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("commendation",),
                condition=models.Q(receives_award=True),
                name="one_recipient_an_award",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ExportRecord(models.Model):
    """A list that left the portal: who took what, when. The command line takes as nobody."""

    class Format(models.TextChoices):
        CSV = "csv", _("CSV, opens in Excel")
        CSV_PLAIN = "csv-plain", _("CSV without byte order mark")
        XLSX = "xlsx", _("Excel workbook")
        JSON = "json", _("JSON")
        PDF = "pdf", _("PDF booklet")

    round = models.ForeignKey(Round, models.PROTECT, related_name="exports", verbose_name=_("round"))
    format = models.CharField(_("format"), max_length=9, choices=Format)
    language = models.CharField(_("language"), max_length=8, choices=Language)
    number = models.PositiveIntegerField(_("number of commendations"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-pk",)
        triggers = (pgtrigger.Protect(name="exports_are_on_record", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.round} · {self.get_format_display()}"
