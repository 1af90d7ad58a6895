"""The PDF itself: what is on it, that it is whole, and that no name leaves its box."""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from portal.fonts import HANS_BOLD, HANT_BOLD
from scheme.certificate.fitting import BOX, CHINESE, ENGLISH, OPEN, SECOND_CHINESE, fit, lines_of
from scheme.certificate.render import render
from scheme.certificate.sheet import Signatories, sheet_of
from scheme.models import Certificate
from tests import factories as make

pytestmark = pytest.mark.django_db
# The edges of the box of names on the page, in points: 35.5 mm from either side, between the lines above and below.
LEFT, RIGHT, TOP, BOTTOM = (millimetres * 72 / 25.4 for millimetres in (35.5, 261.5, 75, 122.5))
CASES = {
    "usual": ("Wing Fat Garment Manufacturing Limited", "永發製衣廠有限公司", "永发制衣厂有限公司"),
    "sixty and twenty": (
        "Hong Kong and Guangdong Precision Plastics and Metal Company",
        "香港粵東精密塑膠五金電子科技製品廠有限公司",
        "香港粤东精密塑胶五金电子科技制品厂有限公司",
    ),
    "widest letters": ("W" * 60, "龘" * 20, "龘" * 20),
    "shortest": ("Li", "利達", "利达"),
    "longest allowed": ("Extraordinarily Long " * 7, "漢" * 80, "汉" * 80),
    "one long word": ("M" * 150, "", ""),
    "English only": ('Jade & <River> "Paper" Co.', "", ""),
}


def printed(tmp_path: Path, names: tuple[str, str, str], *, issue: int = 1, title: str = "manufacturing") -> Path:
    round_ = make.sixth_round()
    enterprise = make.EnterpriseFactory(name_en=names[0], name_zh_hant=names[1], name_zh_hans=names[2])
    commendation = make.commendation(round_, title, enterprise=enterprise)
    certificate = Certificate.objects.create(commendation=commendation, issue=issue)
    file = tmp_path / "certificate.pdf"
    file.write_bytes(render([sheet_of(certificate, Signatories.of(round_))])[0])
    return file


def told(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("names", CASES.values(), ids=CASES.keys())
def test_names_stay_in_their_box_on_one_page(tmp_path, names):
    file = printed(tmp_path, names)
    assert "Pages:           1\n" in told("pdfinfo", file)
    boxes = ElementTree.fromstring(told("pdftotext", "-bbox", file, "-"))  # noqa: S314 - our own file
    words = [word for word in boxes.iter() if word.tag.endswith("word")]
    inside = [word for word in words if float(word.get("yMin")) > TOP and float(word.get("yMax")) < BOTTOM]
    letters = re.sub(r"\s", "", "".join(word.text for word in inside))
    # pdftotext reads from top to bottom: the names are complete, in order, and nothing else is between the lines.
    assert letters == re.sub(r"\s", "", names[1] + names[0] + names[2])
    assert min(float(word.get("xMin")) for word in inside) >= LEFT - 0.5
    assert max(float(word.get("xMax")) for word in inside) <= RIGHT + 0.5


@given(st.text(max_size=200), st.sampled_from([CHINESE, SECOND_CHINESE, ENGLISH]))
def test_every_name_finds_a_size_whose_lines_fit(text, steps):
    face = HANS_BOLD if steps is SECOND_CHINESE else HANT_BOLD
    opening = 0.0 if steps is ENGLISH else OPEN
    step = fit(text, steps, face, opening=opening)
    assert lines_of(text, face, step.points, opening=opening) <= step.lines
    larger = steps[: steps.index(step)]
    assert all(lines_of(text, face, other.points, opening=opening, box=BOX) > other.lines for other in larger)


def test_sheet_says_everything_in_three_languages(tmp_path):
    text = re.sub(r"\s+", " ", told("pdftotext", "-layout", printed(tmp_path, CASES["usual"], title="excellent"), "-"))
    for words in (
        "「粵港清潔生產伙伴」標誌計劃",
        "“粤港清洁生产伙伴”标志计划",
        "HONG KONG-GUANGDONG CLEANER PRODUCTION PARTNERS RECOGNITION SCHEME",
        "優越伙伴（製造業）",
        "优越伙伴（制造业）",
        "Excellent Partner (Manufacturing)",
        "Valid from 5 February 2015 to 4 February 2017",
        "2015年2月5日至2017年2月4日",
        "HKGDCPP-2015-E-0001",
        "Environment Bureau",
        "環境局",
        "廣東省經濟和信息化委員會",
        "广东省经济和信息化委员会",
        "Economic and Information Commission of Guangdong Province",
    ):
        assert words in text
    assert "Issue" not in text


def test_reissue_is_marked(tmp_path):
    text = told("pdftotext", printed(tmp_path, CASES["usual"], issue=2), "-")
    assert "Issue 2, reissued on" in text
    assert "補發" in text
    assert "补发" in text


def test_agencies_sign_with_the_names_of_the_day(tmp_path):
    round_ = make.sixth_round()
    names = round_.signatory_hong_kong.names
    names.update(valid=("2007-07-01", "2022-07-01"))
    names.create(name_en="Environment and Ecology Bureau", valid=("2022-07-01", None))
    assert Signatories.of(round_).hong_kong.en == "Environment Bureau"
    round_.signed_on = make.date(2023, 1, 1)
    assert Signatories.of(round_).hong_kong.en == "Environment and Ecology Bureau"


def test_fonts_are_embedded_cut_down_and_of_the_right_script(tmp_path):
    file = printed(tmp_path, CASES["usual"])
    fonts = [line.split() for line in told("pdffonts", file).splitlines()[2:]]
    assert sorted(font[0].split("+")[1].split(",")[0] for font in fonts) == [
        "Hans-Bold", "Hans-Regular", "Hant-Bold", "Hant-Regular",
    ]  # fmt: skip
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)  # embedded, subset, with Unicode
    assert file.stat().st_size <= 200_000


def test_file_is_tagged_and_titled_for_those_who_listen(tmp_path):
    with pikepdf.open(printed(tmp_path, CASES["usual"])) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo.Title) == "HKGDCPP-2015-M-0001 · Wing Fat Garment Manufacturing Limited"
        width, height = (float(edge) for edge in pdf.pages[0].mediabox[2:])
        content = pdf.pages[0].Contents
        first = (content[0] if isinstance(content, pikepdf.Array) else content).read_bytes()
    assert (round(width), round(height)) == (842, 595)
    assert first.startswith(b"/Artifact BMC q /")


def test_code_leads_to_the_verification_of_this_issue(settings, tmp_path):
    """The sheet draws exactly the modules that segno makes of the address."""
    settings.PORTAL_URL = "https://partners.example"
    round_ = make.sixth_round()
    certificate = Certificate.objects.create(commendation=make.commendation(round_), issue=3)
    sheet = sheet_of(certificate, Signatories.of(round_))
    assert sheet.address == "https://partners.example/verify/HKGDCPP-2015-M-0001/?issue=3"
    file = tmp_path / "certificate.pdf"
    file.write_bytes(render([sheet])[0])
    picture = tmp_path / "page"
    told("pdftoppm", "-r", "600", "-gray", "-singlefile", file, picture)
    assert modules_of(picture.with_suffix(".pgm")) == [
        [bool(module) for module in row] for row in segno.make(sheet.address, error="m", micro=False).matrix
    ]


def modules_of(picture: Path) -> list[list[bool]]:
    """The dark modules of the code on the printed page: 21 mm wide, its corner where the style sheet puts it."""
    from PIL import Image

    dots = 600 / 25.4
    with Image.open(picture) as page:
        box = [int(edge * dots) for edge in (136, 153, 161, 178.5)]
        code = page.crop(tuple(box)).point(lambda grey: 255 if grey < 90 else 0).convert("1")
    left, top, right, bottom = code.getbbox()
    count = segno.make(
        "https://partners.example/verify/HKGDCPP-2015-M-0001/?issue=3", error="m", micro=False
    ).symbol_size(border=0)[0]
    size_x, size_y = (right - left) / count, (bottom - top) / count
    return [
        [bool(code.getpixel((int(left + (x + 0.5) * size_x), int(top + (y + 0.5) * size_y)))) for x in range(count)]
        for y in range(count)
    ]
