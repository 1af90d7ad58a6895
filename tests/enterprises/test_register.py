from threading import Barrier, Thread

import pytest
from django.db import connection

from enterprises.models import Enterprise, Industry, Membership
from enterprises.services.register import AlreadyRegistered, fingerprint, register_enterprise, update_enterprise
from enterprises.services.script import simplified
from portal.errors import Conflict, Invalid, NotAllowed
from tests import factories as make

pytestmark = pytest.mark.django_db


def fields(**changed):
    return {
        "name_en": "Bright Printing Limited",
        "name_zh_hant": "光明印務有限公司",
        "kind": "manufacturer",
        "industry": Industry.objects.get(code="printing-and-publishing"),
        "contact_name": "Chan Siu Ming",
        "contact_email": "chan@bright.example",
        "contact_phone": "2345 6789",
        **changed,
    }


def test_registering_makes_the_person_owner():
    person = make.UserFactory()
    enterprise = register_enterprise(by=person, br_number="1234 5678", **fields())
    assert [(m.user, m.role) for m in enterprise.memberships.all()] == [(person, "owner")]
    assert (enterprise.br_number, str(enterprise.contact_phone)) == ("12345678", "+85223456789")


def test_simplified_name_is_filled_when_left_blank_and_kept_when_given():
    person = make.UserFactory()
    proposed = register_enterprise(by=person, br_number="12345678", **fields())
    own = register_enterprise(by=person, br_number="12345679", **fields(name_zh_hans="光明印刷厂"))
    assert (proposed.name_zh_hans, own.name_zh_hans) == ("光明印务有限公司", "光明印刷厂")
    assert simplified("") == ""


def test_number_that_is_registered_is_refused_and_tells_nothing():
    taken = make.EnterpriseFactory(br_number="12345678", name_en="Secret Dyeing Limited")
    with pytest.raises(AlreadyRegistered) as refusal:
        register_enterprise(by=make.UserFactory(), br_number="12345678", **fields())
    assert vars(refusal.value) == {"now": "", "br_number": "12345678"}
    assert Enterprise.objects.get() == taken


def test_unsound_fields_are_named_and_nothing_is_kept():
    with pytest.raises(Invalid) as refusal:
        register_enterprise(
            by=make.UserFactory(),
            br_number="1234",
            **fields(name_en="\u202e", contact_phone="12", contact_email="nobody", kind="bank"),
        )
    assert sorted(refusal.value.problems) == ["br_number", "contact_email", "contact_phone", "kind", "name_en"]
    assert Enterprise.objects.count() == 0


def test_long_names_and_marks_do_no_harm():
    person = make.UserFactory()
    with pytest.raises(Invalid) as refusal:
        register_enterprise(by=person, br_number="12345678", **fields(name_en="A" * 10_000, name_zh_hant="厂" * 10_000))
    # The Traditional name is too long, and so is what is proposed from it.
    assert sorted(refusal.value.problems) == ["name_en", "name_zh_hans", "name_zh_hant"]
    enterprise = register_enterprise(by=person, br_number="12345678", **fields(name_en="\u202eGreen 🌿\u200f Works"))
    assert enterprise.name_en == "Green 🌿 Works"


def test_only_known_fields_can_be_set():
    with pytest.raises(TypeError):
        register_enterprise(by=make.UserFactory(), br_number="12345678", **fields(pk=7))


@pytest.mark.django_db(transaction=True)
def test_two_people_registering_one_number_at_once_make_one_enterprise():
    people = make.UserFactory.create_batch(4)
    given = fields()
    start, outcomes = Barrier(4), []

    def register(person):
        start.wait()
        try:
            register_enterprise(by=person, br_number="12345678", **given)
            outcomes.append("registered")
        except AlreadyRegistered:
            outcomes.append("led to the request")
        finally:
            connection.close()

    threads = [Thread(target=register, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["led to the request"] * 3 + ["registered"]
    assert Membership.objects.count() == Enterprise.objects.count() == 1


@pytest.mark.parametrize("role", ["owner", "editor"])
def test_owners_and_editors_change_the_data(role):
    membership = make.MembershipFactory(role=role)
    enterprise = membership.enterprise
    update_enterprise(enterprise=enterprise, by=membership.user, was=fingerprint(enterprise), contact_name="Lee")
    enterprise.refresh_from_db()
    assert enterprise.contact_name == "Lee"


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_viewers_and_strangers_change_nothing(who):
    enterprise = make.EnterpriseFactory()
    person = make.MembershipFactory(role="viewer", enterprise=enterprise).user
    if who == "stranger":
        person = make.MembershipFactory(role="owner").user
    with pytest.raises(NotAllowed):
        update_enterprise(enterprise=enterprise, by=person, was=fingerprint(enterprise), contact_name="Lee")
    enterprise.refresh_from_db()
    assert enterprise.contact_name == "Chan Siu Ming"


def test_second_of_two_colleagues_is_told_and_overwrites_nothing():
    membership = make.MembershipFactory()
    enterprise = membership.enterprise
    was = fingerprint(enterprise)
    update_enterprise(enterprise=enterprise, by=membership.user, was=was, contact_name="First")
    with pytest.raises(Conflict):
        update_enterprise(enterprise=enterprise, by=membership.user, was=was, contact_name="Second")
    enterprise.refresh_from_db()
    assert enterprise.contact_name == "First"


def test_derived_fields_are_not_set_by_members():
    membership = make.MembershipFactory()
    enterprise = membership.enterprise
    with pytest.raises(TypeError):
        update_enterprise(enterprise=enterprise, by=membership.user, was=fingerprint(enterprise), pinyin="zzz")
