"""A commendation list in any format, as chunks of bytes: what the command writes and the desk sends."""

from collections.abc import Iterator

from django.db.models import QuerySet

from scheme.exports.document import booklet, json_chunks
from scheme.exports.spreadsheet import csv_chunks, xlsx_chunks
from scheme.models import Commendation, ExportRecord, Round

Format = ExportRecord.Format
CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.CSV_PLAIN: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
    Format.PDF: "application/pdf",
}


def list_chunks(
    commendations: QuerySet[Commendation], *, round_: Round, format_: str, language: str
) -> Iterator[bytes]:
    """`commendations`, in their order, in `format_` (see `ExportRecord.Format`) and `language`."""
    if format_ in (Format.CSV, Format.CSV_PLAIN):
        yield from csv_chunks(commendations, language, mark=format_ == Format.CSV)
    elif format_ == Format.XLSX:
        yield from xlsx_chunks(commendations, language, round_)
    elif format_ == Format.JSON:
        yield from json_chunks(commendations, language, round_)
    else:
        yield booklet(commendations, language, round_)


def file_name(*, round_: Round, format_: str, language: str) -> str:
    """What the file is called: `commendations-2015-en.csv`."""
    return f"commendations-{round_.year}-{language}.{format_.partition('-')[0]}"
