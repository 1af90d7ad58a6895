from portal.notifications.models.message import Message, Retry

__all__ = ["Message", "Retry"]
