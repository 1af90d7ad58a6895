"""102 certificates by our path against plain WeasyPrint, called once for each on the same template and style sheet.

Both sides set the same sheets with the same words; nothing is stored, no database is asked. Prints the ratio, and adds
one JSON line for each figure to .data/bench.jsonl.
"""

import logging
import os
import sys
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()
logging.disable(logging.WARNING)

from datetime import date

from django.utils import timezone
from weasyprint import HTML

from bench.record import record
from portal.pdf import LocalFiles
from scheme.certificate.render import ground_address, page_of, render, static_text
from scheme.certificate.sheet import Sheet, Signatories, Words, sheet_of

NUMBER = 102
PLAIN_NUMBER = int(os.environ.get("BENCH_PLAIN", "12"))  # plain ones are timed on so many, and counted up
PLACES = ("永", "發", "榮", "興", "東", "華", "美", "德", "利", "豐", "金", "海", "源", "天", "力", "新", "宏")
TRADES = (
    ("Garment Manufacturing", "製衣", "制衣"),
    ("Paper Products", "紙品", "纸品"),
    ("Precision Plastics and Metal", "精密塑膠五金", "精密塑胶五金"),
    ("Environmental Technology", "環保科技", "环保科技"),
    ("Furniture", "傢俬", "家私"),
)
SIGNATORIES = Signatories(
    Words("Environment Bureau", "環境局", "环境局"),
    Words(
        "Economic and Information Commission of Guangdong Province",
        "廣東省經濟和信息化委員會",
        "广东省经济和信息化委员会",
    ),
    Words("5 February 2015", "2015年2月5日", "2015年2月5日"),
)


def sheets() -> list[Sheet]:
    return [sheet_of(certificate(number), SIGNATORIES) for number in range(1, NUMBER + 1)]


def certificate(number: int) -> SimpleNamespace:
    """What a sheet is made of, without a database."""
    english, hant, hans = TRADES[number % len(TRADES)]
    first, second = PLACES[number % len(PLACES)], PLACES[number * 7 % len(PLACES)]
    commendation = SimpleNamespace(
        number=f"HKGDCPP-2015-M-{number:04d}",
        name_en=f"Wing Fat {english} Company Number {number} Limited",
        name_zh_hant=f"{first}{second}{hant}有限公司",
        name_zh_hans=f"{first}{second}{hans}有限公司",
        title="manufacturing",
        valid_from=date(2015, 2, 5),
        valid_until=date(2017, 2, 4),
    )
    return SimpleNamespace(issue=1, requested_at=timezone.now(), commendation=commendation)


def plain(sheet: Sheet) -> bytes:
    """One certificate as anybody would make it: the page with its ground, whole system fonts, one call."""
    css = static_text("portal/certificate.css")
    for script, region in (("Hant", "HK"), ("Hans", "SC")):
        for name, weight in (("Bold", 700), ("Regular", 400)):
            css = css.replace(
                f'font-family: "{script} {name}", serif',
                f'font-family: "Noto Serif CJK {region}", serif; font-weight: {weight}',
            )
    page = page_of(sheet, ground=ground_address(), css=css)
    return HTML(string=page, base_url="static:", url_fetcher=LocalFiles()).write_pdf(pdf_tags=True)


def main() -> None:
    plain(sheets()[0])  # both sides begin warm: libraries loaded, fonts known to the system
    render(sheets()[:1])
    start = perf_counter()
    for sheet in sheets()[:PLAIN_NUMBER]:
        plain(sheet)
    by_plain = (perf_counter() - start) / PLAIN_NUMBER * NUMBER
    start = perf_counter()
    made = render(sheets())
    by_ours = perf_counter() - start
    print(f"plain {by_plain:.1f} s, ours {by_ours:.1f} s for {NUMBER} certificates")
    record(
        "certificates rendered, plain / ours", round(by_plain / by_ours, 1), "times", ">= 12", by_plain / by_ours >= 12
    )
    largest = max(map(len, made))
    record("largest certificate", round(largest / 1000), "kB", "<= 200", largest <= 200_000)


if __name__ == "__main__":
    main()
