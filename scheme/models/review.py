"""What officers and the secretariat find: screening, on-site assessment, review, reconciliation."""

from hashlib import sha256

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Side
from portal.casework import models as casework
from scheme.models.application import PartnerApplication
from scheme.models.form import Criterion, EligibilityItem


class Recommendation(models.TextChoices):
    NOT = "not", _("not recommended")
    PARTNER = "partner", _("partner")
    EXCELLENT = "excellent", _("excellent partner")


@pghistory.track()
class ScreeningCheck(models.Model):
    """One line of the screening checklist for one application."""

    class Result(models.TextChoices):
        MET = "met", _("met")
        NOT_MET = "not_met", _("not met")
        UNCLEAR = "unclear", _("to be clarified")

    application = models.ForeignKey(
        PartnerApplication,
        models.PROTECT,
        related_name="screening_checks",
        verbose_name=_("application"),
    )
    item = models.ForeignKey(
        EligibilityItem,
        models.PROTECT,
        related_name="checks",
        verbose_name=_("requirement"),
    )
    result = models.CharField(_("result"), max_length=8, choices=Result)
    note = models.CharField(_("note"), max_length=500, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("screening check")
        verbose_name_plural = _("screening checks")
        ordering = ("item__position", "pk")
        constraints = (models.UniqueConstraint(fields=("application", "item"), name="one_check_of_a_requirement"),)

    def __str__(self) -> str:
        return f"{self.item}: {self.get_result_display()}"


@pghistory.track()
class OnSiteReport(models.Model):
    """The secretariat's report of its on-site assessment."""

    application = models.OneToOneField(
        PartnerApplication,
        models.PROTECT,
        related_name="on_site_report",
        verbose_name=_("application"),
    )
    visited_on = models.DateField(_("visited on"))
    assessors = models.CharField(_("assessors"), max_length=200)
    facts = models.TextField(_("facts seen"))
    conclusion = models.TextField(_("conclusion"))
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("reported by"),
    )
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)

    class Meta:
        verbose_name = _("on-site assessment report")
        verbose_name_plural = _("on-site assessment reports")

    def __str__(self) -> str:
        return f"{self.application} · {self.visited_on}"


@pghistory.track()
class Review(casework.Case):
    """The review of record of one government for one application. Sealed until both are complete (rule 4)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        COMPLETE = "complete", _("complete")

    application = models.ForeignKey(
        PartnerApplication,
        models.PROTECT,
        related_name="reviews",
        verbose_name=_("application"),
    )
    side = models.CharField(_("side"), max_length=12, choices=Side)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="reviews",
        verbose_name=_("author"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    recommendation = models.CharField(_("recommendation"), max_length=10, choices=Recommendation, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    total = models.DecimalField(_("weighted total"), max_digits=5, decimal_places=2, null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("application", "side")
        constraints = (
            models.UniqueConstraint(fields=("application", "side"), name="one_review_of_a_government"),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(total__isnull=False, completed_at__isnull=False),
                name="complete_review_has_a_total",
            ),
            models.CheckConstraint(
                condition=models.Q(total__isnull=True) | models.Q(total__gte=0, total__lte=100),
                name="total_0_to_100",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.get_side_display()}"


class ReviewMove(casework.MoveRecord):
    case = models.ForeignKey(Review, models.PROTECT, related_name="moves", verbose_name=_("review"))


@pghistory.track()
class Mark(models.Model):
    """The mark of one review for one criterion: a whole number from 0 to the criterion's scale."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="marks", verbose_name=_("review"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name=_("criterion"))
    value = models.PositiveSmallIntegerField(_("mark"))

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ("criterion__position", "pk")
        constraints = (models.UniqueConstraint(fields=("review", "criterion"), name="one_mark_of_a_criterion"),)

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


@pghistory.track()
class Reconciliation(models.Model):
    """The joint note of two governments that did not agree. One officer of each signs it."""

    application = models.OneToOneField(
        PartnerApplication,
        models.PROTECT,
        related_name="reconciliation",
        verbose_name=_("application"),
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    note = models.TextField(_("joint note"), blank=True)
    outcome = models.CharField(_("joint outcome"), max_length=10, choices=Recommendation, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    signed_hong_kong_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed for Hong Kong by"),
    )
    signed_hong_kong_at = models.DateTimeField(_("signed for Hong Kong"), null=True, blank=True)
    signed_guangdong_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed for Guangdong by"),
    )
    signed_guangdong_at = models.DateTimeField(_("signed for Guangdong"), null=True, blank=True)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return str(self.application)

    @property
    def is_signed(self) -> bool:
        return self.signed_hong_kong_by_id is not None and self.signed_guangdong_by_id is not None

    @property
    def fingerprint(self) -> str:
        """Stands for the note and outcome as they are: who signs or changes them says which they had before them."""
        return sha256(f"{self.outcome}\n{self.note}".encode()).hexdigest()

    def void_signatures(self) -> None:
        self.signed_hong_kong_by = self.signed_guangdong_by = None
        self.signed_hong_kong_at = self.signed_guangdong_at = None
