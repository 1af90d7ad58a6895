from portal.notifications.models.message import Message

__all__ = ["Message"]
