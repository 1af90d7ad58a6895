from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemeConfig(AppConfig):
    name = "scheme"
    verbose_name = _("Recognition Scheme")

    def ready(self) -> None:
        from enterprises.queries.enterprises import hidden_from
        from scheme import states  # noqa: F401 - registers the triggers that guard every state
        from scheme.rules import conflicted_enterprises

        # The register at the desk asks the scheme whose enterprises must not exist for an officer.
        if conflicted_enterprises not in hidden_from:
            hidden_from.append(conflicted_enterprises)
