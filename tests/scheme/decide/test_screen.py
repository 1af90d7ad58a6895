"""Screening and the on-site assessment."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.errors import Closed, Conflict, Incomplete, NotAllowed, ReasonNeeded
from scheme.models import EligibilityItem, PartnerApplication
from scheme.services import assess, screen
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State


def screening(**fields) -> tuple[PartnerApplication, list[EligibilityItem]]:
    application = cases.case_in(State.SCREENING, **fields)
    return application, make.EligibilityItemFactory.create_batch(2, category=application.category)


def test_eligible_case_goes_to_review_with_a_due_date_in_working_days():
    application, items = screening(category__round__review_working_days=3)
    officer = make.epd_officer()
    for item in items:
        screen.record_check(application=application, item=item, result="met", by=officer)
    # Wednesday before Good Friday: Thursday, then Friday and Monday are holidays in Hong Kong, then two more days.
    with time_machine.travel("2025-04-16T10:00:00+08:00"):
        screen.send_on(application=application, by=officer)
    application.refresh_from_db()
    assert (application.state, application.review_due_on) == (State.UNDER_REVIEW, date(2025, 4, 23))


def test_case_is_not_sent_on_before_every_line_is_met_and_the_gaps_are_named():
    application, items = screening()
    officer = make.secretariat()
    screen.record_check(application=application, item=items[0], result="met", by=officer)
    screen.record_check(application=application, item=items[1], result="unclear", note="No licence.", by=officer)
    with pytest.raises(Incomplete) as refusal:
        screen.send_on(application=application, by=officer)
    assert refusal.value.missing == [items[1].text]
    assert PartnerApplication.objects.get(pk=application.pk).state == State.SCREENING


def test_second_check_of_a_line_replaces_the_first():
    application, items = screening()
    first, second = make.epd_officer(), make.gdeic_officer()
    screen.record_check(application=application, item=items[0], result="unclear", by=first)
    screen.record_check(application=application, item=items[0], result="met", note="Seen.", by=second)
    check = application.screening_checks.get()
    assert (check.result, check.note, check.checked_by) == ("met", "Seen.", second)


def test_line_of_another_category_and_an_unknown_result_are_refused():
    application, items = screening()
    foreign = make.EligibilityItemFactory()
    officer = make.epd_officer()
    for item, result in ((foreign, "met"), (items[0], "excellent")):
        with pytest.raises(NotAllowed):
            screen.record_check(application=application, item=item, result=result, by=officer)
    assert not application.screening_checks.exists()


def test_checklist_is_closed_outside_screening_and_to_people_in_conflict():
    application, items = screening()
    with pytest.raises(NotAllowed):
        screen.record_check(
            application=application, item=items[0], result="met", by=cases.in_conflict(make.epd_officer(), application)
        )
    screen.find_ineligible(application=application, by=make.epd_officer(), reason="No site.")
    with pytest.raises(Conflict):
        screen.record_check(application=application, item=items[0], result="met", by=make.epd_officer())


def test_not_eligible_needs_a_reason():
    application, _items = screening()
    with pytest.raises(ReasonNeeded):
        screen.find_ineligible(application=application, by=make.epd_officer(), reason=" ")


def test_category_with_a_visit_goes_to_assessment_and_is_reported_by_the_secretariat():
    application, items = screening(category__on_site_assessment=True)
    officer, secretariat = make.epd_officer(), make.secretariat()
    for item in items:
        screen.record_check(application=application, item=item, result="met", by=officer)
    assert screen.send_on(application=application, by=officer).state == State.ASSESSMENT
    facts = {"visited_on": timezone.localdate(), "assessors": "Ms Ho", "facts": "Seen.", "conclusion": "Good."}
    with pytest.raises(NotAllowed):
        assess.report_assessment(application=application, by=officer, **facts)
    with pytest.raises(Incomplete):
        assess.report_assessment(application=application, by=secretariat, **facts | {"facts": " "})
    with pytest.raises(Closed):
        assess.report_assessment(
            application=application, by=secretariat, **facts | {"visited_on": timezone.localdate() + timedelta(days=1)}
        )
    assess.report_assessment(application=application, by=secretariat, **facts)
    application = PartnerApplication.objects.get(pk=application.pk)
    assert (application.state, application.on_site_report.reported_by) == (State.UNDER_REVIEW, secretariat)
    assert application.review_due_on is not None
    with pytest.raises(Conflict):
        assess.report_assessment(application=application, by=secretariat, **facts)
