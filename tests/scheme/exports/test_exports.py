"""The lists agree in every format, hold what they must, and no cell of them runs."""

import csv
import io
import json
import re
import subprocess
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import NotAllowed
from scheme.exports.cells import begins_formula, harmless, telephone
from scheme.exports.lists import list_chunks
from scheme.exports.press import press_summary
from scheme.models import EnterpriseConflict, ExportRecord
from scheme.queries.commendations import awarded
from scheme.services.export import take_list
from tests import factories as make

TITLES = ("excellent", "manufacturing", "manufacturing", "sourcing", "technology_service")


@pytest.fixture
def round_():
    """Five commendations made in an order that is not the ceremony's, one with names that look like formulas."""
    round_ = make.sixth_round()
    for title in reversed(TITLES):
        make.commendation(round_, title)
    trap = make.EnterpriseFactory(
        name_en='=HYPERLINK("x")', name_zh_hant="＋香港", contact_name="@SUM(A1)", contact_post="-1"
    )
    make.commendation(round_, "sourcing", enterprise=trap)
    return round_


def written(round_, format_: str, language: str = "en") -> bytes:
    return b"".join(list_chunks(awarded(round_), round_=round_, format_=format_, language=language))


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_rows(content: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    return [
        [cell.date().isoformat() if hasattr(cell, "date") else str(cell or "") for cell in row]
        for row in sheet.iter_rows(values_only=True)
    ]


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_formats_agree(round_, tmp_path, language):
    as_csv, as_xlsx = csv_rows(written(round_, "csv", language)), xlsx_rows(written(round_, "xlsx", language))
    assert as_csv == as_xlsx
    as_json = json.loads(written(round_, "json", language))
    numbers = [row[0] for row in as_csv[1:]]
    assert [row["number"] for row in as_json["commendations"]] == numbers
    assert [row["title"] for row in as_json["commendations"]] == [row[1] for row in as_csv[1:]]
    assert [row["city"] for row in as_json["commendations"]] == [row[7] for row in as_csv[1:]]
    booklet = tmp_path / "booklet.pdf"
    booklet.write_bytes(written(round_, "pdf", language))
    text = subprocess.run(["pdftotext", "-layout", booklet, "-"], check=True, capture_output=True, text=True).stdout
    assert re.findall(r"HKGDCPP-\d{4}-[EMST]-\d{4}", text) == numbers


def test_rows_stand_in_ceremony_order(round_):
    assert [row[0][13:] for row in csv_rows(written(round_, "csv"))[1:]] == [
        "E-0001", "M-0001", "M-0002", "S-0001", "S-0002", "T-0001",
    ]  # fmt: skip


def test_json_is_as_agreed(round_):
    found = json.loads(written(round_, "json"))
    assert found["round"] == 2015
    assert found["counts"] == {"total": 6, "manufacturing": 3, "sourcing": 2, "technology_service": 1}
    assert list(found["commendations"][0]) == [
        "number", "title", "category", "name_en", "name_zh_hant", "name_zh_hans", "city", "valid_from", "valid_until",
    ]  # fmt: skip
    assert [row["category"] for row in found["commendations"]] == ["manufacturing"] * 3 + ["sourcing"] * 2 + [
        "technology_service"
    ]
    assert (found["commendations"][0]["valid_from"], found["commendations"][0]["valid_until"]) == (
        "2015-02-05",
        "2017-02-04",
    )


def test_empty_list_is_sound_in_every_format():
    round_ = make.sixth_round()
    assert json.loads(written(round_, "json"))["counts"]["total"] == 0
    assert len(csv_rows(written(round_, "csv"))) == len(xlsx_rows(written(round_, "xlsx"))) == 1
    assert written(round_, "pdf").startswith(b"%PDF-")


def test_csv_opens_in_excel_with_its_chinese(round_):
    content = written(round_, "csv")
    assert content.startswith(b"\xef\xbb\xbfNumber,")
    assert written(round_, "csv-plain") == content[3:]
    assert "潔業" in content.decode()


def test_cells_that_look_like_formulas_are_harmless(round_):
    for rows in (csv_rows(written(round_, "csv")), xlsx_rows(written(round_, "xlsx"))):
        trap = next(row for row in rows if "HYPERLINK" in row[3])
        assert (trap[3], trap[4], trap[8], trap[9]) == ('\'=HYPERLINK("x")', "'＋香港", "'@SUM(A1)", "'-1")
        assert trap[11] == "(+852) 23456789"


@given(st.text(alphabet=st.sampled_from("=+-@＝＋－＠﹢﹣﹦﹫\t\r\n \u200b\ufeffa1潔"), max_size=8))
def test_no_cell_begins_a_formula(text):
    cell = harmless(text)
    assert not begins_formula(cell)
    assert cell in (text, f"'{text}")


@given(st.text(max_size=20))
def test_telephone_never_begins_a_formula(text):
    assert not begins_formula(telephone(text))
    assert not begins_formula(telephone(f"+{text}"))


def test_revoked_before_the_release_is_left_out_and_revoked_later_is_shown():
    round_ = make.sixth_round()
    never = make.commendation(round_, state="revoked", state_since=round_.release_at - timedelta(days=1))
    later = make.commendation(round_, state="revoked", state_since=round_.release_at + timedelta(days=1))
    rows = csv_rows(written(round_, "csv"))[1:]
    assert [(row[0], row[-1]) for row in rows] == [(later.number, "revoked")]
    assert never.number not in written(round_, "json").decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "6 enterprises are commended in Round 6 (2015) of"),
        ("zh-hant", " 3 家製造業企業、 2 家供應鏈企業及 1 家環境技術服務供應商。"),
        ("zh-hans", " 3 家制造业企业、 2 家供应链企业和 1 家环境技术服务机构。"),
    ],
)
def test_press_summary_is_counted(round_, language, words):
    found = press_summary(round_, language)
    assert found["counts"] == {"total": 6, "manufacturing": 3, "sourcing": 2, "technology_service": 1}
    assert found["excellent"] == 1
    assert words in found["text"]


def test_press_summary_says_that_it_is_under_embargo():
    round_ = make.sixth_round(release_at=timezone.now() + timedelta(days=1))
    make.commendation(round_)
    assert press_summary(round_, "en")["text"].startswith("Not to be published before ")


def test_commands_write_files_and_say_the_same(round_, tmp_path, capsys):
    target = tmp_path / "list.json"
    call_command("export_commendations", round=2015, format="json", lang="zh-hans", output=str(target))
    call_command("press_summary", round=2015, format="json")
    summary = json.loads(capsys.readouterr().out)
    assert json.loads(target.read_text(encoding="utf-8"))["counts"] == summary["counts"]
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]
    assert list(ExportRecord.objects.values_list("format", "language", "number", "by")) == [
        ("json", "zh-hans", 6, None)
    ]


def test_commands_explain_what_is_wrong(round_, tmp_path):
    with pytest.raises(CommandError, match="There is no round of 1999"):
        call_command("export_commendations", round=1999, format="csv")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_commendations", round=2015, format="csv", output=str(tmp_path / "none" / "list.csv"))


def test_taking_a_list_is_recorded_and_refused_to_others(round_):
    organiser = make.organiser()
    assert take_list(round_=round_, format_="csv", language="en", by=organiser).count() == 6
    record = ExportRecord.objects.get()
    assert (record.by, record.round, record.format, record.language, record.number) == (
        organiser,
        round_,
        "csv",
        "en",
        6,
    )
    for person in (make.administrator(), make.UserFactory(), make.MembershipFactory().user):
        with pytest.raises(NotAllowed):
            take_list(round_=round_, format_="csv", language="en", by=person)
    assert ExportRecord.objects.count() == 1


def test_officer_in_conflict_takes_the_list_without_that_enterprise_before_the_release():
    round_ = make.sixth_round(release_at=timezone.now() + timedelta(days=1), signed_on=date(2015, 2, 5))
    hidden, seen = make.commendation(round_), make.commendation(round_)
    officer = make.epd_officer()
    EnterpriseConflict.objects.create(officer=officer, enterprise=hidden.enterprise, reason="A cousin owns it")
    found = take_list(round_=round_, format_="csv", language="en", by=officer)
    assert [row.number for row in found] == [seen.number]


def test_list_is_one_query_however_long(round_, django_assert_num_queries):
    with django_assert_num_queries(3):  # cities, industries, rows
        written(round_, "csv")
    for _number in range(3):
        make.commendation(round_)
    with django_assert_num_queries(3):
        written(round_, "csv")
