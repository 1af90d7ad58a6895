"""The application form as data: what an administrator edits without code."""

from typing import TypeVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.words import Named, Trilingual
from scheme.models.round import Category

Tracked = TypeVar("Tracked", bound=type[models.Model])


def remembered(model: Tracked) -> Tracked:
    """Track every change: what is removed from a form stays in its history, too."""
    trackers = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    return pghistory.track(*trackers)(model)


@remembered
class EligibilityItem(models.Model):
    """A line of the eligibility checklist: the applicant declares it, screening checks it."""

    category = models.ForeignKey(
        Category,
        models.CASCADE,
        related_name="eligibility_items",
        verbose_name=_("category"),
    )
    code = models.SlugField(_("code"), max_length=40)
    text_en = models.TextField(_("text in English"))
    text_zh_hant = models.TextField(_("text in Traditional Chinese"), blank=True)
    text_zh_hans = models.TextField(_("text in Simplified Chinese"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = Trilingual()

    class Meta:
        verbose_name = _("eligibility requirement")
        verbose_name_plural = _("eligibility checklist")
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("category", "code"), name="one_eligibility_code_a_category"),)

    def __str__(self) -> str:
        return self.text


@remembered
class QuestionSection(Named):
    """A group of questions: one line of the applicant's task list."""

    category = models.ForeignKey(
        Category,
        models.CASCADE,
        related_name="question_sections",
        verbose_name=_("category"),
    )
    code = models.SlugField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("section of questions")
        verbose_name_plural = _("sections of questions")
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("category", "code"), name="one_section_code_a_category"),)


@remembered
class Question(models.Model):
    """One question. `choices` is a list of `{"value", "en", "zh_hant", "zh_hans"}`."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        CHOICE = "choice", _("choice")
        DATE = "date", _("date")
        FILE = "file", _("file")

    section = models.ForeignKey(
        QuestionSection,
        models.CASCADE,
        related_name="questions",
        verbose_name=_("section"),
    )
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind of answer"), max_length=8, choices=Kind, default=Kind.TEXT)
    text_en = models.TextField(_("question in English"))
    text_zh_hant = models.TextField(_("question in Traditional Chinese"), blank=True)
    text_zh_hans = models.TextField(_("question in Simplified Chinese"), blank=True)
    help_en = models.TextField(_("guidance in English"), blank=True)
    help_zh_hant = models.TextField(_("guidance in Traditional Chinese"), blank=True)
    help_zh_hans = models.TextField(_("guidance in Simplified Chinese"), blank=True)
    required = models.BooleanField(_("required"), default=True)
    word_limit = models.PositiveSmallIntegerField(
        _("word limit"),
        null=True,
        blank=True,
        help_text=_("English words or Chinese characters; for texts."),
    )
    unit = models.CharField(
        _("unit"),
        max_length=20,
        blank=True,
        help_text=_("For numbers, for example kWh or t."),
    )
    smallest = models.DecimalField(_("smallest number"), max_digits=16, decimal_places=3, null=True, blank=True)
    largest = models.DecimalField(_("largest number"), max_digits=16, decimal_places=3, null=True, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = Trilingual()
    help = Trilingual()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("section", "code"), name="one_question_code_a_section"),)

    def __str__(self) -> str:
        return self.text[:80]


@remembered
class Criterion(Named):
    """A criterion of review: weight, scale from 0 to `scale`, and guidance."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="criteria", verbose_name=_("category"))
    code = models.SlugField(_("code"), max_length=40)
    weight = models.PositiveSmallIntegerField(_("weight"))
    scale = models.PositiveSmallIntegerField(_("highest mark"), default=5)
    guidance_en = models.TextField(_("guidance in English"), blank=True)
    guidance_zh_hant = models.TextField(_("guidance in Traditional Chinese"), blank=True)
    guidance_zh_hans = models.TextField(_("guidance in Simplified Chinese"), blank=True)
    rests_on = models.JSONField(
        _("rests on"),
        default=list,
        blank=True,
        help_text=_("Codes of the sections of the application it is judged by."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    guidance = Trilingual()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("category", "code"), name="one_criterion_code_a_category"),
            models.CheckConstraint(
                condition=models.Q(weight__gt=0, scale__gt=0),
                name="criterion_weighs_something",
            ),
        )
