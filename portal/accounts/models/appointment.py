import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.agency import Agency


class Role(models.TextChoices):
    OFFICER = "officer", _("officer")
    SECRETARIAT = "secretariat", _("secretariat")
    ORGANISER = "organiser", _("ceremony organiser")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


@pghistory.track()
class Appointment(models.Model):
    """A post a person holds: officer of an agency, member of a secretariat, organiser, auditor, administrator."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="appointments",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=14, choices=Role)
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("agency"),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ("user", "role")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "agency"),
                nulls_distinct=False,
                name="one_appointment_per_person_role_and_agency",
            ),
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False) | ~models.Q(role__in=("officer", "secretariat")),
                name="officers_and_secretariat_serve_an_agency",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.agency})" if self.agency else self.get_role_display()
