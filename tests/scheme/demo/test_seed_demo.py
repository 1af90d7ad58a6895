"""What the demonstration holds, and that loading it is safe."""

import json
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone
from stdnum.cn import uscc

from enterprises.models import Enterprise, Membership, Site
from portal.accounts.models import Agency, User
from portal.casework.invariants import breaches
from portal.notifications.models import Message
from scheme.management.commands.check_invariants import MACHINES
from scheme.models import (
    ApplicationMove,
    ApplicationVersion,
    Ceremony,
    Certificate,
    Commendation,
    Guest,
    Mark,
    PartnerApplication,
    PartnerList,
    Review,
    Round,
)
from scheme.queries.invariants import World
from scheme.queries.stages import stage_for_applicant
from scheme.services.demo.data import demo_data
from tests.scheme.demo.demonstration import demonstration

__all__ = ["demonstration"]

COUNTED = (
    User, EmailAddress, Agency, Enterprise, Site, Membership, Round, PartnerApplication, ApplicationVersion,
    ApplicationMove, Review, Mark, PartnerList, Commendation, Certificate, Ceremony, Guest, Message,
)  # fmt: skip


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


def world() -> World:
    return World(machines=MACHINES, now=timezone.localtime())


@pytest.fixture
def loaded(demonstration: Path, settings: object, db: None) -> None:
    settings.MEDIA_ROOT = demonstration  # type: ignore[attr-defined]


def test_sixth_round_has_102_partners(loaded: None) -> None:
    rows = Commendation.objects.filter(round__year=2015).values_list("title").annotate(number=Count("pk")).order_by()
    assert dict(rows) == {"manufacturing": 80, "sourcing": 4, "technology_service": 18}


def test_sixth_round_has_its_ceremony_and_meeting(loaded: None) -> None:
    ceremony = Ceremony.objects.get(round__year=2015)
    assert timezone.localdate(ceremony.starts_at).isoformat() == "2015-02-05"
    assert ceremony.city.code == "guangzhou"
    assert 165 <= ceremony.guests.count() <= 175
    assert ceremony.guests.filter(receives_award=True).count() == 102
    meeting = PartnerList.objects.get(round__year=2015).meeting
    assert (meeting.number, meeting.held_on.isoformat()) == (1, "2015-02-05")


def test_certificates_bear_the_names_of_their_day(loaded: None) -> None:
    round_ = Round.objects.get(year=2015)
    names = [agency.name_on(round_.signed_on) for agency in (round_.signatory_hong_kong, round_.signatory_guangdong)]
    assert [name.name_en for name in names] == [
        "Environment Bureau",
        "Economic and Information Commission of Guangdong Province",
    ]


def test_titles_of_2015_have_run_out_and_recent_ones_are_valid(loaded: None) -> None:
    sixth = Commendation.objects.filter(round__year=2015)
    assert {row.standing for row in sixth} == {"expired"}
    assert set(sixth.values_list("valid_from", "valid_until")) == {
        (timezone.datetime(2015, 2, 5).date(), timezone.datetime(2017, 2, 4).date())
    }
    recent = Commendation.objects.filter(round__year=timezone.localdate().year - 1)
    assert {row.standing for row in recent} == {"valid"}
    assert recent.count() == 12
    assert recent.exclude(renews=None).count() == 6


def test_demonstration_keeps_every_rule(loaded: None) -> None:
    assert list(breaches(world())) == []


def test_loading_again_adds_nothing(loaded: None) -> None:
    before = counts()
    call_command("seed_demo", "--round", "2015", stdout=StringIO())
    assert counts() == before


def test_everybody_signs_in_with_the_demonstration_password(loaded: None, settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # type: ignore[attr-defined]
    for row in demo_data("people")["people"]:
        user = authenticate(None, username=row["email"], password=configured.DEMO_PASSWORD)
        assert user is not None, row["email"]
        assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1
        assert user.is_staff == ("posts" in row)


def test_nobody_invented_for_an_enterprise_can_sign_in(loaded: None) -> None:
    known = [row["email"] for row in demo_data("people")["people"]]
    assert {user.has_usable_password() for user in User.objects.exclude(email__in=known)} == {False}


def test_roles_of_the_demonstration_enterprise(loaded: None) -> None:
    rows = Membership.objects.filter(user__email__endswith="@demo.example").values_list("user__email", "role")
    assert dict(rows) == {
        "enterprise@demo.example": "owner",
        "editor@demo.example": "editor",
        "viewer@demo.example": "viewer",
        "stranger@demo.example": "owner",
    }


def test_invented_enterprises_are_marked_as_such(loaded: None) -> None:
    for enterprise in Enterprise.objects.prefetch_related("sites__city"):
        assert 90000001 <= int(enterprise.br_number) <= 90000999
        assert enterprise.contact_email.endswith(".example")
        assert enterprise.name_zh_hant
        assert enterprise.name_zh_hans
        for site in enterprise.sites.all():
            assert uscc.is_valid(site.uscc) == site.city.in_mainland
    longest = Enterprise.objects.get(name_en__startswith="Evergreen Strait")
    assert (len(longest.name_en), len(longest.name_zh_hant)) == (60, 20)


def test_every_city_of_guangdong_has_a_partner_of_2015(loaded: None) -> None:
    cities = Commendation.objects.filter(round__year=2015, city__in_mainland=True).values_list("city__code")
    assert len(set(cities)) == 21


def test_open_round_has_work_at_every_stage(loaded: None) -> None:
    rows = PartnerApplication.objects.filter(category__round__year=timezone.localdate().year)
    assert {row.state for row in rows} == {
        "draft", "submitted", "screening", "clarification", "assessment", "under_review", "reconciliation",
        "recommended", "not_recommended", "withdrawn", "ineligible", "lapsed",
    }  # fmt: skip
    sealed = rows.filter(state="under_review", reviews__state="complete")
    assert {review.side for row in sealed for review in row.reviews.filter(state="complete")} == {
        "hong_kong",
        "guangdong",
    }


def test_open_round_shows_no_outcome(loaded: None) -> None:
    rows = PartnerApplication.objects.filter(category__round__year=timezone.localdate().year)
    decided = rows.filter(state__in=("recommended", "not_recommended", "ineligible")).select_related("category__round")
    assert decided.count() == 5
    under_review = rows.filter(state="under_review").select_related("category__round").first()
    assert {stage_for_applicant(row) for row in decided} == {stage_for_applicant(under_review)}
    assert not Message.objects.filter(kind__startswith="outcome").exists()


def test_counts_of_the_export(loaded: None, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    call_command("export_commendations", "--round", "2015", "--format", "json", "--lang", "en", "--output", str(file))
    assert json.loads(file.read_text(encoding="utf-8"))["counts"] == {
        "total": 102,
        "manufacturing": 80,
        "sourcing": 4,
        "technology_service": 18,
    }
