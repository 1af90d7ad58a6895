from datetime import datetime, timedelta
from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models.enterprise import Enterprise
from portal.accounts.models import Language

INVITATION_LASTS = timedelta(days=14)


def in_two_weeks() -> datetime:
    return timezone.now() + INVITATION_LASTS


class MemberRole(models.TextChoices):
    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    VIEWER = "viewer", _("viewer")


# The guarantee under `LastOwner` (services/members.py). Deferred, so that ownership can be handed over in one go; the
# enterprise's row is locked first, so that two owners who leave at once are looked at one after the other.
AN_OWNER_STAYS = """
PERFORM 1 FROM enterprises_enterprise WHERE id = OLD.enterprise_id FOR UPDATE;
IF FOUND AND NOT EXISTS (
    SELECT 1 FROM enterprises_membership WHERE enterprise_id = OLD.enterprise_id AND role = 'owner'
) THEN
    RAISE EXCEPTION 'enterprise % would be without an owner', OLD.enterprise_id USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


@pghistory.track()
class Membership(models.Model):
    """A person who acts for an enterprise."""

    enterprise = models.ForeignKey(
        Enterprise,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("enterprise"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=6, choices=MemberRole)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("enterprise", "user"), name="one_membership_a_person"),)
        triggers = (
            pgtrigger.Trigger(
                name="an_owner_stays",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("role", "enterprise_id") | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(old__role=MemberRole.OWNER),
                func=AN_OWNER_STAYS,
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Invitation(models.Model):
    """An invitation by mailed link. The link's token is kept only as its SHA-256."""

    enterprise = models.ForeignKey(
        Enterprise,
        models.CASCADE,
        related_name="invitations",
        verbose_name=_("enterprise"),
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=6, choices=MemberRole)
    language = models.CharField(_("language of the mail"), max_length=8, choices=Language, default=Language.ZH_HANT)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), default=in_two_weeks)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                "enterprise",
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_an_address",
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and timezone.now() < self.expires_at


class JoinRequest(models.Model):
    """A person's request to join an enterprise that is already registered; an owner answers."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for an owner")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.CASCADE,
        related_name="join_requests",
        verbose_name=_("enterprise"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="join_requests",
        verbose_name=_("person"),
    )
    message = models.TextField(_("message to the owner"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise", "user"),
                condition=models.Q(state="waiting"),
                name="one_waiting_request_a_person",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="answered_once",
                field="state",
                transitions=[("waiting", "accepted"), ("waiting", "declined")],
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} → {self.enterprise}"
