from portal.casework.models.case import Case, MoveRecord
from portal.casework.models.clarification import Clarification
from portal.casework.models.conflict import ConflictOfInterest
from portal.casework.models.document import Document
from portal.casework.models.part import Part
from portal.casework.models.version import Version

__all__ = [
    "Case",
    "Clarification",
    "ConflictOfInterest",
    "Document",
    "MoveRecord",
    "Part",
    "Version",
]
