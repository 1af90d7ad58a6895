import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.words import LANGUAGES
from scheme.exports.press import press_summary
from scheme.models import Round


class Command(BaseCommand):
    help = "Say how many enterprises a round commends, by counting them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", type=int, required=True, help="the round's year")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--lang", choices=LANGUAGES, default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        round_ = Round.objects.filter(year=options["round"]).first()
        if round_ is None:
            raise CommandError(f"There is no round of {options['round']}.")
        found = press_summary(round_, options["lang"])
        text = json.dumps(found, ensure_ascii=False, indent=1) if options["format"] == "json" else found["text"]
        self.stdout.write(text)
