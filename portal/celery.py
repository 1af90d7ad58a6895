import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# What the scheduler runs. Each entry is safe to run twice and at any time: it looks for what is due. While no worker
# takes them the entries expire, so that a worker that returns finds one of each and not a night's worth.
app.conf.beat_schedule = {
    "deliver-waiting-mails": {
        "task": "portal.notifications.tasks.deliver_waiting",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "send-reminders": {
        "task": "scheme.tasks.send_reminders",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 900},
    },
    "move-what-is-due": {
        "task": "scheme.tasks.move_what_is_due",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "issue-waiting-certificates": {
        "task": "scheme.tasks.issue_waiting_certificates",
        "schedule": 60,
        "options": {"expires": 60},
    },
}
