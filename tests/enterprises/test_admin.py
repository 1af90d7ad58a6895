import pytest
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Enterprise
from enterprises.queries import enterprises
from enterprises.services.register import AlreadyRegistered, correct_number
from portal.accounts.models import Side
from portal.errors import Invalid, NotAllowed, ReasonNeeded
from scheme.models import EnterpriseConflict
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST = reverse("admin:enterprises_enterprise_changelist")
READERS = {
    "epd officer": make.epd_officer,
    "gdeic officer": make.gdeic_officer,
    "secretariat of Hong Kong": make.secretariat,
    "secretariat of Guangdong": lambda: make.secretariat(Side.GUANGDONG),
    "auditor": make.auditor,
}
OTHERS = {
    "organiser": make.organiser,
    "administrator": make.administrator,
    "superuser": lambda: make.UserFactory(is_staff=True, is_superuser=True),
    "staff without a post": lambda: make.UserFactory(is_staff=True),
}


def detail(enterprise, page="change"):
    return reverse(f"admin:enterprises_enterprise_{page}", args=[enterprise.pk])


def shown(answer):
    return [row.name_en for row in answer.context["cl"].result_list]


@pytest.mark.parametrize("who", READERS)
def test_reader_reads_list_detail_and_history_and_changes_nothing(client, who):
    site = make.SiteFactory(enterprise__name_en="Bright Printing Limited", enterprise__contact_name="Chan")
    member = make.MembershipFactory(enterprise=site.enterprise, user__email="member@demo.example")
    client.force_login(READERS[who]())
    assert shown(client.get(LIST)) == ["Bright Printing Limited"]
    page = client.get(detail(site.enterprise)).content.decode()
    for text in ("Dongguan", site.uscc, "member@demo.example", "Chan"):
        assert text in page
    assert 'name="_save"' not in page
    assert client.get(detail(site.enterprise, "history")).status_code == 200
    assert client.post(detail(site.enterprise), {"name_en": "Changed"}).status_code in (403, 404)
    assert client.post(detail(site.enterprise, "delete"), {"post": "yes"}).status_code in (403, 404)
    assert client.get(reverse("admin:enterprises_enterprise_add")).status_code in (403, 404)
    assert list(Enterprise.objects.values_list("name_en", flat=True)) == ["Bright Printing Limited"]
    assert member.enterprise.memberships.count() == 1


@pytest.mark.parametrize("who", OTHERS)
def test_others_see_nothing(client, who):
    enterprise = make.EnterpriseFactory(name_en="Bright Printing Limited")
    client.force_login(OTHERS[who]())
    for page in (LIST, detail(enterprise), detail(enterprise, "history")):
        answer = client.get(page)
        assert answer.status_code in (302, 403, 404)  # who has no post at all is sent to sign in
        assert "Bright" not in answer.content.decode()


def test_owner_does_not_reach_the_desk(client):
    member = make.MembershipFactory()
    client.force_login(member.user)
    assert client.get(detail(member.enterprise)).status_code in (302, 403, 404)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("東莞", ["East"]),
        ("东莞", ["East"]),
        ("染廠 東莞", ["East"]),
        ("莞東", []),
        ("12345678", ["West"]),
        ("ＷＥＳＴ", ["West"]),
        ("%", []),
        ("", ["East", "West"]),
    ],
)
def test_search_finds_two_characters_in_either_script(client, typed, found):
    make.EnterpriseFactory(name_en="East", name_zh_hant="東莞染廠", name_zh_hans="东莞染厂")
    make.EnterpriseFactory(name_en="West", name_zh_hant="西江紡織", name_zh_hans="西江纺织", br_number="12345678")
    client.force_login(make.epd_officer())
    assert sorted(shown(client.get(LIST, {"q": typed}))) == found


def test_filters_by_city_industry_and_kind(client):
    factory = make.SiteFactory(enterprise__name_en="Factory").enterprise
    make.SiteFactory(enterprise=factory)  # two sites in one city are one row
    make.SiteFactory(
        enterprise__name_en="Buyer",
        enterprise__kind="buyer",
        enterprise__industry=make.Industry.objects.get(code="toys"),
        city=make.City.objects.get(code="shenzhen"),
    )
    client.force_login(make.gdeic_officer())
    for asked in (
        {"sites__city__id__exact": make.City.objects.get(code="dongguan").pk},
        {"industry__id__exact": make.Industry.objects.get(code="textiles").pk},
        {"kind__exact": "manufacturer"},
    ):
        assert shown(client.get(LIST, asked)) == ["Factory"]


def test_list_and_detail_ask_the_database_as_often_for_three_as_for_one(client, django_assert_max_num_queries):
    client.force_login(make.epd_officer())
    first = make.EnterpriseFactory()

    def queries(page):
        with django_assert_max_num_queries(25) as asked:
            client.get(page)
        return len(asked)

    def more():
        make.SiteFactory(enterprise=first)
        make.MembershipFactory(enterprise=first)
        make.SiteFactory()

    more()
    client.get(LIST)
    at_one = [queries(LIST), queries(detail(first))]
    more()
    more()
    assert [queries(LIST), queries(detail(first))] == at_one


def test_enterprise_hidden_from_an_officer_does_not_exist_for_that_officer_alone(client, monkeypatch):
    hidden, other = make.EnterpriseFactory(name_en="Hidden"), make.EnterpriseFactory(name_en="Other")
    officer, colleague = make.epd_officer(), make.epd_officer()
    monkeypatch.setattr(enterprises, "hidden_from", [lambda user: {hidden.pk} if user.pk == officer.pk else set()])
    client.force_login(officer)
    assert shown(client.get(LIST)) == ["Other"]
    assert shown(client.get(LIST, {"q": "Hidden"})) == []
    assert [client.get(detail(e)).status_code for e in (hidden, other)] == [404, 200]
    assert client.get(detail(hidden, "history")).status_code == 404
    client.force_login(colleague)
    assert shown(client.get(LIST)) == ["Hidden", "Other"]


def test_enterprise_of_a_standing_conflict_is_hidden_until_the_conflict_ends(client):
    enterprise, officer = make.EnterpriseFactory(name_en="Hidden"), make.epd_officer()
    conflict = EnterpriseConflict.objects.create(officer=officer, enterprise=enterprise, reason="A shareholder")
    client.force_login(officer)
    assert (shown(client.get(LIST)), client.get(detail(enterprise)).status_code) == ([], 404)
    conflict.ended_at = timezone.now()
    conflict.save()
    assert (shown(client.get(LIST)), client.get(detail(enterprise)).status_code) == (["Hidden"], 200)


def test_secretariat_corrects_a_number_with_a_reason_that_is_kept(client):
    enterprise = make.EnterpriseFactory(br_number="11111111", name_en="Bright")
    client.force_login(make.secretariat(full_name="Secretary"))
    given = {"action": "correct", "_selected_action": enterprise.pk}
    client.post(LIST, given)
    client.post(LIST, {**given, "confirmed": "1", "br_number": "2222 2222", "reason": "Typed wrongly"})
    enterprise.refresh_from_db()
    assert enterprise.br_number == "22222222"
    page = client.get(detail(enterprise, "history")).content.decode()
    for text in ("11111111", "22222222", "Typed wrongly", "Secretary"):
        assert text in page
    assert shown(client.get(LIST, {"q": "22222222"})) == ["Bright"]


def test_number_is_corrected_by_nobody_else_nor_without_reason_nor_to_one_that_is_taken():
    enterprise = make.EnterpriseFactory(br_number="11111111")
    make.EnterpriseFactory(br_number="22222222")
    owner = make.MembershipFactory(enterprise=enterprise).user
    given = {"enterprise": enterprise, "br_number": "33333333", "reason": "Typed wrongly"}
    for person in (owner, make.epd_officer(), make.auditor(), make.administrator()):
        with pytest.raises(NotAllowed):
            correct_number(by=person, **given)
    secretary = make.secretariat()
    with pytest.raises(ReasonNeeded):
        correct_number(by=secretary, **{**given, "reason": " "})
    with pytest.raises(AlreadyRegistered):
        correct_number(by=secretary, **{**given, "br_number": "22222222"})
    with pytest.raises(Invalid):
        correct_number(by=secretary, **{**given, "br_number": "1"})
    enterprise.refresh_from_db()
    assert enterprise.br_number == "11111111"
