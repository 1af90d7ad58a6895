from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from portal.embedded import addresses


class CatcherBackend(EmailBackend):
    """SMTP to the mail catcher at the port it has now: it may have been started again on another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host, self.port = "127.0.0.1", addresses.mail_port()
