"""Answers to choose from that are the same in every round."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeasureKind(models.TextChoices):
    """What an improvement measure or a project of a service provider is about."""

    ENERGY = "energy", _("energy saving")
    RENEWABLE = "renewable", _("renewable energy or cleaner fuel")
    VOC = "voc", _("reduction of volatile organic compounds (VOC)")
    AIR = "air", _("reduction of other emissions to air")
    WATER = "water", _("water saving or reuse")
    EFFLUENT = "effluent", _("reduction or treatment of effluent")
    WASTE = "waste", _("reduction or recycling of solid waste")
    MATERIAL = "material", _("saving or replacement of materials")
    PROCESS = "process", _("improvement of the production process")
    MANAGEMENT = "management", _("management, metering and training")


class AuditKind(models.TextChoices):
    """How the cleaner production audit was made."""

    VOLUNTARY = "voluntary", _("voluntary audit")
    MANDATORY = "mandatory", _("audit required by the authorities")
    ASSESSMENT = "assessment", _("on-site improvement assessment under the Partnership Programme")
    INTERNAL = "internal", _("audit by the factory's own team")
