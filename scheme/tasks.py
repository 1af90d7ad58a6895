"""What runs later or elsewhere: each task calls one service."""

from celery import shared_task

from scheme.services import certify, due, remind


@shared_task
def issue_certificate(certificate_id: int) -> None:
    certify.make_certificate(certificate_id)


@shared_task
def issue_certificates(certificate_ids: list[int]) -> None:
    certify.make_certificates(certificate_ids)


@shared_task
def issue_waiting_certificates() -> None:
    certify.issue_waiting()


@shared_task
def expire_titles() -> None:
    certify.expire_titles()


@shared_task
def send_reminders() -> None:
    remind.send_reminders()


@shared_task
def move_what_is_due() -> None:
    due.move_what_is_due()
