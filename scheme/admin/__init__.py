from scheme.admin import (
    applications,
    case_extensions,
    case_home,
    conflicts,
    list_home,
    lists,
    meetings,
    objections,
    reviews,
)  # noqa: F401
from scheme.admin import forms, home, rounds  # noqa: F401
from scheme.admin import ceremonies, certificates, commendations  # noqa: F401
