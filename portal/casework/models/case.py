"""What every case shares: a reference, a guarded state, and the record of its moves."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Case(models.Model):
    """Something that moves through states. The concrete model declares `state` with its choices and its machine."""

    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        abstract = True


class MoveRecord(models.Model):
    """One move of a case: who, when, from, to, why. Written by the machine, never changed, never deleted."""

    move = models.CharField(_("move"), max_length=40)
    source = models.CharField(_("from"), max_length=24)
    target = models.CharField(_("to"), max_length=24)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        abstract = True
        ordering = ("pk",)
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        triggers = (
            pgtrigger.Protect(
                name="history_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
