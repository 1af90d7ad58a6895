from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from pypinyin import lazy_pinyin

from enterprises.models.place import Industry
from portal.accounts.models import Language
from portal.search import grams
from portal.words import Named

# Business Registration number: eight digits, no public check digit (domain.md, section 4).
eight_digits = RegexValidator(
    r"^\d{8}$",
    _("Enter the eight digits at the beginning of the certificate's number."),
)


@pghistory.track()
class Enterprise(Named):
    """A Hong Kong-owned enterprise, known by its Business Registration number."""

    class Kind(models.TextChoices):
        MANUFACTURER = "manufacturer", _("manufacturer")
        BUYER = "buyer", _("buyer or sourcing company")
        SERVICE_PROVIDER = (
            "service_provider",
            _("environmental technology service provider"),
        )

    name_en = models.CharField(_("name in English"), max_length=150)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=80, blank=True)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=80, blank=True)
    br_number = models.CharField(
        _("Business Registration number"),
        max_length=8,
        unique=True,
        validators=[eight_digits],
        help_text=_("The first eight digits of the number on the certificate."),
    )
    kind = models.CharField(_("kind of enterprise"), max_length=16, choices=Kind)
    industry = models.ForeignKey(Industry, models.PROTECT, related_name="enterprises", verbose_name=_("industry"))
    contact_name = models.CharField(_("contact person"), max_length=100)
    contact_post = models.CharField(_("post of the contact person"), max_length=100, blank=True)
    contact_email = models.EmailField(_("contact e-mail address"))
    contact_phone = PhoneNumberField(_("contact telephone number"), region="HK")
    website = models.URLField(_("website"), blank=True)
    language = models.CharField(
        _("language for letters"),
        max_length=8,
        choices=Language,
        default=Language.ZH_HANT,
    )
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    # Derived from the names, so that search and sorting need no scan (portal/search.py; no ICU collation at hand).
    name_grams = ArrayField(models.CharField(max_length=4), default=list, editable=False)
    pinyin = models.CharField(max_length=400, default="", editable=False)

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ("name_en",)
        indexes = (
            GinIndex(fields=["name_grams"], name="enterprise_name_grams"),
            models.Index(fields=["pinyin"], name="enterprise_pinyin"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(br_number__regex=r"^\d{8}$"),
                name="br_number_is_eight_digits",
            ),
        )

    SEARCHED = ("name_en", "name_zh_hant", "name_zh_hans", "br_number")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_grams = grams(getattr(self, name) for name in self.SEARCHED)
        self.pinyin = " ".join(lazy_pinyin(self.name_zh_hans or self.name_zh_hant or self.name_en)).casefold()[:400]
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, "name_grams", "pinyin"}
        super().save(*args, **kwargs)


@pghistory.track()
class Site(models.Model):
    """A factory, workshop or office of an enterprise in Hong Kong or Guangdong."""

    class Link(models.TextChoices):
        """How the site belongs to the Hong Kong business (domain.md, section 3)."""

        SOLE_OWNER = "sole_owner", _("wholly owned by the Hong Kong business")
        JOINT_VENTURE = "joint_venture", _("joint venture of the Hong Kong business")
        PROCESSING = "processing", _("processing agreement with the Hong Kong business")
        RESIDENT = (
            "resident",
            _("through a Hong Kong resident who holds more than half of it"),
        )
        HONG_KONG_FACTORY = (
            "hong_kong_factory",
            _("factory of the business in Hong Kong"),
        )
        HONG_KONG_WORKSHOP = (
            "hong_kong_workshop",
            _("workshop of the business in Hong Kong"),
        )
        OFFICE = "office", _("office of the business")

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="sites", verbose_name=_("enterprise"))
    name_en = models.CharField(_("name of the site in English"), max_length=150)
    name_zh = models.CharField(_("name of the site in Chinese"), max_length=80, blank=True)
    city = models.ForeignKey("enterprises.City", models.PROTECT, related_name="sites", verbose_name=_("city"))
    address = models.CharField(_("address"), max_length=300)
    uscc = models.CharField(
        _("Unified Social Credit Code"),
        max_length=18,
        blank=True,
        help_text=_("18 characters; for sites in the mainland."),
    )
    headcount = models.PositiveIntegerField(_("number of employees"))
    link = models.CharField(_("link to the Hong Kong business"), max_length=20, choices=Link)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("pk",)
        constraints = (
            # The shape only; the check character and the bond with the city are kept by enterprises/rules.py.
            models.CheckConstraint(
                condition=models.Q(uscc__regex=r"^([0-9]{8}[0-9A-HJ-NP-RTUWXY]{10})?$"),
                name="uscc_has_its_shape",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the page's script, as far as there is one."""
        return self.name_en if (get_language() or "en") == "en" else self.name_zh or self.name_en
