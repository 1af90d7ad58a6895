"""CSV of many commendations against PostgreSQL's own COPY of the same columns in the same order.

The rows are made in one transaction that is rolled back: nothing stays in the database. `BENCH_ROWS` sets how many
(100,000 as aimed at). Prints the ratio and the memory that writing took.
"""

import logging
import os
import sys
import tracemalloc
from datetime import date
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()
logging.disable(logging.WARNING)

from django.db import connection, transaction

from bench.record import record
from scheme.exports.lists import list_chunks
from scheme.models import Commendation, Round
from scheme.queries.commendations import awarded

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
COLUMNS = (
    "number", "title", "name_en", "name_zh_hant", "name_zh_hans", "industry__name_en", "city__name_en",
    "enterprise__contact_name", "enterprise__contact_post", "enterprise__contact_email", "enterprise__contact_phone",
    "valid_from", "valid_until", "state",
)  # fmt: skip


def multiply(round_: Round) -> None:
    """Copies of the register's first commendation, until there are `ROWS` of them, in a round of their own."""
    model = Commendation._meta.db_table
    first = Commendation.objects.order_by("pk").first()
    if first is None:
        raise SystemExit("Load the demonstration data first: it copies a commendation.")
    with connection.cursor() as cursor:
        # Constraints that a copy of an entry would break are of no matter to an export.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"ALTER TABLE {model} DROP CONSTRAINT IF EXISTS {model}_entry_id_key")
        cursor.execute(
            f"INSERT INTO {model} (number, round_id, title, sequence, enterprise_id, entry_id, city_id, industry_id,"
            " name_en, name_zh_hant, name_zh_hans, valid_from, valid_until, state, state_since, created_at, name_grams)"
            " SELECT 'HKGDCPP-1999-M-' || n, %s, title, n, enterprise_id, entry_id, city_id, industry_id, name_en || n,"
            " name_zh_hant, name_zh_hans, valid_from, valid_until, state, now(), now(), '{}'"
            f" FROM {model}, generate_series(1, %s) AS n WHERE id = %s",
            [round_.pk, ROWS, first.pk],
        )
        cursor.execute(f"ANALYZE {model}")


def copy(round_: Round) -> float:
    query = awarded(round_).values_list(*COLUMNS)
    sql, parameters = query.query.sql_with_params()
    start = perf_counter()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT WITH CSV", parameters) as rows:
        for _chunk in rows:
            pass
    return perf_counter() - start


def write(round_: Round) -> float:
    start = perf_counter()
    for _chunk in list_chunks(awarded(round_), round_=round_, format_="csv", language="en"):
        pass
    return perf_counter() - start


def main() -> None:
    with transaction.atomic():
        source = Round.objects.order_by("-year").first()
        if source is None:
            raise SystemExit("Load the demonstration data first.")
        source.pk, source.year, source.number, source.valid_from = None, 1999, None, date(1999, 1, 1)
        source.save()
        multiply(source)
        by_copy = min(copy(source) for _time in range(3))
        by_ours = min(write(source) for _time in range(3))
        tracemalloc.start()
        write(source)
        peak = tracemalloc.get_traced_memory()[1] / 1_000_000
        tracemalloc.stop()
        transaction.set_rollback(True)
    print(f"COPY {by_copy:.2f} s, ours {by_ours:.2f} s for {ROWS} rows")
    record("CSV export, ours / COPY", round(by_ours / by_copy, 1), "times", "<= 6", by_ours / by_copy <= 6)
    record("memory taken by the CSV export", round(peak, 1), "MB", "<= 20", peak <= 20)


if __name__ == "__main__":
    main()
