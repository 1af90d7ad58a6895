from typing import Any

from django.core.management.base import BaseCommand

from scheme.services import remind


class Command(BaseCommand):
    help = "Queue every reminder that is due: drafts, clarifications, overdue reviews. Safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        written = remind.send_reminders()
        self.stdout.write(f"{written} reminders written.")
