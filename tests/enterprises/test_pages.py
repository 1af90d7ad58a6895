import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from enterprises.models import Enterprise, Invitation, JoinRequest, Site
from portal.notifications.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db
TYPED = {
    "br_number": "１２３４ ５６７８",
    "name_en": "Bright\u202e Printing Limited",
    "name_zh_hant": "光明印務有限公司",
    "name_zh_hans": "",
    "kind": "manufacturer",
    "contact_name": "Chan Siu Ming",
    "contact_post": "",
    "contact_email": "chan@bright.example",
    "contact_phone": "2345 6789",
    "website": "www.bright.example",
    "language": "zh-hant",
}
SITE = {
    "name_en": "Dongguan factory",
    "name_zh": "",
    "address": "1 Industrial Road",
    "uscc": "91440101 MA59C2BU0H",
    "headcount": "１,２００",
    "link": "sole_owner",
}


@pytest.fixture
def person(client):
    user = make.UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def owned(person):
    return make.MembershipFactory(user=person).enterprise


def typed(**changed):
    return TYPED | {"industry": make.Industry.objects.get(code="printing-and-publishing").pk} | changed


def at(page, **kwargs):
    return reverse(f"enterprises:{page}", kwargs=kwargs)


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_enterprise_is_registered_and_shown(client, person):
    answer = client.post(at("register"), typed(), follow=True)
    enterprise = Enterprise.objects.get()
    assert answer.redirect_chain == [(at("detail", pk=enterprise.pk), 302)]
    assert (enterprise.br_number, enterprise.name_en, enterprise.name_zh_hans, enterprise.website) == (
        "12345678",
        "Bright Printing Limited",
        "光明印务有限公司",
        "https://www.bright.example",
    )
    assert "光明印务有限公司" in words(answer)


def test_second_click_on_register_leads_to_the_enterprise(client, person):
    client.post(at("register"), typed())
    answer = client.post(at("register"), typed())
    assert answer.url == at("detail", pk=Enterprise.objects.get().pk)
    assert JoinRequest.objects.count() == 0


def test_nothing_typed_is_lost_and_the_way_to_put_it_right_stands_beside_the_field(client, person):
    answer = client.post(at("register"), typed(br_number="123", contact_phone="12", name_en=""))
    page = answer.content.decode()
    assert 'value="123"' in page
    assert 'value="12"' in page
    assert 'value="光明印務有限公司"' in page
    assert "Enter eight digits: the first eight of the number on the certificate" in words(answer)
    assert 'aria-describedby="id_br_number_' in page or 'id="error_' in page
    assert Enterprise.objects.count() == 0


@pytest.mark.parametrize(("language", "said"), [("zh-hant", "八位"), ("zh-hans", "八位")])
def test_errors_are_in_the_readers_language(client, person, language, said):
    answer = client.post(at("register") + f"?lang={language}", typed(br_number="123"))
    assert said in words(answer)


@pytest.mark.parametrize(
    "bad",
    [
        {"name_en": "A" * 10_000},
        {"name_zh_hant": "厂" * 10_000},
        {"name_en": "\0\u202e"},
        {"kind": "bank"},
        {"industry": "99999999999999999999"},
        {"industry": "\0"},
        {"website": "javascript:alert(1)"},
        {"website": "ftp://bright.example/"},
        {"contact_email": "a" * 300 + "@b.example"},
        {"contact_phone": "9" * 5_000},
        {"language": "fr"},
    ],
)
def test_bad_input_is_refused_without_harm(client, person, bad):
    answer = client.post(at("register"), typed(**bad))
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert Enterprise.objects.count() == 0


def test_number_already_registered_leads_to_the_request_and_shows_nothing_of_the_enterprise(client, person):
    taken = make.EnterpriseFactory(br_number="12345678", name_en="Secret Dyeing Limited", name_zh_hant="秘密染廠")
    owner = make.MembershipFactory(enterprise=taken, user__full_name="Hidden Owner", user__email="hidden@demo.example")
    answer = client.post(at("register"), typed(), follow=True)
    assert answer.redirect_chain == [(at("join") + "?number=12345678", 302)]
    pages = [answer, client.post(at("join"), {"number": "12345678", "message": "hello"}, follow=True)]
    pages += [client.get(at("list"))]
    for page in pages:
        for secret in ("Secret", "秘密", "Hidden", "hidden@", owner.enterprise.contact_name):
            assert secret not in page.content.decode().replace(person.full_name, "")
    assert JoinRequest.objects.get().user == person
    assert Message.objects.get().to == "hidden@demo.example"
    assert "waiting for an owner" in words(pages[2])


def test_request_for_an_unknown_number_says_so(client, person):
    answer = client.post(at("join"), {"number": "12345678", "message": ""})
    assert "No enterprise is registered with this number" in words(answer)


def test_numbers_cannot_be_tried_in_bulk(client, person):
    for number in range(10):
        client.post(at("join"), {"number": f"1234567{number}"})
    make.EnterpriseFactory(br_number="87654321")
    answer = client.post(at("join"), {"number": "87654321"})
    assert "Please wait a little" in words(answer)
    assert JoinRequest.objects.count() == 0
    cache.clear()
    client.post(at("join"), {"number": "87654321"})
    assert JoinRequest.objects.count() == 1


def test_simplified_name_is_proposed_and_ones_own_is_left_alone(client, person):
    proposed = client.get(at("simplified"), {"name_zh_hant": "潔業環保", "name_zh_hans": "", "proposed": ""})
    assert 'value="洁业环保"' in proposed.content.decode()
    again = client.get(at("simplified"), {"name_zh_hant": "光明", "name_zh_hans": "洁业环保", "proposed": "洁业环保"})
    assert 'value="光明"' in again.content.decode()
    own = client.get(at("simplified"), {"name_zh_hant": "光明", "name_zh_hans": "自己的", "proposed": "洁业环保"})
    assert (own.status_code, own.content) == (204, b"")


def test_stale_form_shows_both_values_and_saving_again_decides(client, owned):
    page = client.get(at("edit", pk=owned.pk)).context["form"]
    form = {name: "" if (value := page[name].value()) is None else value for name in page.fields}
    owned.contact_name = "Colleague's value"
    owned.save()
    answer = client.post(at("edit", pk=owned.pk), form | {"contact_name": "My value"})
    assert "Kept at present: “Colleague&#x27;s value”." in answer.content.decode()
    assert 'value="My value"' in answer.content.decode()
    owned.refresh_from_db()
    assert owned.contact_name == "Colleague's value"
    again = answer.context["form"].data.dict()
    assert client.post(at("edit", pk=owned.pk), again).status_code == 302
    owned.refresh_from_db()
    assert owned.contact_name == "My value"


def test_edit_page_cannot_change_the_number(client, owned):
    page = client.get(at("edit", pk=owned.pk)).context["form"]
    form = {name: "" if (value := page[name].value()) is None else value for name in page.fields}
    assert client.post(at("edit", pk=owned.pk), form | {"br_number": "11111111"}).status_code == 302
    assert Enterprise.objects.get().br_number == owned.br_number


def test_site_is_added_changed_closed_and_opened(client, owned):
    city = {name: make.City.objects.get(code=name).pk for name in ("dongguan", "hong-kong")}
    client.post(at("site-add", pk=owned.pk), SITE | {"city": city["dongguan"]})
    client.post(at("site-add", pk=owned.pk), SITE | {"city": city["dongguan"]})
    site = Site.objects.get()
    assert (site.uscc, site.headcount) == ("91440101MA59C2BU0H", 1200)
    address = {"pk": owned.pk, "site_pk": site.pk}
    answer = client.post(at("site-edit", **address), SITE | {"city": city["hong-kong"]})
    assert "A site in Hong Kong has no such code" in words(answer)
    assert "This link is for sites in the mainland" in words(answer)
    moved = SITE | {"city": city["hong-kong"], "uscc": "", "link": "hong_kong_factory"}
    assert client.post(at("site-edit", **address), moved).status_code == 302
    assert client.post(at("site-close", **address), {"closed_on": "2015-02-05"}).status_code == 302
    assert "closed on" in words(client.get(at("detail", pk=owned.pk)))
    client.post(at("site-reopen", **address))
    assert "closed on" not in words(client.get(at("detail", pk=owned.pk)))


@pytest.mark.parametrize("headcount", ["0", "-3", "many", "9" * 30, "1.5"])
def test_headcount_that_is_none_is_refused(client, owned, headcount):
    city = make.City.objects.get(code="dongguan").pk
    answer = client.post(at("site-add", pk=owned.pk), SITE | {"city": city, "headcount": headcount})
    assert answer.status_code == 200
    assert Site.objects.count() == 0


def test_viewer_sees_the_enterprise_without_anything_to_change(client, person):
    owner = make.MembershipFactory(user__email="boss@demo.example")
    site = make.SiteFactory(enterprise=owner.enterprise)
    make.MembershipFactory(enterprise=owner.enterprise, user=person, role="viewer")
    Invitation.objects.create(
        enterprise=owner.enterprise, email="secret@demo.example", role="owner", token_sha256="x", invited_by=owner.user
    )
    JoinRequest.objects.create(enterprise=owner.enterprise, user=make.UserFactory(full_name="Asking Person"))
    for page in (client.get(at("detail", pk=site.enterprise_id)), client.get(at("members", pk=site.enterprise_id))):
        html = page.content.decode()
        assert "secret@demo.example" not in html
        assert "Asking Person" not in html
        for address in ("edit", "site-add"):
            assert at(address, pk=site.enterprise_id) not in html
        assert html.count('method="post"') == 1  # signing out
    assert "boss@demo.example" in html


def test_pages_ask_the_database_as_often_for_three_as_for_one(client, person, django_assert_max_num_queries):
    def queries(page):
        with django_assert_max_num_queries(40) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    first = make.MembershipFactory(user=person).enterprise
    pages = [at("list"), at("detail", pk=first.pk), at("members", pk=first.pk)]

    def one_more_of_each():
        make.SiteFactory(enterprise=first)
        make.MembershipFactory(enterprise=first, role="viewer")
        JoinRequest.objects.create(enterprise=first, user=make.UserFactory())
        number = Invitation.objects.count()
        Invitation.objects.create(
            enterprise=first, email=f"{number}@demo.example", role="viewer", token_sha256=number, invited_by=person
        )
        make.MembershipFactory(user=person)

    one_more_of_each()
    client.get(pages[0])
    at_one = [queries(page) for page in pages]
    one_more_of_each()
    one_more_of_each()
    assert [queries(page) for page in pages] == at_one


def test_owner_invites_and_the_invited_registers_confirms_and_accepts(client, owned):
    client.post(at("members", pk=owned.pk), {"email": "new@demo.example", "role": "editor", "language": "zh-hant"})
    invitation = re.search(r"/enterprises/invitations/[\w-]+/", Message.objects.latest("pk").text).group()
    client.logout()
    page = client.get(invitation)
    assert "Sign in, or register" in words(page)
    password = "a-very-long-password-2015"
    client.post(
        reverse("account_signup"),
        {"full_name": "New Person", "email": "new@demo.example", "password1": password, "password2": password},
    )
    link = re.search(r"/accounts/confirm-email/[^/\s]+/", Message.objects.latest("pk").text).group()
    client.post(link)
    answer = client.post(reverse("account_login"), {"login": "new@demo.example", "password": password})
    assert answer.url == invitation
    assert "Accept the invitation" in words(client.get(invitation))
    assert client.post(invitation).url == at("detail", pk=owned.pk)
    assert client.post(invitation).url == at("detail", pk=owned.pk)
    assert owned.memberships.get(user__email="new@demo.example").role == "editor"


def test_invitation_page_looks_the_same_for_links_that_are_unknown_used_and_withdrawn(client, owned):
    client.post(at("members", pk=owned.pk), {"email": "new@demo.example", "role": "editor", "language": "en"})
    link = re.search(r"/enterprises/invitations/[\w-]+/", Message.objects.latest("pk").text).group()
    pk = Invitation.objects.get().pk
    client.post(at("invitation-withdraw", pk=owned.pk, invitation_pk=pk))
    client.get(at("list"))
    withdrawn, unknown = client.get(link), client.get(at("invitation", token="unknown"))
    assert (withdrawn.status_code, unknown.status_code) == (404, 404)
    assert words(withdrawn).replace(link, "") == words(unknown).replace(at("invitation", token="unknown"), "")
    assert owned.name not in words(withdrawn)


def test_person_with_another_address_is_not_told_which(client, owned, person):
    client.post(at("members", pk=owned.pk), {"email": "new@demo.example", "role": "editor", "language": "en"})
    link = re.search(r"/enterprises/invitations/[\w-]+/", Message.objects.latest("pk").text).group()
    other = make.UserFactory()
    EmailAddress.objects.create(user=other, email=other.email, verified=True)
    client.force_login(other)
    for page in (client.get(link), client.post(link)):
        assert "sent to another address" in words(page)
        assert "new@demo.example" not in page.content.decode()
    assert owned.memberships.count() == 1


def test_inviting_looks_the_same_whether_the_address_has_an_account(client, owned):
    make.UserFactory(email="known@demo.example")
    pages = []
    for email in ("known@demo.example", "nobody@demo.example"):
        Invitation.objects.all().delete()
        answer = client.post(
            at("members", pk=owned.pk), {"email": email, "role": "viewer", "language": "en"}, follow=True
        )
        pages.append(words(answer).replace(email, ""))
    assert pages[0] == pages[1]


def test_owner_answers_a_request_once(client, owned, person):
    asking = make.UserFactory(full_name="Wong Mei")
    request = JoinRequest.objects.create(enterprise=owned, user=asking, message="<b>hello</b>")
    page = client.get(at("members", pk=owned.pk))
    assert "<b>hello</b>" not in page.content.decode()
    address = at("request-answer", pk=owned.pk, uid=request.uid)
    client.post(address, {"answer": "nonsense"})
    assert not asking.memberships.exists()
    client.post(address, {"answer": "accept", "role": "editor"})
    answer = client.post(address, {"answer": "decline", "role": "editor"}, follow=True)
    assert "changed in the meantime" in words(answer)
    assert asking.memberships.get().role == "editor"
    assert Message.objects.filter(kind="join-answer").count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_every_page_is_there_in_every_language(client, owned, language):
    make.SiteFactory(enterprise=owned)
    for page in ("detail", "edit", "site-add", "members", "leave"):
        answer = client.get(at(page, pk=owned.pk) + f"?lang={language}")
        assert answer.status_code == 200
