import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone

from enterprises.models import Invitation, Membership
from enterprises.queries.members import hashed, invitation_by_token, unanswered_invitations
from enterprises.services.invite import (
    InvitationGone,
    IsMember,
    OtherAddress,
    accept_invitation,
    invite_member,
    resend_invitation,
    withdraw_invitation,
)
from portal.errors import Conflict, NotAllowed
from portal.notifications.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make.MembershipFactory(enterprise__name_en="Bright Printing Limited").user


@pytest.fixture
def enterprise(owner):
    return owner.memberships.get().enterprise


def invite(enterprise, owner, email="new@demo.example", role="editor", language="en"):
    return invite_member(enterprise=enterprise, email=email, role=role, language=language, by=owner)


def mailed_token():
    return re.search(r"/enterprises/invitations/([\w-]+)/", Message.objects.latest("pk").text).group(1)


def person(email, *, confirmed=True, **fields):
    user = make.UserFactory(email=email, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=confirmed, primary=True)
    return user


def test_invited_person_becomes_member_with_the_role(enterprise, owner):
    invite(enterprise, owner, "New@Demo.example")
    invited = person("new@demo.example")
    membership = accept_invitation(token=mailed_token(), by=invited)
    assert (membership.user, membership.enterprise, membership.role) == (invited, enterprise, "editor")
    assert not unanswered_invitations(enterprise).exists()


def test_token_is_kept_as_its_hash_only(enterprise, owner):
    invitation = invite(enterprise, owner)
    token = mailed_token()
    assert invitation.token_sha256 == hashed(token)
    assert token not in str(list(Invitation.objects.values()))


def test_mail_is_in_the_language_of_the_reader(enterprise, owner):
    person("known@demo.example", language="zh-hans")
    invite(enterprise, owner, "known@demo.example", language="en")
    invite(enterprise, owner, "unknown@demo.example", language="zh-hant")
    assert list(Message.objects.order_by("pk").values_list("to", "language")) == [
        ("known@demo.example", "zh-hans"),
        ("unknown@demo.example", "zh-hant"),
    ]


@pytest.mark.parametrize("role", ["editor", "viewer", "stranger"])
def test_only_owners_invite_send_again_and_withdraw(enterprise, owner, role):
    invitation = invite(enterprise, owner)
    other = (
        make.MembershipFactory().user
        if role == "stranger"
        else make.MembershipFactory(enterprise=enterprise, role=role).user
    )
    for act in (
        lambda: invite(enterprise, other, "friend@demo.example"),
        lambda: resend_invitation(invitation=invitation, by=other),
        lambda: withdraw_invitation(invitation=invitation, by=other),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Message.objects.count() == 1
    assert invitation_by_token(mailed_token()) == invitation


def test_member_is_not_invited(enterprise, owner):
    make.MembershipFactory(enterprise=enterprise, user__email="colleague@demo.example")
    with pytest.raises(IsMember):
        invite(enterprise, owner, "Colleague@demo.example")


def test_inviting_again_renews_and_the_older_link_stops_working(enterprise, owner):
    first = invite(enterprise, owner)
    old = mailed_token()
    second = invite(enterprise, owner, "NEW@demo.example", role="viewer")
    assert (first, Invitation.objects.count(), Message.objects.count()) == (second, 1, 2)
    invited = person("new@demo.example")
    with pytest.raises(InvitationGone):
        accept_invitation(token=old, by=invited)
    assert accept_invitation(token=mailed_token(), by=invited).role == "viewer"


def test_sending_again_prolongs_an_expired_invitation(enterprise, owner):
    invitation = invite(enterprise, owner)
    invited = person("new@demo.example")
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        with pytest.raises(InvitationGone):
            accept_invitation(token=mailed_token(), by=invited)
        resend_invitation(invitation=invitation, by=owner)
        assert accept_invitation(token=mailed_token(), by=invited).user == invited


def test_link_works_until_its_last_second(enterprise, owner):
    invitation = invite(enterprise, owner)
    invited = person("new@demo.example")
    with time_machine.travel(invitation.expires_at, tick=False), pytest.raises(InvitationGone):
        accept_invitation(token=mailed_token(), by=invited)
    with time_machine.travel(invitation.expires_at - timedelta(seconds=1), tick=False):
        assert accept_invitation(token=mailed_token(), by=invited).user == invited


def test_withdrawn_and_unknown_links_are_gone(enterprise, owner):
    invitation = invite(enterprise, owner)
    invited = person("new@demo.example")
    withdraw_invitation(invitation=invitation, by=owner)
    for token in (mailed_token(), "unknown", "", "\ud800"):
        with pytest.raises(InvitationGone):
            accept_invitation(token=token, by=invited)
    for act in (withdraw_invitation, resend_invitation):
        with pytest.raises(Conflict):
            act(invitation=invitation, by=owner)
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(("email", "confirmed"), [("other@demo.example", True), ("new@demo.example", False)])
def test_link_works_only_with_that_address_confirmed(enterprise, owner, email, confirmed):
    invite(enterprise, owner)
    with pytest.raises(OtherAddress):
        accept_invitation(token=mailed_token(), by=person(email, confirmed=confirmed))
    assert Membership.objects.count() == 1


def test_second_click_is_harmless_and_used_links_let_nobody_else_in(enterprise, owner):
    invite(enterprise, owner)
    invited = person("new@demo.example")
    first = accept_invitation(token=mailed_token(), by=invited)
    assert accept_invitation(token=mailed_token(), by=invited) == first
    first.delete()
    with pytest.raises(InvitationGone):
        accept_invitation(token=mailed_token(), by=invited)


def test_member_who_accepts_keeps_the_role_and_a_waiting_request_is_answered(enterprise, owner):
    invited = person("new@demo.example")
    invite(enterprise, owner, role="viewer")
    membership = make.MembershipFactory(enterprise=enterprise, user=invited, role="editor")
    request = enterprise.join_requests.create(user=invited)
    assert accept_invitation(token=mailed_token(), by=invited) == membership
    membership.refresh_from_db()
    request.refresh_from_db()
    assert (membership.role, request.state, request.answered_by) == ("editor", "accepted", owner)
