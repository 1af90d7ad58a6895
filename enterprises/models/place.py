from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.words import Named


class City(Named):
    """Hong Kong or one of Guangdong's 21 prefecture-level cities. Loaded from `enterprises/data/places.json`."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    in_mainland = models.BooleanField(_("in the mainland"), default=True)
    in_greater_bay_area = models.BooleanField(_("in the Greater Bay Area"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ("position",)


class Industry(Named):
    """A trade. The eight target industries of the programme are served first."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    is_target = models.BooleanField(_("target industry"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ("position",)
