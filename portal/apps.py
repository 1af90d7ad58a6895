from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with the portal's own site: see `portal.desk_site`."""

    default_site = "portal.desk_site.DeskSite"
