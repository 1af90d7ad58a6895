from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Language


class Message(models.Model):
    """A mail to send: written in the transaction that causes it, delivered by a worker, once (design.md, rule 8)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.SlugField(_("kind"), max_length=60)
    to = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=8, choices=Language)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text of the mail"))
    html = models.TextField(_("HTML"), blank=True)
    # A link in it opens an account or an enterprise: the words are forgotten once the mail has left.
    carries_key = models.BooleanField(_("carries a key"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="waiting"),
                name="mails_that_wait",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"

    @property
    def message_id(self) -> str:
        """Stable, so that a mail handed over twice is recognised as one by its reader's mailbox."""
        return f"<{self.pk}.{self.created_at:%Y%m%d%H%M%S%f}@portal.cleaner-production>"


class Retry(models.Model):
    """An administrator's order to try a mail again, with the reason. Kept for ever."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="retries", verbose_name=_("mail"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("new attempt")
        verbose_name_plural = _("new attempts")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.reason[:80]
