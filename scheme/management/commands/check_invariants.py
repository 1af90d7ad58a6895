"""`manage.py check_invariants`: every rule of design.md, section 3, checked against the data."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from scheme.queries.invariants import World, breaches
from scheme.states import APPLICATION, COMMENDATION, LIST, OBJECTION, REVIEW

MACHINES = {
    "scheme.PartnerApplication": APPLICATION,
    "scheme.Review": REVIEW,
    "scheme.PartnerList": LIST,
    "scheme.Objection": OBJECTION,
    "scheme.Commendation": COMMENDATION,
}


class Command(BaseCommand):
    help = "Check every rule of the scheme against the data: one line a breach, and exit 1; “all rules hold” otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--quick", action="store_true", help="look whether files are there and of their size, without reading them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        world = World(machines=MACHINES, now=timezone.localtime(), read_files=not options["quick"])
        found = 0
        for found, line in enumerate(breaches(world), 1):  # noqa: B007 - the last number is how many there were
            self.stdout.write(line)
        if found:
            self.stderr.write(f"{found} breaches")
            sys.exit(1)
        self.stdout.write("all rules hold")
