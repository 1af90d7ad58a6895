"""What runs later or elsewhere: each task calls one service."""

from celery import shared_task

from scheme.services import announce


@shared_task
def announce_outcomes() -> None:
    announce.announce_outcomes()
