from enterprises.admin import enterprise  # noqa: F401
