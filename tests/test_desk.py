"""The desk's frame: one door, who comes in, what stands in the menu, three languages."""

import ast
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import unfold
from django.contrib import admin
from django.contrib.admin import FieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation.template import templatize

from portal.accounts.models import User
from portal.desk import Desk
from portal.notifications.models import Message
from portal.notifications.services import outbox
from tests import factories

INDEX = "/admin/"
ROLES: dict[str, Any] = {
    "epd": factories.epd_officer,
    "gdeic": factories.gdeic_officer,
    "secretariat": factories.secretariat,
    "organiser": factories.organiser,
    "auditor": factories.auditor,
    "administrator": factories.administrator,
}


@pytest.mark.django_db
def test_only_desks_stand_in_the_admin() -> None:
    assert {type(desk) for desk in admin.site._registry.values() if not isinstance(desk, Desk)} == set()


@pytest.mark.django_db
def test_anonymous_is_led_to_the_one_sign_in_and_back(client: Client) -> None:
    answer = client.get("/admin/scheme/round/?q=1", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fscheme%2Fround%2F%3Fq%3D1"
    assert [form for form in ("username", "admin/login") if f'name="{form}"' in answer.content.decode()] == []


@pytest.mark.django_db
@pytest.mark.parametrize("there", [INDEX, "/admin/scheme/round/", "/admin/nothing/", "/admin/login/"])
def test_people_without_a_post_find_no_desk(client: Client, there: str) -> None:
    for person in (
        factories.UserFactory(),
        factories.UserFactory(is_staff=True),
        factories.UserFactory(is_staff=True, is_superuser=True),
    ):
        client.force_login(person)
        assert client.get(there, follow=True).status_code == 404


@pytest.mark.django_db
def test_ended_appointment_closes_the_desk(client: Client) -> None:
    person = factories.epd_officer()
    client.force_login(person)
    assert client.get(INDEX).status_code == 200
    person.appointments.update(ends_on="2020-01-01")
    assert client.get(INDEX, follow=True).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_everybody_of_the_desk_has_a_first_page_and_a_menu_that_opens(client: Client, role: str, language: str) -> None:
    client.force_login(ROLES[role]())
    page = client.get(INDEX, {"lang": language})
    html = page.content.decode()
    assert {"en": 'lang="en"', "zh-hant": 'lang="zh-Hant-HK"', "zh-hans": 'lang="zh-Hans-CN"'}[language] in html
    assert html.count("<main") == html.count("<h1") == 1
    links = [item["link"] for group in page.context["sidebar_navigation"] for item in group["items"]]
    assert links
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_what_the_menu_does_not_show_does_not_answer(client: Client, role: str) -> None:
    client.force_login(ROLES[role]())
    shown = {item["link"] for group in client.get(INDEX).context["sidebar_navigation"] for item in group["items"]}
    hidden = {
        reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry
    } - shown
    assert {there: client.get(there).status_code for there in hidden} == dict.fromkeys(hidden, 404)


@pytest.mark.django_db
def test_language_links_keep_the_page_and_its_query(client: Client) -> None:
    client.force_login(factories.administrator())
    html = client.get("/admin/accounts/user/", {"q": "chan", "lang": "en"}).content.decode()
    assert 'href="?q=chan&amp;lang=zh-hant"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("there", ["logout", "password_change"])
def test_signing_out_and_passwords_are_the_portals_own(client: Client, there: str) -> None:
    client.force_login(factories.administrator())
    answer = client.get(reverse(f"admin:{there}"))
    assert answer["Location"] in ("/accounts/logout/", "/accounts/password/change/")
    assert 'action="/accounts/logout/"' in client.get(INDEX).content.decode()


@pytest.mark.django_db
def test_pages_ask_nothing_of_other_hosts(client: Client) -> None:
    client.force_login(factories.administrator())
    factories.CategoryFactory()
    for there in (INDEX, "/admin/scheme/round/", "/admin/scheme/round/add/"):
        html = client.get(there).content.decode()
        assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]+", html) == []


# Every word of the installed skin is translated, or is of a part we do not show -------------------------------------
NOT_SHOWN = (
    "command",
    "search.html",
    "theme_switch",
    "toolbar",
    "array",
    "/auth/",
    "logged_out",
    "login.html",
    "app_list_all",
    "dataset",
)
NOT_SHOWN_MODULES = ("forms.py", "dataset", "nested", "money")
NOT_SHOWN_WORDS = {"Select currency", "You can not create nested object without parent", "Add new item"}


def unfold_words() -> set[tuple[str, ...]]:
    root = Path(unfold.__file__).parent
    found: set[tuple[str, ...]] = set()
    quoted = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
    call = re.compile(rf" (n?gettext)\(((?:[^()'\"]|{quoted}|\([^)]*\))*)\)")
    for file in [*root.glob("templates/**/*.html"), *root.glob("contrib/filters/templates/**/*.html")]:
        if any(part in str(file.relative_to(root)) for part in NOT_SHOWN):
            continue
        for match in call.finditer(templatize(file.read_text())):
            found.add(_strings(ast.parse(match.group(0).strip(), mode="eval").body))
    for file in [*root.glob("*.py"), *root.glob("contrib/filters/*.py"), *root.glob("templatetags/*.py")]:
        if file.name in NOT_SHOWN_MODULES:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "gettext", "gettext_lazy"):
                found.add(_strings(node))
    return {words for words in found if words and words[0] not in NOT_SHOWN_WORDS}


def _strings(call: Any) -> tuple[str, ...]:
    return tuple(a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_every_word_of_the_skin_is_translated(language: str) -> None:
    words = unfold_words()
    assert len(words) > 60
    with translation.override(language):
        assert {said for said in words if _translated(said) == said[0]} == set()


def _translated(said: tuple[str, ...]) -> str:
    return translation.ngettext(said[0], said[1], 1) if len(said) == 2 else translation.gettext(said[0])


# People -------------------------------------------------------------------------------------------------------------
def appointment_rows(**row: str) -> dict[str, Any]:
    return {"appointments-TOTAL_FORMS": 1, "appointments-INITIAL_FORMS": 0} | {
        f"appointments-0-{name}": value for name, value in row.items()
    }


@pytest.mark.django_db
def test_administrator_adds_an_officer_who_gets_a_link_to_set_a_password(client: Client) -> None:
    client.force_login(factories.administrator())
    agency = factories.AgencyFactory()
    fields = {"email": "New.Officer@demo.example", "full_name": "New Officer", "language": "zh-hant"}
    rows = appointment_rows(role="officer", agency=str(agency.pk))
    answer = client.post("/admin/accounts/user/add/", fields | rows)
    assert answer.status_code == 302, answer.context["errors"]
    person = User.objects.get(email="new.officer@demo.example")
    assert (person.is_staff, person.has_usable_password(), str(person.appointments.get())) == (
        True,
        False,
        "officer (EPD)",
    )
    mail = Message.objects.get(to=person.email)
    assert mail.language == "zh-hant"
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.text)
    assert link
    client.logout()
    form = client.get(link.group(1), follow=True)
    there = form.redirect_chain[-1][0]
    client.post(there, {"password1": "a-very-long-password-1", "password2": "a-very-long-password-1"})
    assert client.login(email=person.email, password="a-very-long-password-1")
    assert client.get(INDEX).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "rows", "words"),
    [
        ({"email": "taken@demo.example"}, {}, "is there already"),
        ({"email": "no address"}, {}, "valid email"),
        ({}, {"role": "officer"}, "Choose the agency"),
        ({}, {"role": "auditor", "starts_on": "2030-02-01", "ends_on": "2030-01-01"}, "last day is before the first"),
    ],
)
def test_wrong_people_are_refused_in_words(
    client: Client, fields: dict[str, str], rows: dict[str, str], words: str
) -> None:
    factories.UserFactory(email="taken@demo.example")
    client.force_login(factories.administrator())
    given = {"email": "x@demo.example", "full_name": "X", "language": "en"} | fields
    answer = client.post("/admin/accounts/user/add/", given | appointment_rows(**rows))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not User.objects.filter(email="x@demo.example").exists()


@pytest.mark.django_db
def test_no_page_shows_a_password_hash(client: Client) -> None:
    client.force_login(factories.administrator())
    person = factories.UserFactory()
    for there in (f"/admin/accounts/user/{person.pk}/change/", f"/admin/accounts/user/{person.pk}/history/"):
        html = client.get(there).content.decode()
        assert person.password not in html
        assert person.password.split("$")[-1] not in html


@pytest.mark.django_db
def test_deactivated_person_is_out_and_the_reason_is_kept(client: Client) -> None:
    boss, officer = factories.administrator(full_name="Boss Wong"), factories.epd_officer()
    other = Client()
    other.force_login(officer)
    client.force_login(boss)
    chosen = {"action": "deactivate", "_selected_action": [officer.pk]}
    page = client.post("/admin/accounts/user/", chosen)
    assert str(officer) in page.content.decode()
    client.post("/admin/accounts/user/", chosen | {"confirmed": "1", "reason": ""})
    assert other.get(INDEX).status_code == 200
    client.post("/admin/accounts/user/", chosen | {"confirmed": "1", "reason": "Left the department."})
    assert other.get(INDEX, follow=True).status_code != 403
    assert other.get(INDEX).status_code == 302
    history = client.get(f"/admin/accounts/user/{officer.pk}/history/").content.decode()
    assert "Left the department." in history
    assert "Boss Wong" in history


@pytest.mark.django_db
def test_nobody_deactivates_themselves_or_the_last_administrator(client: Client) -> None:
    boss = factories.administrator()
    client.force_login(boss)
    chosen = {"action": "deactivate", "_selected_action": [boss.pk], "confirmed": "1", "reason": "x"}
    page = client.post("/admin/accounts/user/", chosen, follow=True)
    assert "You cannot deactivate yourself" in page.content.decode()
    boss.refresh_from_db()
    assert boss.is_active


@pytest.mark.django_db
@pytest.mark.parametrize("make", [factories.auditor, factories.epd_officer, factories.organiser])
def test_actions_on_people_are_for_administrators(client: Client, make: Any) -> None:
    client.force_login(make())
    victim = factories.gdeic_officer()
    chosen = {"action": "deactivate", "_selected_action": [victim.pk], "confirmed": "1", "reason": "x"}
    client.post("/admin/accounts/user/", chosen)
    victim.refresh_from_db()
    assert victim.is_active


# Agencies -----------------------------------------------------------------------------------------------------------
def names(*rows: tuple[str, str, str], initial: tuple[Any, ...] = (), agency: Any = None) -> dict[str, Any]:
    fields: dict[str, Any] = {"names-TOTAL_FORMS": len(rows), "names-INITIAL_FORMS": len(initial)}
    for n, (name, first, last) in enumerate(rows):
        fields |= {f"names-{n}-name_en": name, f"names-{n}-first_day": first, f"names-{n}-last_day": last}
    for n, name in enumerate(initial):
        fields |= {f"names-{n}-id": name.pk, f"names-{n}-agency": agency.pk}
    return fields


@pytest.mark.django_db
def test_names_of_an_agency_follow_one_another_and_may_be_moved_together(client: Client) -> None:
    client.force_login(factories.administrator())
    agency = factories.AgencyFactory(code="EEB")
    there = f"/admin/accounts/agency/{agency.pk}/change/"
    basic = {"code": "EEB", "side": "hong_kong", "kind": "government"}
    rows = (("Environment Bureau", "2007-07-01", "2022-06-30"), ("Environment and Ecology Bureau", "2022-07-01", ""))
    assert client.post(there, basic | names(*rows)).status_code == 302
    saved = tuple(agency.names.order_by("pk"))
    later = ((rows[0][0], "2007-07-01", "2022-12-31"), (rows[1][0], "2023-01-01", ""))
    answer = client.post(there, basic | names(*later, initial=saved, agency=agency))
    assert answer.status_code == 302, answer.context["errors"]
    assert [str(agency.name_on(day)) for day in (date(2022, 12, 31), date(2023, 1, 1))] == [row[0] for row in rows]


@pytest.mark.django_db
def test_names_of_an_agency_that_overlap_are_refused_in_words(client: Client) -> None:
    client.force_login(factories.administrator())
    agency = factories.AgencyFactory(code="EEB")
    rows = (("Environment Bureau", "2007-07-01", "2022-07-01"), ("Environment and Ecology Bureau", "2022-07-01", ""))
    answer = client.post(
        f"/admin/accounts/agency/{agency.pk}/change/",
        {"code": "EEB", "side": "hong_kong", "kind": "government"} | names(*rows),
    )
    assert answer.status_code == 200
    assert "are valid on the same days" in answer.content.decode()
    assert agency.names.count() == 0


# Mails --------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("make", [factories.administrator, factories.auditor])
def test_outbox_shows_no_bodies(client: Client, make: Any) -> None:
    message = outbox.queue_text(
        kind="test", key="k", to="r@demo.example", language="en", subject="A subject", text="sealed-words-inside"
    )
    client.force_login(make())
    assert message
    for there in ("/admin/notifications/message/", f"/admin/notifications/message/{message.pk}/change/"):
        html = client.get(there).content.decode()
        assert ("A subject" in html, "sealed-words-inside" in html) == (True, False)
    assert client.get("/admin/notifications/message/", {"q": "sealed-words"}).context["cl"].result_count == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question",
    [
        "accounts/user/?password__startswith=argon2",
        "accounts/user/?password__regex=x",
        "notifications/message/?text__contains=key",
        "notifications/message/?html__contains=key",
        "notifications/message/?key__contains=outcome",
        "enterprises/enterprise/?applications__isnull=False",
        "scheme/partnerlist/?entries=1",
        "scheme/objection/?email__startswith=a",
        "scheme/meeting/?minutes__contains=a",
    ],
)
def test_no_list_answers_a_question_about_a_column_it_does_not_filter_by(client: Client, question: str) -> None:
    for person in (factories.auditor(), factories.administrator(), factories.epd_officer()):
        client.force_login(person)
        page = client.get(f"/admin/{question}")
        if client.get(f"/admin/{question.partition('?')[0]}").status_code == 200:
            assert page.status_code == 400, person.appointments.get()


@pytest.mark.django_db
def test_every_filter_of_every_list_still_asks(rf: Any) -> None:
    for model, desk in admin.site._registry.items():
        assert isinstance(desk, Desk)
        request = rf.get("/")
        request.user = factories.UserFactory.build()
        for one in desk.list_filter:
            if isinstance(one, type):
                wanted = [one.parameter_name]
            else:
                path, kind = (one, None) if isinstance(one, str) else one
                field = get_fields_from_path(model, path)[-1]
                make = kind or FieldListFilter.create
                spec = make(field, request, {}, model, desk, field_path=path)
                wanted = [name for name in spec.expected_parameters() if name]
            assert [name for name in wanted if not desk.lookup_allowed(name, "1", request)] == [], (model, one)


@pytest.mark.django_db
def test_administrator_gives_posts_to_others_and_none_to_oneself(client: Client) -> None:
    me, other = factories.administrator(full_name="A", language="en"), factories.UserFactory(full_name="B")
    agency = factories.epd_officer().appointments.get().agency
    client.force_login(me)
    for person in (me, other):
        fields = {"email": person.email, "full_name": "Renamed", "language": "en"}
        rows = appointment_rows(role="officer", agency=agency.pk)
        if person == me:
            rows |= {"appointments-TOTAL_FORMS": 2, "appointments-INITIAL_FORMS": 1} | {
                f"appointments-1-{name}": value for name, value in {"role": "officer", "agency": agency.pk}.items()
            }
            rows |= {"appointments-0-id": me.appointments.get().pk, "appointments-0-role": "officer"}
        client.post(f"/admin/accounts/user/{person.pk}/change/", fields | rows)
    assert list(me.appointments.values_list("role", "agency")) == [("administrator", None)]
    assert list(other.appointments.values_list("role", "agency")) == [("officer", agency.pk)]
