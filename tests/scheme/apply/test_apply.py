"""Starting, submitting, withdrawing."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from portal.casework.services.freeze import sha256
from portal.errors import Closed, Conflict, Incomplete, NotAllowed, ReasonNeeded
from portal.notifications.models import Message
from scheme.models import ApplicationVersion, PartnerApplication
from scheme.services.apply import content_of, start_application, submit_application, withdraw_application
from tests import factories as make

pytestmark = pytest.mark.django_db
State = PartnerApplication.State


def test_start_gives_numbers_of_the_year_in_order_and_one_draft_a_category():
    category = make.CategoryFactory(round__year=2041)
    first, second = make.MembershipFactory.create_batch(2)
    one = start_application(enterprise=first.enterprise, category=category, by=first.user)
    two = start_application(enterprise=second.enterprise, category=category, by=second.user)
    again = start_application(enterprise=first.enterprise, category=category, by=first.user)
    assert [one.reference, two.reference, again.reference] == ["RS-2041-00001", "RS-2041-00002", "RS-2041-00001"]
    assert PartnerApplication.objects.count() == 2


@pytest.mark.parametrize("role", ["viewer", None])
def test_start_is_for_editors_of_the_enterprise(role):
    category = make.CategoryFactory()
    enterprise = make.EnterpriseFactory()
    by = make.MembershipFactory(enterprise=enterprise, role=role).user if role else make.MembershipFactory().user
    with pytest.raises(NotAllowed):
        start_application(enterprise=enterprise, category=category, by=by)
    assert PartnerApplication.objects.count() == 0


def test_start_is_refused_outside_the_round():
    member = make.MembershipFactory()
    category = make.CategoryFactory()
    for moment in (category.round.opens_at - timedelta(seconds=1), category.round.closes_at + timedelta(seconds=1)):
        with time_machine.travel(moment, tick=False), pytest.raises(Closed):
            start_application(enterprise=member.enterprise, category=category, by=member.user)
    assert PartnerApplication.objects.count() == 0


def test_submit_freezes_what_was_typed_with_its_hash_and_mails_the_receipt(application, owner):
    expected = content_of(application)
    submitted = submit_application(application=application, by=owner)
    version = ApplicationVersion.objects.get()
    assert (submitted.state, version.number, version.content, version.sha256) == (
        State.SUBMITTED, 1, expected, sha256(expected)
    )  # fmt: skip
    assert submitted.submitted_at == submitted.moves.get().at
    assert sorted(Message.objects.values_list("key", "to")) == [
        (f"receipt:{application.pk}", owner.email),
        (f"receipt:{application.pk}:contact", application.enterprise.contact_email),
    ]


def test_content_keeps_money_in_cents_and_numbers_without_grouping(application):
    measure = content_of(application)["measures"][0]
    assert {k: measure[k] for k in ("year", "investment_cents", "energy_kwh", "water_m3", "savings_cents")} == {
        "year": "2024", "investment_cents": 125_000_050, "energy_kwh": "320000", "water_m3": None,
        "savings_cents": 28_000_000,
    }  # fmt: skip


def test_submit_twice_changes_nothing(application, owner):
    submit_application(application=application, by=owner)
    messages = Message.objects.count()
    again = submit_application(application=application, by=owner, seen="stale")
    assert (again.state, ApplicationVersion.objects.count(), again.moves.count(), Message.objects.count()) == (
        State.SUBMITTED, 1, 1, messages
    )  # fmt: skip


def test_submit_at_the_closing_second_and_not_one_later(application, owner):
    closes_at = application.category.round.closes_at.replace(microsecond=0)
    application.category.round.closes_at = closes_at
    application.category.round.save()
    with time_machine.travel(closes_at + timedelta(seconds=1), tick=False), pytest.raises(Closed):
        submit_application(application=application, by=owner)
    assert ApplicationVersion.objects.count() == 0
    with time_machine.travel(closes_at, tick=False):
        assert submit_application(application=application, by=owner).submitted_at == closes_at


def test_submit_after_closing_with_an_extension_of_its_own(application, owner):
    closes_at = application.category.round.closes_at
    until = closes_at + timedelta(days=2)
    application.extensions.create(until=until, reason="Typhoon", granted_by=make.secretariat())
    with time_machine.travel(until + timedelta(seconds=1), tick=False), pytest.raises(Closed):
        submit_application(application=application, by=owner)
    with time_machine.travel(until, tick=False):
        assert submit_application(application=application, by=owner).state == State.SUBMITTED


def test_submit_names_the_sections_that_are_not_complete(application, owner):
    application.parts.filter(key="measures").delete()
    application.parts.filter(key="audit").update(data={"audited_on": "31/2/2024"})
    with pytest.raises(Incomplete) as refusal:
        submit_application(application=application, by=owner)
    assert refusal.value.missing == ["Improvement measures", "Cleaner production audit"]
    assert (PartnerApplication.objects.get().state, ApplicationVersion.objects.count()) == (State.DRAFT, 0)


def test_submit_of_a_page_that_is_no_longer_what_stands_asks_to_look_again(application, owner):
    seen = sha256(content_of(application))
    application.parts.filter(key="declaration").update(data={"name": "Wong", "post": "Manager", "agreed": "yes"})
    with pytest.raises(Conflict):
        submit_application(application=application, by=owner, seen=seen)
    assert PartnerApplication.objects.get().state == State.DRAFT


def test_withdraw_needs_a_reason_and_lets_the_enterprise_start_again(application, owner):
    submit_application(application=application, by=owner)
    with pytest.raises(ReasonNeeded):
        withdraw_application(application=application, by=owner, reason="  ")
    withdraw_application(application=application, by=owner, reason="The factory moves.")
    withdraw_application(application=application, by=owner, reason="Again")
    assert list(application.moves.values_list("move", "reason")) == [("submit", ""), ("withdraw", "The factory moves.")]
    assert Message.objects.filter(kind="withdrawn").count() == 2
    new = start_application(enterprise=application.enterprise, category=application.category, by=owner)
    assert (new.pk != application.pk, new.state) == (True, State.DRAFT)


@pytest.mark.parametrize("state", [State.UNDER_REVIEW, State.RECOMMENDED, State.NOT_RECOMMENDED, State.INELIGIBLE])
def test_withdraw_looks_the_same_with_and_without_an_unreleased_decision(state):
    case = make.ApplicationFactory(state=state)
    owner = make.MembershipFactory(enterprise=case.enterprise).user
    withdrawn = withdraw_application(application=case, by=owner, reason="No longer wanted")
    mail = Message.objects.get(key=f"withdrawn:{case.pk}")
    assert (withdrawn.state, mail.subject) == (
        State.WITHDRAWN, f"Your application {case.reference} has been withdrawn"
    )  # fmt: skip


@pytest.mark.parametrize("state", [State.NOT_RECOMMENDED, State.INELIGIBLE, State.ENDORSED, State.LAPSED])
def test_withdraw_is_refused_once_the_outcome_is_known(state):
    case = make.ApplicationFactory(state=state)
    owner = make.MembershipFactory(enterprise=case.enterprise).user
    with time_machine.travel(case.category.round.release_at, tick=False), pytest.raises(Conflict) as refusal:
        withdraw_application(application=case, by=owner, reason="Too late")
    assert refusal.value.now == ""


@pytest.mark.django_db(transaction=True)
def test_two_threads_submitting_make_one_version(application, owner):
    run_at_once(lambda: submit_application(application=application, by=owner), times=4)
    assert (ApplicationVersion.objects.count(), application.moves.count()) == (1, 1)
    assert Message.objects.filter(key=f"receipt:{application.pk}").count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_starts_give_each_enterprise_one_draft_and_its_own_number():
    category = make.CategoryFactory(round__year=2042)
    members = make.MembershipFactory.create_batch(3)
    starts = [lambda m=m: start_application(enterprise=m.enterprise, category=category, by=m.user) for m in members * 2]
    run_at_once(*starts)
    assert sorted(PartnerApplication.objects.values_list("reference", flat=True)) == [
        "RS-2042-00001", "RS-2042-00002", "RS-2042-00003"
    ]  # fmt: skip


def run_at_once(*calls, times: int = 1) -> None:
    failures: list[Exception] = []

    def run(call) -> None:
        try:
            call()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls * times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
