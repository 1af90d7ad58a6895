from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemeConfig(AppConfig):
    name = "scheme"
    verbose_name = _("Recognition Scheme")

    def ready(self) -> None:
        from scheme import states  # noqa: F401 - registers the triggers that guard every state
