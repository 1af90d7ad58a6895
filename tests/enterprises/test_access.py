"""Every page of an enterprise by anonymous, stranger, viewer, editor and owner, against a written table."""

import pytest
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Invitation, JoinRequest, Membership, Site
from enterprises.queries.members import hashed
from tests import factories as make

pytestmark = pytest.mark.django_db
WHO = ("anonymous", "stranger", "viewer", "editor", "owner")
# Page, method, and what each of WHO is answered. 302 of anonymous leads to signing in; of members, to the next page.
ANSWERS = {
    ("list", "get"): (302, 200, 200, 200, 200),
    ("register", "get"): (302, 200, 200, 200, 200),
    ("register", "post"): (302, 200, 200, 200, 200),
    ("simplified", "get"): (302, 200, 200, 200, 200),
    ("join", "get"): (302, 200, 200, 200, 200),
    ("join", "post"): (302, 200, 200, 200, 200),
    ("invitation", "get"): (200, 200, 200, 200, 200),
    ("invitation", "post"): (200, 200, 200, 200, 200),
    ("detail", "get"): (302, 404, 200, 200, 200),
    ("edit", "get"): (302, 404, 404, 200, 200),
    ("edit", "post"): (302, 404, 404, 200, 200),
    ("site-add", "get"): (302, 404, 404, 200, 200),
    ("site-add", "post"): (302, 404, 404, 200, 200),
    ("site-edit", "get"): (302, 404, 404, 200, 200),
    ("site-edit", "post"): (302, 404, 404, 200, 200),
    ("site-close", "get"): (302, 404, 404, 200, 200),
    ("site-close", "post"): (302, 404, 404, 200, 200),
    ("site-reopen", "post"): (302, 404, 404, 302, 302),
    ("members", "get"): (302, 404, 200, 200, 200),
    ("members", "post"): (302, 404, 404, 404, 200),
    ("leave", "get"): (302, 404, 200, 200, 200),
    ("leave", "post"): (302, 404, 302, 302, 200),  # the last owner stays
    ("member-role", "post"): (302, 404, 404, 404, 302),
    ("member-remove", "get"): (302, 404, 404, 404, 200),
    ("member-remove", "post"): (302, 404, 404, 404, 302),
    ("invitation-resend", "post"): (302, 404, 404, 404, 302),
    ("invitation-withdraw", "post"): (302, 404, 404, 404, 302),
    ("request-answer", "post"): (302, 404, 404, 404, 302),
}
POSTED = {"member-role": {"role": "viewer"}, "request-answer": {"answer": "accept", "role": "owner"}}


@pytest.fixture
def people():
    enterprise = make.EnterpriseFactory()
    found = {role: make.MembershipFactory(enterprise=enterprise, role=role).user for role in ("viewer", "editor")}
    found["owner"] = make.MembershipFactory(enterprise=enterprise).user
    found["stranger"] = make.MembershipFactory().user
    return found


@pytest.fixture
def address(people):
    enterprise = people["owner"].memberships.get().enterprise
    site = make.SiteFactory(enterprise=enterprise, closed_on=timezone.localdate())
    target = make.MembershipFactory(enterprise=enterprise, role="editor")
    invitation = Invitation.objects.create(
        enterprise=enterprise,
        email="invited@demo.example",
        role="viewer",
        token_sha256=hashed("token"),
        invited_by=people["owner"],
    )
    request = JoinRequest.objects.create(enterprise=enterprise, user=make.UserFactory())
    pk = {"pk": enterprise.pk}
    of_page = {
        **{key: {} for key in ("list", "register", "simplified", "join")},
        "invitation": {"token": "token"},
        **{key: {**pk, "site_pk": site.pk} for key in ("site-edit", "site-close", "site-reopen")},
        **{key: {**pk, "membership_pk": target.pk} for key in ("member-role", "member-remove")},
        **{key: {**pk, "invitation_pk": invitation.pk} for key in ("invitation-resend", "invitation-withdraw")},
        "request-answer": {**pk, "uid": request.uid},
    }
    return lambda page: reverse(f"enterprises:{page}", kwargs=of_page.get(page, pk))


def state():
    return [list(model.objects.order_by("pk").values()) for model in (Site, Membership, Invitation, JoinRequest)]


@pytest.mark.parametrize(("page", "method"), ANSWERS)
@pytest.mark.parametrize("who", WHO)
def test_page_answers_as_written(client, people, address, who, page, method):
    if who != "anonymous":
        client.force_login(people[who])
    before = state()
    answer = getattr(client, method)(address(page), POSTED.get(page, {}))
    assert answer.status_code == ANSWERS[page, method][WHO.index(who)]
    if who == "anonymous" and answer.status_code == 302:
        assert answer.url.startswith(reverse("account_login"))
    if answer.status_code == 404 or who == "anonymous":
        assert state() == before


def test_every_address_stands_in_the_table():
    from enterprises.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == {page for page, _method in ANSWERS}


@pytest.mark.parametrize("page", sorted({page for page, method in ANSWERS if method == "post"} - {"invitation"}))
def test_buttons_do_nothing_by_get(client, people, address, page):
    client.force_login(people["owner"])
    before = state()
    client.get(address(page))
    assert state() == before


@pytest.mark.parametrize("page", ["site-edit", "site-close", "site-reopen", "member-role", "member-remove"])
def test_own_rights_do_not_reach_into_another_enterprise(client, people, address, page):
    """The number of somebody else's site or member under one's own enterprise does not exist."""
    client.force_login(people["stranger"])
    own = people["stranger"].memberships.get().enterprise_id
    theirs = people["owner"].memberships.get().enterprise_id
    before = state()
    answer = client.post(address(page).replace(f"/{theirs}/", f"/{own}/", 1), POSTED.get(page, {}))
    assert answer.status_code == 404
    assert state() == before
