from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Part(models.Model):
    """A part of a draft that saves itself: a section, or one entry of a repeated section.

    `data` holds what was typed, as it was typed, valid or not: nothing typed is ever lost. Shape: field name → string
    or list of strings. Validation happens on the way out, when the whole is checked and frozen.
    """

    key = models.SlugField(_("section"), max_length=60)
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    data = models.JSONField(_("what was typed"), default=dict, blank=True)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("saved by"),
    )

    class Meta:
        abstract = True
        ordering = ("key", "position", "pk")

    def __str__(self) -> str:
        return self.key
