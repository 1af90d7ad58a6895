from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils.timezone import localdate

from enterprises.models import City, Site
from enterprises.queries.enterprises import sites_of
from enterprises.services.sites import add_site, close_site, reopen_site, update_site
from portal.errors import Invalid, NotAllowed
from tests import factories as make

pytestmark = pytest.mark.django_db
CODE = "91440101MA59C2BU0H"


def fields(city="dongguan", **changed):
    return {
        "name_en": "Dongguan factory",
        "city": City.objects.get(code=city),
        "address": "1 Industrial Road",
        "uscc": CODE,
        "headcount": 120,
        "link": "sole_owner",
        **changed,
    }


@pytest.mark.parametrize("role", ["owner", "editor"])
def test_owners_and_editors_add_sites(role):
    membership = make.MembershipFactory(role=role)
    site = add_site(enterprise=membership.enterprise, by=membership.user, **fields(uscc="91440101 ma59c2bu0h"))
    assert (site.uscc, site.enterprise) == (CODE, membership.enterprise)


def test_viewers_and_strangers_touch_no_site():
    site = make.SiteFactory()
    viewer = make.MembershipFactory(role="viewer", enterprise=site.enterprise).user
    stranger = make.MembershipFactory(role="owner").user
    for person in (viewer, stranger):
        for act in (
            lambda by: add_site(enterprise=site.enterprise, by=by, **fields(name_en="Other")),
            lambda by: update_site(site=site, by=by, headcount=1),
            lambda by: close_site(site=site, by=by, on=localdate()),
            lambda by: reopen_site(site=site, by=by),
        ):
            with pytest.raises(NotAllowed):
                act(person)
    assert list(Site.objects.values_list("headcount", "closed_on")) == [(200, None)]


@pytest.mark.parametrize(
    ("city", "code", "link", "wrong"),
    [
        ("dongguan", "", "sole_owner", ["uscc"]),
        ("dongguan", CODE[:-1] + "X", "sole_owner", ["uscc"]),
        ("dongguan", CODE, "hong_kong_factory", ["link"]),
        ("dongguan", CODE, "hong_kong_workshop", ["link"]),
        ("hong-kong", CODE, "hong_kong_factory", ["uscc"]),
        ("hong-kong", "", "sole_owner", ["link"]),
        ("hong-kong", CODE, "processing", ["link", "uscc"]),
        ("hong-kong", "", "office", []),
        ("hong-kong", "", "hong_kong_workshop", []),
        ("shenzhen", CODE, "office", []),
        ("shenzhen", CODE, "joint_venture", []),
        ("shenzhen", CODE, "processing", []),
        ("shenzhen", CODE, "resident", []),
    ],
)
def test_code_and_link_suit_the_place(city, code, link, wrong):
    membership = make.MembershipFactory()
    given = fields(city, uscc=code, link=link)
    try:
        add_site(enterprise=membership.enterprise, by=membership.user, **given)
        found = []
    except Invalid as refusal:
        found = sorted(refusal.problems)
    assert found == wrong
    assert Site.objects.count() == (0 if wrong else 1)


def test_same_site_sent_twice_is_added_once():
    membership = make.MembershipFactory()
    first = add_site(enterprise=membership.enterprise, by=membership.user, **fields())
    second = add_site(enterprise=membership.enterprise, by=membership.user, **fields())
    assert first == second
    assert Site.objects.count() == 1


def test_site_is_closed_and_opened_again_but_not_in_the_future():
    site = make.SiteFactory()
    owner = make.MembershipFactory(enterprise=site.enterprise).user
    with pytest.raises(Invalid):
        close_site(site=site, by=owner, on=localdate() + timedelta(days=1))
    assert close_site(site=site, by=owner, on=localdate()).closed_on == localdate()
    later = make.SiteFactory(enterprise=site.enterprise)
    assert list(sites_of(site.enterprise)) == [later, site]
    assert reopen_site(site=site, by=owner).closed_on is None
    assert list(sites_of(site.enterprise)) == [site, later]


def test_moving_a_site_to_hong_kong_asks_for_link_and_code_again():
    site = make.SiteFactory()
    owner = make.MembershipFactory(enterprise=site.enterprise).user
    with pytest.raises(Invalid) as refusal:
        update_site(site=site, by=owner, city=City.objects.get(code="hong-kong"))
    assert sorted(refusal.value.problems) == ["link", "uscc"]
    site.refresh_from_db()
    assert site.city.code == "dongguan"


def test_database_refuses_a_code_without_its_shape():
    with pytest.raises(IntegrityError, match="uscc_has_its_shape"):
        make.SiteFactory(uscc="91440101ma59c2bu0h")
