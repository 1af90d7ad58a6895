"""Decided as a list (design.md, rule 5): proposed, checked, on public notice, endorsed at a meeting."""

from datetime import date, timedelta

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Language, Side
from portal.casework import models as casework
from scheme.models.application import PartnerApplication
from scheme.models.round import Round, Title


@pghistory.track()
class Meeting(models.Model):
    """A dated meeting of the joint working group."""

    number = models.PositiveSmallIntegerField(_("number of the meeting"), unique=True)
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=150)
    chairs = models.CharField(_("co-chairs"), max_length=300, help_text=_("One of each side."))
    minutes = models.TextField(_("minutes"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("meeting of the joint working group")
        verbose_name_plural = _("meetings of the joint working group")
        ordering = ("-held_on",)

    def __str__(self) -> str:
        return _("Meeting %(number)s of %(date)s") % {
            "number": self.number,
            "date": date_format(self.held_on, "DATE_FORMAT"),
        }


class PartnerList(casework.Case):
    """The list of a round, or a numbered supplement to it. Number 0 is the list itself."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ON_NOTICE = "on_notice", _("on public notice")
        ENDORSED = "endorsed", _("endorsed")

    round = models.ForeignKey(Round, models.PROTECT, related_name="lists", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("number of the supplement"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED, editable=False)
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lists",
        verbose_name=_("endorsed at"),
    )
    # The endorsed list in its canonical form, and its SHA-256: what commendations are made from.
    content = models.JSONField(_("content"), null=True, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("list of partners")
        verbose_name_plural = _("lists of partners")
        ordering = ("-round__year", "number")
        constraints = (
            models.UniqueConstraint(fields=("round", "number"), name="one_list_of_a_number"),
            models.CheckConstraint(
                condition=~models.Q(state="endorsed") | models.Q(meeting__isnull=False) & ~models.Q(sha256=""),
                name="endorsed_at_a_meeting_with_checksum",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="endorsed_list_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="endorsed"),
            ),
        )

    def __str__(self) -> str:
        if self.number:
            return _("Supplement %(number)s to the list of %(round)s") % {
                "number": self.number,
                "round": self.round,
            }
        return _("List of %(round)s") % {"round": self.round}


class ListMove(casework.MoveRecord):
    case = models.ForeignKey(PartnerList, models.PROTECT, related_name="moves", verbose_name=_("list"))


@pghistory.track()
class ListEntry(models.Model):
    """An enterprise on a list. Taken off only by a recorded decision; the row stays."""

    list = models.ForeignKey(PartnerList, models.PROTECT, related_name="entries", verbose_name=_("list"))
    application = models.OneToOneField(
        PartnerApplication,
        models.PROTECT,
        related_name="list_entry",
        verbose_name=_("application"),
    )
    title = models.CharField(_("title"), max_length=20, choices=Title)
    taken_off_at = models.DateTimeField(_("taken off"), null=True, blank=True)
    taken_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken off by"),
    )
    taken_off_reason = models.TextField(_("why it was taken off"), blank=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ("list", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(taken_off_at=None) | ~models.Q(taken_off_reason=""),
                name="taken_off_for_a_reason",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="entry_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="endorsed_entry_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (SELECT state FROM scheme_partnerlist WHERE id = OLD.list_id) = 'endorsed' THEN
                        RAISE EXCEPTION 'pgtrigger: an entry of an endorsed list stays as it is';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return str(self.application)

    @property
    def is_standing(self) -> bool:
        """Still on the list: not taken off, and not withdrawn by its enterprise."""
        return self.taken_off_at is None and self.application.state != PartnerApplication.State.WITHDRAWN


@pghistory.track()
class ComplianceCheck(models.Model):
    """The check of an enterprise's violations and penalties in one place, with dated evidence."""

    class Outcome(models.TextChoices):
        CLEAR = "clear", _("no record found")
        NOTED = "noted", _("a record that does not stand in the way")
        VIOLATION = "violation", _("a violation that stands in the way")

    entry = models.ForeignKey(
        ListEntry,
        models.PROTECT,
        related_name="compliance_checks",
        verbose_name=_("entry"),
    )
    side = models.CharField(_("place"), max_length=12, choices=Side)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    evidence = models.TextField(_("evidence"), help_text=_("Where it was looked up, and what was found."))
    evidence_on = models.DateField(_("date of the evidence"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("compliance check")
        verbose_name_plural = _("compliance checks")
        ordering = ("entry", "side")
        constraints = (models.UniqueConstraint(fields=("entry", "side"), name="one_check_a_place"),)

    def __str__(self) -> str:
        return f"{self.entry} · {self.get_side_display()}"


class PublicNotice(models.Model):
    """The public notice (公示) of a proposed list, frozen as it was published."""

    list = models.OneToOneField(PartnerList, models.PROTECT, related_name="notice", verbose_name=_("list"))
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    # What the public saw, in ceremony order (services/notice.py, `content_of_notice`); the list is endorsed from it.
    content = models.JSONField(_("content"), default=dict, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, default="", editable=False)
    opens_on = models.DateField(_("from"))
    working_days = models.PositiveSmallIntegerField(_("working days"))
    closes_at = models.DateTimeField(_("objections until"))
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
    )

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        ordering = ("-published_at",)
        triggers = (pgtrigger.Protect(name="notice_stays", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return self.slug

    @property
    def is_open(self) -> bool:
        """Objections are taken until the last second has passed; a notice of no days is over at once."""
        return self.published_at < self.closes_at and timezone.now() < self.closes_at + timedelta(seconds=1)

    @property
    def first_meeting_day(self) -> date:
        """The first day on which a meeting may endorse what was on notice."""
        return timezone.localdate(self.closes_at + timedelta(seconds=1))


@pghistory.track()
class Objection(casework.Case):
    """An objection in writing to an enterprise on public notice. Never public."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    notice = models.ForeignKey(
        PublicNotice,
        models.PROTECT,
        related_name="objections",
        verbose_name=_("public notice"),
    )
    entry = models.ForeignKey(
        ListEntry,
        models.PROTECT,
        related_name="objections",
        verbose_name=_("enterprise objected to"),
    )
    reference = models.CharField(_("reference"), max_length=24, unique=True, editable=False)
    name = models.CharField(_("your name"), max_length=150)
    email = models.EmailField(_("your e-mail address"))
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.EN)
    text = models.TextField(_("your objection and its grounds"), max_length=5000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED, editable=False)
    minute = models.TextField(_("minute"), blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.reference


class ObjectionMove(casework.MoveRecord):
    case = models.ForeignKey(Objection, models.PROTECT, related_name="moves", verbose_name=_("objection"))
