from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from enterprises.models import Membership
from enterprises.queries.members import members_of
from enterprises.services.members import LastOwner, change_role, leave_enterprise, remove_member
from portal.errors import Conflict, NotAllowed
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def enterprise():
    return make.EnterpriseFactory()


@pytest.fixture
def owner(enterprise):
    return make.MembershipFactory(enterprise=enterprise)


@pytest.fixture
def editor(enterprise):
    return make.MembershipFactory(enterprise=enterprise, role="editor")


def roles(enterprise):
    return [(member.user, member.role) for member in members_of(enterprise)]


def test_owner_changes_roles_and_removes(enterprise, owner, editor):
    change_role(membership=editor, role="owner", by=owner.user)
    assert roles(enterprise) == [(owner.user, "owner"), (editor.user, "owner")]
    remove_member(membership=owner, by=editor.user)
    assert roles(enterprise) == [(editor.user, "owner")]


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_others_manage_no_members(enterprise, owner, role):
    other = make.MembershipFactory(enterprise=enterprise, role=role)
    stranger = make.MembershipFactory()
    for person in (other.user, stranger.user):
        with pytest.raises(NotAllowed):
            change_role(membership=other, role="owner", by=person)
        with pytest.raises(NotAllowed):
            remove_member(membership=owner, by=person)
    assert roles(enterprise) == [(owner.user, "owner"), (other.user, role)]


def test_last_owner_is_not_demoted_removed_and_does_not_leave(enterprise, owner, editor):
    for act in (
        lambda: change_role(membership=owner, role="editor", by=owner.user),
        lambda: remove_member(membership=owner, by=owner.user),
        lambda: leave_enterprise(enterprise=enterprise, by=owner.user),
    ):
        with pytest.raises(LastOwner):
            act()
    assert roles(enterprise) == [(owner.user, "owner"), (editor.user, "editor")]


def test_anybody_else_leaves(enterprise, owner, editor):
    leave_enterprise(enterprise=enterprise, by=editor.user)
    with pytest.raises(NotAllowed):
        leave_enterprise(enterprise=enterprise, by=editor.user)
    assert roles(enterprise) == [(owner.user, "owner")]


def test_member_who_has_gone_is_a_conflict(enterprise, owner, editor):
    remove_member(membership=editor, by=owner.user)
    with pytest.raises(Conflict):
        change_role(membership=Membership(pk=987654, enterprise=enterprise), role="owner", by=owner.user)


def test_owner_removed_meanwhile_manages_nothing(enterprise, owner, editor):
    second = make.MembershipFactory(enterprise=enterprise)
    assert second.user.memberships.count() == 1
    remove_member(membership=second, by=owner.user)
    with pytest.raises(NotAllowed):
        remove_member(membership=editor, by=second.user)


def at_once(*acts):
    """Run the acts in threads that start together; returns the sorted names of what each raised, or "done"."""
    start, outcomes = Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
            outcomes.append("done")
        except Exception as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays():
    enterprise = make.EnterpriseFactory()
    people = [make.MembershipFactory(enterprise=enterprise).user for _ in range(2)]
    outcome = at_once(*(lambda p=p: leave_enterprise(enterprise=enterprise, by=p) for p in people))
    assert outcome == ["LastOwner", "done"]
    assert enterprise.memberships.filter(role="owner").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_demote_each_other_at_once_one_stays():
    enterprise = make.EnterpriseFactory()
    first, second = (make.MembershipFactory(enterprise=enterprise) for _ in range(2))
    outcome = at_once(
        lambda: change_role(membership=second, role="viewer", by=first.user),
        lambda: change_role(membership=first, role="viewer", by=second.user),
    )
    assert outcome == ["NotAllowed", "done"]
    assert enterprise.memberships.filter(role="owner").count() == 1


@pytest.mark.django_db(transaction=True)
def test_database_keeps_an_owner_even_against_sql():
    enterprise = make.EnterpriseFactory()
    people = [make.MembershipFactory(enterprise=enterprise) for _ in range(2)]
    with pytest.raises(IntegrityError, match="without an owner"):
        enterprise.memberships.update(role="viewer")
    outcome = at_once(*(lambda m=m: Membership.objects.filter(pk=m.pk).delete() for m in people))
    assert outcome == ["IntegrityError", "done"]
    with pytest.raises(IntegrityError, match="without an owner"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM enterprises_membership")
    with transaction.atomic():  # ownership may be handed over in one transaction, in any order
        left = enterprise.memberships.get()
        left.delete()
        make.MembershipFactory(enterprise=enterprise)
    enterprise.delete()
    assert Membership.objects.count() == 0
