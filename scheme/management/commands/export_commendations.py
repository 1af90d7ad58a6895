import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.words import LANGUAGES
from scheme.exports.lists import Format, list_chunks
from scheme.models import Round
from scheme.services.export import take_list


class Command(BaseCommand):
    help = "Write the commendation list of a round: CSV, XLSX, JSON or a PDF booklet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", type=int, required=True, help="the round's year")
        parser.add_argument("--format", choices=("csv", "xlsx", "json", "pdf"), required=True)
        parser.add_argument("--lang", choices=LANGUAGES, default="en")
        parser.add_argument("--output", default="-", help="the file to write; standard output when not given")
        parser.add_argument("--no-bom", action="store_true", help="CSV without byte order mark")

    def handle(self, *args: Any, **options: Any) -> None:
        round_ = Round.objects.filter(year=options["round"]).first()
        if round_ is None:
            raise CommandError(f"There is no round of {options['round']}.")
        plain = options["format"] == "csv" and options["no_bom"]
        format_ = Format.CSV_PLAIN if plain else Format(options["format"])
        found = take_list(round_=round_, format_=format_, language=options["lang"], by=None)
        chunks = list_chunks(found, round_=round_, format_=format_, language=options["lang"])
        if options["output"] == "-":
            sys.stdout.buffer.writelines(chunks)
            sys.stdout.buffer.flush()
            return
        # The file appears whole or not at all.
        target = Path(options["output"])
        unfinished = target.with_name(f".{target.name}.part")
        try:
            with unfinished.open("wb") as file:
                file.writelines(chunks)
            unfinished.replace(target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}.") from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stderr.write(f"{found.count()} commendations of {round_.year} written to {target}.")
