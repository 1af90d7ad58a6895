import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.casework import models as casework
from scheme.models.round import Category


class PartnerApplication(casework.Case):
    """An enterprise's application for recognition in one category of one round."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        SCREENING = "screening", _("in screening")
        CLARIFICATION = "clarification", _("clarification asked")
        ASSESSMENT = "assessment", _("on-site assessment")
        UNDER_REVIEW = "under_review", _("under review")
        RECONCILIATION = "reconciliation", _("in reconciliation")
        RECOMMENDED = "recommended", _("recommended")
        NOT_RECOMMENDED = "not_recommended", _("not recommended")
        ON_NOTICE = "on_notice", _("on public notice")
        ENDORSED = "endorsed", _("endorsed")
        COMMENDED = "commended", _("commended")
        WITHDRAWN = "withdrawn", _("withdrawn")
        INELIGIBLE = "ineligible", _("not eligible")
        LAPSED = "lapsed", _("lapsed")

    reference = models.CharField(_("reference"), max_length=24, unique=True, editable=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="applications",
        verbose_name=_("enterprise"),
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="applications",
        verbose_name=_("category"),
    )
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("started by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    review_due_on = models.DateField(_("review due on"), null=True, blank=True, editable=False)
    # What both governments, or their reconciliation, came to; set with the recommendation.
    outcome = models.CharField(_("outcome"), max_length=10, blank=True, editable=False)

    class Meta:
        verbose_name = _("application for recognition")
        verbose_name_plural = _("applications for recognition")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise", "category"),
                condition=~models.Q(state="withdrawn"),
                name="one_application_per_enterprise_category_round",
            ),
        )
        indexes = (
            models.Index(fields=["state", "state_since"], name="application_queue"),
            models.Index(
                fields=["category", "state", "state_since"],
                name="application_queue_category",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def closes_at(self):  # type: ignore[no-untyped-def]
        """Until when it may be submitted: the round's closing, or this application's own extension."""
        extension = max((e.until for e in self.extensions.all()), default=None)
        return max(self.category.round.closes_at, extension) if extension else self.category.round.closes_at

    @property
    def current_version(self) -> "ApplicationVersion | None":
        return self.versions.order_by("-number").first()

    @property
    def open_clarification(self) -> "ApplicationClarification | None":
        return self.clarifications.filter(answered_at=None, lapsed_at=None).first()


class ApplicationMove(casework.MoveRecord):
    case = models.ForeignKey(
        PartnerApplication,
        models.PROTECT,
        related_name="moves",
        verbose_name=_("application"),
    )


class ApplicationPart(casework.Part):
    """A section (`key`, one of its kind) or an entry of a repeated section (`measures`, `suppliers`, `projects`)."""

    REPEATED = ("measures", "suppliers", "projects")
    application = models.ForeignKey(
        PartnerApplication,
        models.CASCADE,
        related_name="parts",
        verbose_name=_("application"),
    )

    class Meta(casework.Part.Meta):
        verbose_name = _("part of an application")
        verbose_name_plural = _("parts of applications")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "key"),
                condition=~models.Q(key__in=("measures", "suppliers", "projects")),
                name="one_part_of_a_section",
            ),
        )


class ApplicationVersion(casework.Version):
    application = models.ForeignKey(
        PartnerApplication,
        models.PROTECT,
        related_name="versions",
        verbose_name=_("application"),
    )

    class Meta(casework.Version.Meta):
        constraints = (models.UniqueConstraint(fields=("application", "number"), name="one_version_of_a_number"),)


class ApplicationDocument(casework.Document):
    """A document of an application. `question` is the code of the file question it answers, empty for the others."""

    application = models.ForeignKey(
        PartnerApplication,
        models.PROTECT,
        related_name="documents",
        verbose_name=_("application"),
    )
    question = models.CharField(_("question"), max_length=90, blank=True)
    title = models.CharField(_("what it shows"), max_length=150, blank=True)
    clarification = models.ForeignKey(
        "scheme.ApplicationClarification",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("clarification"),
    )


class ApplicationClarification(casework.Clarification):
    application = models.ForeignKey(
        PartnerApplication,
        models.PROTECT,
        related_name="clarifications",
        verbose_name=_("application"),
    )
    version_before = models.ForeignKey(ApplicationVersion, models.PROTECT, related_name="+")
    version_after = models.ForeignKey(ApplicationVersion, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(casework.Clarification.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("application",),
                condition=models.Q(answered_at=None, lapsed_at=None),
                name="one_open_clarification",
            ),
        )


@pghistory.track()
class Extension(models.Model):
    """An officer's recorded permission to submit one application after the round has closed (design.md, rule 2)."""

    application = models.ForeignKey(
        PartnerApplication,
        models.PROTECT,
        related_name="extensions",
        verbose_name=_("application"),
    )
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("granted by"),
    )
    granted_at = models.DateTimeField(_("granted"), default=timezone.now)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("pk",)
        triggers = (pgtrigger.Protect(name="extension_stays", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.application} → {self.until:%Y-%m-%d %H:%M}"


class EnterpriseConflict(casework.ConflictOfInterest):
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="conflicts",
        verbose_name=_("enterprise"),
    )

    class Meta(casework.ConflictOfInterest.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("officer", "enterprise"),
                condition=models.Q(ended_at=None),
                name="one_standing_conflict",
            ),
        )
