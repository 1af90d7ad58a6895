"""The commands of the operator on the sixth round, as real processes on the demonstration."""

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from tests.running import CHECKOUT, RunningPortal

pytestmark = pytest.mark.xdist_group("portal_up")
COUNTS = {"total": 102, "manufacturing": 80, "sourcing": 4, "technology_service": 18}
NUMBER = re.compile(r"HKGDCPP-2015-[EMST]-\d{4}")
# Nobody can take certificates back; to see them asked for from nothing, the table is emptied behind its guards.
FORGET_CERTIFICATES = """
from django.db import connection, transaction
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(
        "DELETE FROM scheme_certificate WHERE commendation_id IN (SELECT c.id FROM scheme_commendation c"
        " JOIN scheme_round r ON r.id = c.round_id WHERE r.year = 2015)"
    )
"""
COUNT_CERTIFICATES = """
from scheme.models import Certificate
found = Certificate.objects.filter(commendation__round__year=2015)
paths = {one.file.path for one in found if one.file.storage.exists(one.file.name)}
print(found.count(), len({one.commendation_id for one in found}), len(paths), *{one.state for one in found})
"""


def exported(portal: RunningPortal, folder: Path, format_: str, language: str = "en") -> bytes:
    file = folder / f"list.{format_}"
    portal.manage(
        "export_commendations", "--round", "2015", "--format", format_, "--lang", language, "--output", str(file)
    )
    return file.read_bytes()


def test_lists_of_the_sixth_round_agree_in_every_format(portal_up: RunningPortal, tmp_path: Path) -> None:
    found = json.loads(exported(portal_up, tmp_path, "json"))
    assert (found["round"], found["counts"]) == (2015, COUNTS)
    numbers = [row["number"] for row in found["commendations"]]
    assert len(set(numbers)) == 102
    categories = Counter(row["category"] for row in found["commendations"])
    assert categories | {"total": categories.total()} == COUNTS
    assert numbers_in_csv(exported(portal_up, tmp_path, "csv")) == numbers
    sheet = openpyxl.load_workbook(io.BytesIO(exported(portal_up, tmp_path, "xlsx")), read_only=True).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == numbers
    exported(portal_up, tmp_path, "pdf")
    command = ["pdftotext", "-layout", tmp_path / "list.pdf", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert NUMBER.findall(text) == numbers


def numbers_in_csv(content: bytes) -> list[str]:
    assert content.startswith(b"\xef\xbb\xbf")
    return [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]


@pytest.mark.parametrize(("language", "title"), [("zh-hant", "伙伴（製造業）"), ("zh-hans", "伙伴（制造业）")])
def test_list_of_the_sixth_round_speaks_chinese(
    portal_up: RunningPortal, tmp_path: Path, language: str, title: str
) -> None:
    content = exported(portal_up, tmp_path, "csv", language)
    assert len(set(numbers_in_csv(content))) == 102
    assert content.decode("utf-8-sig").count(title) == 80


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_press_summary_counts_the_same(portal_up: RunningPortal, language: str) -> None:
    found = json.loads(portal_up.manage("press_summary", "--round", "2015", "--lang", language, "--format", "json"))
    assert (found["round"], found["counts"]) == (2015, COUNTS)
    assert set(re.findall(r"\d+", found["text"])) >= {"102", "80", "4", "18"}


def test_certificates_asked_for_twice_at_once_are_made_once(portal_up: RunningPortal) -> None:
    portal_up.manage("issue_certificates", "--round", "2015", "--wait")
    portal_up.shell(FORGET_CERTIFICATES)
    command = [sys.executable, "manage.py", "issue_certificates", "--round", "2015", "--wait"]
    both = [
        subprocess.Popen(command, cwd=CHECKOUT, env=portal_up.env, stdout=subprocess.PIPE, text=True) for _i in range(2)
    ]
    said = [process.communicate(timeout=240)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(int(text.split()[0]) for text in said) == [0, 102]
    assert [text.splitlines()[-1] for text in said] == ["All 102 are made."] * 2
    assert portal_up.shell(COUNT_CERTIFICATES) == "102 102 102 ready"
