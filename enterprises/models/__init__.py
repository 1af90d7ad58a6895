from enterprises.models.enterprise import Enterprise, Site
from enterprises.models.membership import (
    Invitation,
    JoinRequest,
    MemberRole,
    Membership,
)
from enterprises.models.place import City, Industry

__all__ = [
    "City",
    "Enterprise",
    "Industry",
    "Invitation",
    "JoinRequest",
    "MemberRole",
    "Membership",
    "Site",
]
