from typing import Any

from django.contrib.admin.apps import AdminConfig


def words_only(field: Any, remote_field: Any, thing: Any) -> str:
    """A related thing of a read-only page as words.

    Django links it to its own page whoever reads it, which for most leads to nothing; the desks link where it helps.
    """
    return str(thing)


class DeskConfig(AdminConfig):
    """Django's admin with the portal's own site: see `portal.desk_site`."""

    default_site = "portal.desk_site.DeskSite"

    def ready(self) -> None:
        super().ready()
        from unfold.fields import UnfoldAdminReadonlyField

        # Neither Django nor Unfold has a setting for it, and neither asks who reads.
        UnfoldAdminReadonlyField.get_admin_url = words_only
