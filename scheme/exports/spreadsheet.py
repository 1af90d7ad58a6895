"""Commendation lists as CSV and as an Excel workbook."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from scheme.exports.cells import harmless, telephone
from scheme.exports.rows import Labels, Row, rows
from scheme.models import Commendation, Round

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ROWS_A_CHUNK = 1000
# The widths of the columns, in characters.
WIDTHS = (24, 32, 20, 44, 30, 30, 24, 14, 22, 22, 30, 20, 13, 13, 12)
FILE_KEPT_IN_MEMORY = 2 * 1024 * 1024


def cells(row: Row) -> tuple[str | date, ...]:
    """The row's cells, with every text that somebody typed made harmless; the others are the portal's own words."""
    number, title, category, en, hant, hans, industry, city, name, post, mail, phone, first, last, state = row
    return (
        number, title, category, harmless(en), harmless(hant), harmless(hans), industry, city,
        harmless(name), harmless(post), harmless(mail), telephone(phone), first, last, state,
    )  # fmt: skip


def csv_chunks(commendations: QuerySet[Commendation], language: str, *, mark: bool) -> Iterator[bytes]:
    """The list as CSV in UTF-8, in chunks; with the byte order mark Excel opens its Chinese intact."""
    labels = Labels.of(language)
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(labels.columns)
    if mark:
        yield BYTE_ORDER_MARK
    found = rows(commendations, labels)
    while True:
        chunk = list(islice(found, ROWS_A_CHUNK))
        writer.writerows(map(cells, chunk))
        yield buffer.getvalue().encode()
        if len(chunk) < ROWS_A_CHUNK:
            return
        buffer.seek(0)
        buffer.truncate()


def xlsx_chunks(commendations: QuerySet[Commendation], language: str, round_: Round) -> Iterator[bytes]:
    """The list as a workbook, written row by row to a temporary file, then handed on in chunks."""
    with SpooledTemporaryFile(max_size=FILE_KEPT_IN_MEMORY) as file:
        write_workbook(file, commendations, language, round_)
        file.seek(0)
        while chunk := file.read(65536):
            yield chunk


def write_workbook(file: IO[bytes], commendations: QuerySet[Commendation], language: str, round_: Round) -> None:
    labels = Labels.of(language)
    with override(language):
        name, title = _("Commendations"), _("Commendation list of %(round)s") % {"round": round_}
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title})
        sheet = book.add_worksheet(name[:31])
        head = book.add_format({"bold": True, "bg_color": "#E4F0EC", "font_color": "#083E33", "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        last = 0
        write_line(sheet, 0, labels.columns, head, head)
        for last, row in enumerate(rows(commendations, labels), start=1):
            write_line(sheet, last, cells(row), None, day)
        sheet.autofilter(0, 0, last, len(WIDTHS) - 1)


def write_line(sheet: Any, line: int, found: Any, words: Any, day: Any) -> None:
    for column, cell in enumerate(found):
        if isinstance(cell, date):
            sheet.write_datetime(line, column, cell, day)
        else:
            sheet.write_string(line, column, cell, words)
