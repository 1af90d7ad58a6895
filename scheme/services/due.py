"""What the clock moves: each kind of thing by its own service, none stopped by another's trouble."""

import logging
from collections.abc import Callable
from typing import Any

from scheme.services import announce, certify, clarify

logger = logging.getLogger(__name__)
BY_THE_CLOCK: tuple[Callable[[], Any], ...] = (
    clarify.lapse_due,
    certify.expire_titles,
    announce.announce_outcomes,
)


def move_what_is_due() -> None:
    """Lapse clarifications, expire titles, announce released outcomes. By the scheduler; safe to run twice or at once.

    Trouble in one is logged and tried again at the next run; the others are done all the same.
    """
    for move in BY_THE_CLOCK:
        try:
            move()
        except Exception:
            logger.exception("%s could not be done; it is tried again at the next run.", move.__name__)
