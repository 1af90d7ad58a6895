from celery import shared_task

from portal.notifications.services import outbox


@shared_task
def deliver_mail(message_id: int) -> None:
    outbox.deliver(message_id)


@shared_task
def deliver_waiting() -> None:
    outbox.deliver_waiting()
