"""Every rule of design.md, section 3, asked of the data. Importing this package registers the questions of all apps."""

from enterprises.queries import invariants as enterprises
from portal.casework.invariants import REGISTRY, World, breaches
from portal.notifications import invariants as notifications
from scheme.queries.invariants import (
    applications,
    certificates,
    commendations,
    documents,
    embargo,
    lists,
    moves,
    reviews,
    versions,
)

__all__ = [
    "REGISTRY",
    "World",
    "applications",
    "breaches",
    "certificates",
    "commendations",
    "documents",
    "embargo",
    "enterprises",
    "lists",
    "moves",
    "notifications",
    "reviews",
    "versions",
]
