from portal.accounts.views.settings import OwnSettings

__all__ = ["OwnSettings"]
