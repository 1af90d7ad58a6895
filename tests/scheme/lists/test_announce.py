from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.notifications.models import Message
from scheme.services.announce import announce_outcomes
from scheme.services.commend import commend
from scheme.services.lists import take_off
from tests import factories as make

pytestmark = pytest.mark.django_db
DECIDED = datetime(2026, 8, 11, 2, 0, tzinfo=UTC)
RELEASED = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def decided():
    """A round with two commended, one taken off, one not eligible, one under review; released later."""
    with time_machine.travel(DECIDED, tick=False):
        round_ = make.RoundFactory(notice_working_days=0, release_at=RELEASED)
        make.recommended(round_, 3, enterprise__language="zh-hant", enterprise__contact_email="a@works.example")
        from scheme.services.endorse import endorse_list
        from scheme.services.lists import propose_list
        from scheme.services.notice import publish_notice

        partner_list = make.checked(propose_list(round=round_, by=make.secretariat()))
        off = partner_list.entries.first()
        take_off(entry=off, by=make.epd_officer(), reason="The committee thought otherwise")
        publish_notice(partner_list=partner_list, by=make.secretariat())
        endorse_list(partner_list=partner_list, meeting=make.a_meeting(), by=make.epd_officer())
        commend(partner_list=partner_list, by=make.secretariat())
        category = off.application.category
        for state in ("ineligible", "under_review", "lapsed", "withdrawn", "draft"):
            make.ApplicationFactory(category=category, state=state)
    return round_


def test_nothing_is_announced_before_the_second_of_the_release(decided):
    assert announce_outcomes(RELEASED - timedelta(seconds=1)) == 0
    assert Message.objects.count() == 0
    assert announce_outcomes(RELEASED) == 4


def test_each_outcome_is_announced_once(decided):
    assert [announce_outcomes(RELEASED), announce_outcomes(RELEASED), announce_outcomes(RELEASED)] == [4, 0, 0]
    assert sorted(Message.objects.values_list("kind", flat=True)) == [
        "outcome-commended",
        "outcome-commended",
        "outcome-not-commended",
        "outcome-not-commended",
    ]


def test_congratulation_names_the_title_and_leads_to_the_dashboard(decided):
    announce_outcomes(RELEASED)
    mail = Message.objects.filter(kind="outcome-commended").first()
    assert (mail.to, mail.language) == ("a@works.example", "zh-hant")
    assert "-M-000" in mail.text
    assert reverse("dashboard") in mail.text


def test_courteous_words_give_no_reason_away(decided):
    announce_outcomes(RELEASED)
    for mail in Message.objects.filter(kind="outcome-not-commended"):
        assert "The committee thought otherwise" not in mail.text + mail.html


def test_submitter_of_another_address_is_told_too(decided):
    from scheme.models import PartnerApplication

    application = PartnerApplication.objects.filter(state="commended").first()
    make.MembershipFactory(enterprise=application.enterprise, user=application.started_by)
    announce_outcomes(RELEASED)
    keys = Message.objects.filter(key__startswith=f"outcome:{application.pk}").values_list("key", "to")
    assert set(keys) == {
        (f"outcome:{application.pk}", "a@works.example"),
        (f"outcome:{application.pk}:member", application.started_by.email),
    }


def test_history_entered_later_is_no_news(decided):
    assert announce_outcomes(RELEASED + timedelta(days=91)) == 0


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_mails_can_be_written_in_each_language(decided, language):
    from enterprises.models import Enterprise

    Enterprise.objects.update(language=language)
    announce_outcomes(RELEASED)
    assert set(Message.objects.values_list("language", flat=True)) == {language}
    assert not any("{{" in mail.text or "{%" in mail.text for mail in Message.objects.all())


def test_applicant_sees_and_is_mailed_the_same_before_release_whatever_was_decided(decided, client):
    """Embargo: commended and taken off look alike to their enterprises (the notice apart)."""
    from scheme.models import PartnerApplication
    from scheme.queries.stages import stage_for_applicant

    with time_machine.travel(RELEASED - timedelta(seconds=1), tick=False):
        stages = {
            stage_for_applicant(application).label
            for application in PartnerApplication.objects.filter(
                state__in=("commended", "not_recommended", "ineligible")
            )
        }
        assert len(stages) == 1
        for path in (reverse("home"), reverse("notices"), reverse("partners")):
            page = client.get(path).content.decode()
            assert "HKGDCPP-" not in page
    assert Message.objects.count() == 0
