"""Commendation lists as JSON and as a booklet."""

import json
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.pdf import Press
from portal.words import HTML_LANGUAGE
from scheme.certificate.render import FACES
from scheme.exports.rows import FETCHED, Labels
from scheme.models import Commendation, Round, Title
from scheme.queries.commendations import counts


def json_chunks(commendations: QuerySet[Commendation], language: str, round_: Round) -> Iterator[bytes]:
    """The list as one JSON object: `round`, `counts`, `commendations`, written as it is read."""
    labels = Labels.of(language)
    head = json.dumps({"round": round_.year, "counts": counts(commendations).by_category()}, ensure_ascii=False)
    yield f'{head[:-1]}, "commendations": ['.encode()
    found = commendations.values_list(
        "number", "title", "name_en", "name_zh_hant", "name_zh_hans", "city_id", "valid_from", "valid_until"
    )
    before = "\n"
    for number, title, en, hant, hans, city, first, last in found.iterator(chunk_size=FETCHED):
        row = {
            "number": number,
            "title": labels.titles[title],
            "category": labels.kinds[title],
            "name_en": en,
            "name_zh_hant": hant,
            "name_zh_hans": hans,
            "city": labels.cities[city],
            "valid_from": first.isoformat(),
            "valid_until": last.isoformat(),
        }
        yield (before + json.dumps(row, ensure_ascii=False)).encode()
        before = ",\n"
    yield b"\n]}\n"


@lru_cache
def css() -> str:
    return Path(str(finders.find("portal/booklet.css"))).read_text(encoding="utf-8")


def booklet(commendations: QuerySet[Commendation], language: str, round_: Round) -> bytes:
    """The list as a printed booklet, a chapter for each title. It is handed to guests, so it holds no contacts."""
    rows = list(commendations.select_related("city", "industry"))
    groups = [(Title(title), list(found)) for title, found in groupby(rows, key=lambda row: row.title)]
    with override(language):
        page = render_to_string("exports/booklet.html", booklet_context(round_, groups, rows, language))
    press = Press(faces=FACES, characters=[page, page.upper(), "0123456789 /·"], css=css())
    return press.print(page)


def booklet_context(round_: Round, groups: list[Any], rows: list[Commendation], language: str) -> dict[str, Any]:
    emblem = Path(str(finders.find("portal/certificate-emblem.svg"))).read_bytes()
    return {
        "round": round_,
        "groups": groups,
        "counts": {
            "total": len(rows),
            **{title.value: len(found) for title, found in groups},
        },
        "emblem": "data:image/svg+xml;base64," + b64encode(emblem).decode(),
        "ceremony": getattr(round_, "ceremony", None),
        "language": language,
        "html_language": HTML_LANGUAGE[language],
    }
