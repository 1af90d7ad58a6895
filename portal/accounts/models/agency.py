from datetime import date

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.words import Named


class Side(models.TextChoices):
    """The two places of equal standing."""

    HONG_KONG = "hong_kong", _("Hong Kong side")
    GUANGDONG = "guangdong", _("Guangdong side")


class Agency(models.Model):
    """A body of either side. Its names are dated: see `AgencyName`."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("government")
        SECRETARIAT = "secretariat", _("secretariat")

    code = models.SlugField(_("code"), max_length=20, unique=True)
    side = models.CharField(_("side"), max_length=12, choices=Side)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.GOVERNMENT)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code

    def name_on(self, day: date | None = None) -> "AgencyName | None":
        """The name the agency bears on `day` (today when unset)."""
        return self.names.filter(valid__contains=day or localdate()).first()


@pghistory.track()
class AgencyName(Named):
    """The name of an agency during a span of days: bodies are renamed, certificates keep the name of their day."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="names", verbose_name=_("agency"))
    valid = DateRangeField(_("from and until"), help_text=_("The last day is not included."))

    class Meta:
        verbose_name = _("name of an agency")
        verbose_name_plural = _("names of agencies")
        ordering = ("agency", "valid")
        constraints = (
            ExclusionConstraint(
                name="one_name_of_an_agency_at_a_time",
                # Judged at the end: the last day of one name and the first of the next are moved together.
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Another name of this agency is valid during these days. End it first."),
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        )
