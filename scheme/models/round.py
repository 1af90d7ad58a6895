from datetime import date, datetime

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Agency


@pghistory.track()
class Round(models.Model):
    """One round of the Recognition Scheme, with every rule that may differ from year to year."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, help_text=_("The year in the commendations' numbers.")
    )
    number = models.PositiveSmallIntegerField(
        _("number of the round"),
        unique=True,
        null=True,
        blank=True,
        help_text=_("Empty where it is not known."),
    )
    opens_at = models.DateTimeField(_("applications open"))
    closes_at = models.DateTimeField(_("applications close"), help_text=_("Hong Kong time, to the second."))
    release_at = models.DateTimeField(
        _("outcomes are released"),
        help_text=_("Until then no outcome is shown, outside the public notice."),
    )
    tolerance = models.PositiveSmallIntegerField(
        _("tolerance"),
        default=10,
        help_text=_("Totals that differ by more go to reconciliation."),
    )
    notice_working_days = models.PositiveSmallIntegerField(_("working days of the public notice"), default=5)
    clarification_working_days = models.PositiveSmallIntegerField(
        _("working days to answer a clarification"), default=10
    )
    review_working_days = models.PositiveSmallIntegerField(_("working days for a review"), default=15)
    validity_years = models.PositiveSmallIntegerField(_("years a title is valid"), default=2)
    valid_from = models.DateField(_("titles are valid from"), null=True, blank=True)
    signed_on = models.DateField(
        _("date of the certificates"),
        null=True,
        blank=True,
        help_text=_("The agencies sign with their names of this day."),
    )
    signatory_hong_kong = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"side": "hong_kong"},
        verbose_name=_("signs for Hong Kong"),
    )
    signatory_guangdong = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"side": "guangdong"},
        verbose_name=_("signs for Guangdong"),
    )

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ("-year",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="round_opens_then_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__lt=models.F("release_at")),
                name="round_closes_then_releases",
            ),
        )

    def __str__(self) -> str:
        if self.number is None:
            return _("Round of %(year)s") % {"year": self.year}
        return _("Round %(number)s (%(year)s)") % {
            "number": self.number,
            "year": self.year,
        }

    def is_open(self, now: datetime | None = None) -> bool:
        return self.opens_at <= (now or timezone.now()) <= self.closes_at

    @property
    def has_closed(self) -> bool:
        return self.closes_at < timezone.now()

    @property
    def is_released(self) -> bool:
        return self.release_at <= timezone.now()

    @property
    def valid_until(self) -> date | None:
        """The last day of validity of this round's titles."""
        if not self.valid_from:
            return None
        try:
            after = self.valid_from.replace(year=self.valid_from.year + self.validity_years)
        except ValueError:  # 29 February
            after = self.valid_from.replace(year=self.valid_from.year + self.validity_years, month=3, day=1)
        return date.fromordinal(after.toordinal() - 1)


class Title(models.TextChoices):
    EXCELLENT = "excellent", _("Excellent Partner (Manufacturing)")
    MANUFACTURING = "manufacturing", _("Partner (Manufacturing)")
    SOURCING = "sourcing", _("Partner (Sourcing)")
    TECHNOLOGY_SERVICE = "technology_service", _("Partner (Technology Service)")

    @property
    def letter(self) -> str:
        """The letter in a commendation's number (design.md, rule 6)."""
        return {
            "excellent": "E",
            "manufacturing": "M",
            "sourcing": "S",
            "technology_service": "T",
        }[self.value]


@pghistory.track()
class Category(models.Model):
    """A category of one round: its marks, and which parts an application has."""

    class Kind(models.TextChoices):
        MANUFACTURING = "manufacturing", _("Manufacturing")
        SOURCING = "sourcing", _("Sourcing")
        TECHNOLOGY_SERVICE = "technology_service", _("Technology service")

    round = models.ForeignKey(Round, models.PROTECT, related_name="categories", verbose_name=_("round"))
    kind = models.CharField(_("category"), max_length=20, choices=Kind)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark"), default=60, validators=[MaxValueValidator(100)])
    excellent_mark = models.PositiveSmallIntegerField(
        _("mark for an excellent partner"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("Empty where the title of Excellent Partner is not awarded."),
    )
    on_site_assessment = models.BooleanField(_("with on-site assessment"), default=False)
    fewest_measures = models.PositiveSmallIntegerField(
        _("fewest improvement measures, suppliers or projects"),
        default=1,
        validators=[MinValueValidator(1)],
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("round", "pk")
        constraints = (models.UniqueConstraint(fields=("round", "kind"), name="one_category_of_a_kind_a_round"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.round}"

    def title_for(self, recommendation: str) -> str:
        """The title an outcome (`partner` or `excellent`) stands for in this category."""
        return Title.EXCELLENT if recommendation == "excellent" else Title(self.kind)
