"""`manage.py seed_demo --round 2015`: the demonstration data (design.md, section 8)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import NotAllowed
from scheme.services.demo import load_demo
from scheme.services.demo.rounds import SIXTH


class Command(BaseCommand):
    help = "Load the demonstration: the sixth round as it was, a recent round, and a round that is open today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", type=int, default=SIXTH, choices=[SIXTH], help="year of the historic round")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for part in load_demo():
                self.stdout.write(f"  {part}")
        except NotAllowed as refusal:
            raise CommandError("Demonstration data is refused in production settings.") from refusal
