import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from enterprises.models import JoinRequest, Membership
from enterprises.queries.enterprises import requests_of
from enterprises.queries.members import requests_to_answer, waiting_requests
from enterprises.services.join import MemberAlready, NotRegistered, answer_request, request_to_join
from portal.errors import Conflict, NotAllowed
from portal.notifications.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    membership = make.MembershipFactory(
        enterprise__br_number="12345678",
        enterprise__name_en="Secret Dyeing Limited",
        user__language="zh-hant",
        user__email="owner@demo.example",
    )
    return membership.user


@pytest.fixture
def asking():
    return make.UserFactory(email="asking@demo.example", full_name="Wong Mei", language="zh-hans")


def mails():
    return list(Message.objects.order_by("pk").values_list("kind", "to", "language"))


def test_every_owner_gets_a_mail_and_nobody_else(owner, asking):
    enterprise = owner.memberships.get().enterprise
    second = make.MembershipFactory(enterprise=enterprise, user__email="second@demo.example").user
    make.MembershipFactory(enterprise=enterprise, role="editor")
    request_to_join(br_number="1234-5678", by=asking, message="I am the\r\nplant manager")
    assert mails() == [("join-request", "owner@demo.example", "zh-hant"), ("join-request", second.email, "en")]
    assert "Wong Mei (asking@demo.example)" in Message.objects.latest("pk").text
    assert [list(requests_to_answer(p)) for p in (owner, asking)] == [list(waiting_requests(enterprise)), []]


def test_asking_twice_writes_once(owner, asking):
    first = request_to_join(br_number="12345678", by=asking)
    assert request_to_join(br_number="12345678", by=asking) == first
    assert len(mails()) == 1


def test_number_that_is_unknown_or_unsound_or_ones_own_is_refused(owner, asking):
    with pytest.raises(NotRegistered):
        request_to_join(br_number="12345679", by=asking)
    with pytest.raises(ValidationError):
        request_to_join(br_number="1234", by=asking)
    with pytest.raises(MemberAlready):
        request_to_join(br_number="12345678", by=owner)
    assert JoinRequest.objects.count() == 0


def test_owner_lets_in_with_a_role_and_the_person_gets_a_mail(owner, asking):
    request = request_to_join(br_number="12345678", by=asking)
    answer_request(join_request=request, accept=True, role="editor", by=owner)
    assert asking.memberships.get().role == "editor"
    assert mails()[1:] == [("join-answer", "asking@demo.example", "zh-hans")]
    assert list(requests_of(asking)) == []


def test_declined_person_learns_nothing_and_may_ask_again(owner, asking):
    request = request_to_join(br_number="12345678", by=asking)
    answer_request(join_request=request, accept=False, by=owner)
    message = Message.objects.latest("pk")
    assert "12345678" in message.text
    for secret in ("Secret", "潔業", "洁业", "owner@demo.example"):
        assert secret not in message.subject + message.text
    assert not asking.memberships.exists()
    assert [r.state for r in requests_of(asking)] == ["declined"]
    assert request_to_join(br_number="12345678", by=asking) != request


@pytest.mark.parametrize("role", ["editor", "viewer", "stranger", "asking"])
def test_only_owners_answer(owner, asking, role):
    request = request_to_join(br_number="12345678", by=asking)
    if role == "asking":
        person = asking
    elif role == "stranger":
        person = make.MembershipFactory().user
    else:
        person = make.MembershipFactory(enterprise=request.enterprise, role=role).user
    with pytest.raises(NotAllowed):
        answer_request(join_request=request, accept=True, role="owner", by=person)
    request.refresh_from_db()
    assert request.state == "waiting"


def test_request_is_answered_once(owner, asking):
    request = request_to_join(br_number="12345678", by=asking)
    answer_request(join_request=request, accept=False, by=owner)
    with pytest.raises(Conflict):
        answer_request(join_request=request, accept=True, by=owner)
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        JoinRequest.objects.update(state="accepted")
    assert Membership.objects.count() == 1
    assert len(mails()) == 2
