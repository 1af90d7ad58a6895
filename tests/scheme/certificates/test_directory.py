from datetime import timedelta

import pytest
from django.utils import timezone

from enterprises.models import City, Industry
from tests import factories as make

pytestmark = pytest.mark.django_db


def shown(client, **wanted) -> list[str]:
    page = client.get("/partners/", wanted)
    assert page.status_code == 200
    return [commendation.name_en for commendation, _slug in page.context["rows"]]


@pytest.fixture
def register():
    """Three released partners of two rounds and one that is under embargo."""
    today = timezone.localdate()
    old = make.sixth_round()
    new = make.sixth_round(year=today.year - 1, number=17, valid_from=today - timedelta(days=10))
    secret = make.sixth_round(year=today.year, number=18, release_at=timezone.now() + timedelta(days=1))

    def add(round_, title, en, hant, hans, city, industry, **more):
        enterprise = make.EnterpriseFactory(
            name_en=en, name_zh_hant=hant, name_zh_hans=hans, industry=Industry.objects.get(code=industry)
        )
        return make.commendation(round_, title, enterprise=enterprise, city=City.objects.get(code=city), **more)

    return [
        add(old, "manufacturing", "Blue Kiln Ceramics", "東莞藍窯陶瓷廠", "东莞蓝窑陶瓷厂", "dongguan", "textiles"),
        add(new, "excellent", "Jade River Paper", "玉河紙業", "玉河纸业", "foshan", "furniture"),
        add(new, "sourcing", "Wide Sea Sourcing", "闊海採購", "阔海采购", "hong-kong", "textiles", state="revoked"),
        add(secret, "manufacturing", "Hidden Valley Works", "東莞隱谷", "东莞隐谷", "dongguan", "textiles"),
    ]


def test_directory_shows_released_partners_latest_first(client, register):
    assert shown(client) == ["Jade River Paper", "Wide Sea Sourcing", "Blue Kiln Ceramics"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"q": "東莞"}, ["Blue Kiln Ceramics"]),
        ({"q": "蓝窑"}, ["Blue Kiln Ceramics"]),
        ({"q": "jade riv"}, ["Jade River Paper"]),
        ({"q": "HKGDCPP-2015-M-0001"}, ["Blue Kiln Ceramics"]),
        ({"q": "隱谷"}, []),
        ({"q": "佛山"}, ["Jade River Paper"]),
        ({"q": "佛山市", "title": "manufacturing"}, []),
        ({"q": "Hong Kong"}, ["Wide Sea Sourcing"]),
        ({"q": "市"}, []),
        ({"title": "excellent"}, ["Jade River Paper"]),
        ({"year": "2015"}, ["Blue Kiln Ceramics"]),
        ({"standing": "valid"}, ["Jade River Paper"]),
        ({"standing": "expired"}, ["Blue Kiln Ceramics"]),
        ({"standing": "revoked"}, ["Wide Sea Sourcing"]),
        (
            {"year": "1066", "title": "nonsense", "city": "x"},
            ["Jade River Paper", "Wide Sea Sourcing", "Blue Kiln Ceramics"],
        ),
    ],
)
def test_directory_is_narrowed(client, register, wanted, found):
    assert shown(client, **wanted) == found


def test_directory_is_narrowed_by_city_and_industry(client, register):
    foshan, textiles = City.objects.get(code="foshan"), Industry.objects.get(code="textiles")
    assert shown(client, city=foshan.pk) == ["Jade River Paper"]
    assert shown(client, industry=textiles.pk) == ["Wide Sea Sourcing", "Blue Kiln Ceramics"]


def test_directory_tells_nothing_of_the_round_under_embargo(client, register):
    text = client.get("/partners/").content.decode()
    assert "Hidden Valley" not in text
    assert str(timezone.localdate().year) not in [
        str(value) for value, _ in client.get("/partners/").context["form"].fields["year"].choices
    ]
    assert client.get(f"/partners/{register[3].enterprise_id}-hidden-valley-works/").status_code == 404


def test_partner_page_shows_titles_over_the_years_and_links_to_verification(client, register):
    enterprise = register[0].enterprise
    again = make.commendation(register[1].round, "manufacturing", enterprise=enterprise)
    page = client.get(f"/partners/{enterprise.pk}-blue-kiln-ceramics/")
    text = page.content.decode()
    assert [row.number for row in page.context["titles"]] == [again.number, register[0].number]
    for row in (again, register[0]):
        assert f'href="/verify/{row.number}/"' in text
    assert enterprise.contact_email not in text


def test_partner_address_is_corrected_and_strangers_are_unknown(client, register):
    pk = register[0].enterprise_id
    assert client.get(f"/partners/{pk}/").headers["Location"] == f"/partners/{pk}-blue-kiln-ceramics/"
    for slug in ("999999", "none", "9" * 40, f"{make.EnterpriseFactory().pk}-x"):
        assert client.get(f"/partners/{slug}/").status_code == 404


def test_directory_makes_the_same_queries_for_one_row_and_for_three(client, django_assert_num_queries):
    round_ = make.sixth_round()
    make.commendation(round_)
    client.get("/partners/")
    with django_assert_num_queries(5) as one:
        client.get("/partners/")
    for _number in range(2):
        make.commendation(round_)
    with django_assert_num_queries(len(one.captured_queries)):
        client.get("/partners/")


def test_empty_directory_says_what_will_appear(client):
    assert "Partners appear here when" in client.get("/partners/").content.decode()
    assert "No partner is like that" in client.get("/partners/", {"q": "zzz"}).content.decode()
