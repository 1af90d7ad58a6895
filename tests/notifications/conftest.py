"""A real SMTP server that keeps what it is given."""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Catcher:
    """Keeps every mail; refuses the addresses in `refused` with the given answer; `on_mail` runs before the answer."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    on_mail: Callable[[int], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        with self._lock:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
            if self.on_mail:
                self.on_mail(len(self.mails))
        return "250 OK"

    def counted(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)


@pytest.fixture
def catcher(settings: Any) -> Iterator[Catcher]:
    caught = Catcher()
    controller = Controller(caught, hostname="127.0.0.1", port=0)
    # Port 0 lets the system choose; the controller's own probe needs the number that was chosen.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = caught.port = free.getsockname()[1]
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", caught.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield caught
    controller.stop()
