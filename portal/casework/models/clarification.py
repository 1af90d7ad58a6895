from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REMINDERS_BEFORE_LAPSING = 2


class Clarification(models.Model):
    """Something asked of an applicant, with its date, and the answer."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    question = models.TextField(_("what is asked"))
    due_at = models.DateTimeField(_("to be answered by"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("lapsed"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    reminded_at = models.DateTimeField(_("last reminded"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("pk",)
        verbose_name = _("clarification")
        verbose_name_plural = _("clarifications")

    def __str__(self) -> str:
        return self.question[:80]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.lapsed_at is None

    def has_run_out(self, now: datetime) -> bool:
        """Its date has passed and both reminders were sent: from now on it lapses and cannot be answered."""
        return self.is_open and now > self.due_at and self.reminders >= REMINDERS_BEFORE_LAPSING
