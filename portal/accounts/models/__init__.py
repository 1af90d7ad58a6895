from portal.accounts.models.agency import Agency, AgencyName, Side
from portal.accounts.models.appointment import Appointment, Role
from portal.accounts.models.person import Language, User

__all__ = ["Agency", "AgencyName", "Appointment", "Language", "Role", "Side", "User"]
