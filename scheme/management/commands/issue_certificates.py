from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from portal.errors import Refused
from scheme.models import Certificate, Round
from scheme.services.certify import CHANNEL, request_certificates

# While it waits it is told of each batch; it also looks by itself this often, in seconds.
LOOK = 2


class Command(BaseCommand):
    help = "Ask for the certificate of every commendation of a round; workers make them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", type=int, required=True, help="the round's year")
        parser.add_argument("--wait", action="store_true", help="wait until all are made, and show how far they are")
        parser.add_argument("--patience", type=int, default=120, help="seconds without any progress before giving up")

    def handle(self, *args: Any, **options: Any) -> None:
        round_ = Round.objects.filter(year=options["round"]).first()
        if round_ is None:
            raise CommandError(f"There is no round of {options['round']}.")
        try:
            asked = request_certificates(round_=round_, by=None)
        except Refused as refusal:
            raise CommandError(refusal.words()) from refusal
        self.stdout.write(f"{len(asked)} certificates asked for; {self.made(round_)} of {self.all(round_)} made.")
        if options["wait"]:
            self.wait(round_, options["patience"])

    def all(self, round_: Round) -> int:
        return Certificate.objects.filter(commendation__round=round_).count()

    def made(self, round_: Round) -> int:
        return Certificate.objects.filter(commendation__round=round_, state=Certificate.State.READY).count()

    def wait(self, round_: Round, patience: int) -> None:
        """Show progress until all are made. PostgreSQL wakes this whenever a worker has stored some."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        listener = connection.connection
        assert isinstance(listener, psycopg.Connection)  # noqa: S101 - the portal runs on nothing else
        shown, quiet = -1, 0
        while (made := self.made(round_)) < (wanted := self.all(round_)):
            quiet = 0 if made != shown else quiet + LOOK
            if made != shown:
                self.stdout.write(f"{made} of {wanted}")
                shown = made
            if quiet >= patience:
                raise CommandError(f"Nothing was made for {patience} seconds. Is a worker running?")
            for _notice in listener.notifies(timeout=LOOK, stop_after=1):
                quiet = 0
        self.stdout.write(f"All {wanted} are made.")
