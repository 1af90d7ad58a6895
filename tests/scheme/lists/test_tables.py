"""Who may make which move of a list and of an objection, in every state: the written table."""

import pytest

from portal.accounts.models import Role, Side
from portal.errors import Refused
from scheme.models import EnterpriseConflict, Objection, PartnerApplication, PartnerList
from scheme.states import LIST, OBJECTION
from tests import factories as make
from tests.scheme.lists.test_objections import lodged

pytestmark = pytest.mark.django_db

ACTORS = (
    "nobody", "stranger", "owner", "editor", "viewer", "officer_hk", "officer_gd", "officer_of_both", "secretariat_hk",
    "secretariat_gd", "conflicted_officer", "conflicted_secretariat", "organiser", "auditor", "administrator",
    "superuser",
)  # fmt: skip
# (state, move) → those who may; everything else is refused.
LIST_TABLE = {
    ("proposed", "publish"): {"secretariat_hk", "secretariat_gd"},
    ("on_notice", "endorse"): {"officer_hk", "officer_gd"},
}
OBJECTION_TABLE = {
    ("received", "uphold"): {"officer_hk", "officer_gd", "officer_of_both", "secretariat_hk", "secretariat_gd"},
    ("received", "dismiss"): {"officer_hk", "officer_gd", "officer_of_both", "secretariat_hk", "secretariat_gd"},
}


def person(actor: str, application: PartnerApplication):
    """Somebody of that kind, as seen from one enterprise on the list."""
    if actor == "nobody":
        return None
    if actor in ("owner", "editor", "viewer"):
        return make.MembershipFactory(enterprise=application.enterprise, role=actor).user
    if actor == "superuser":
        return make.UserFactory(is_staff=True, is_superuser=True)
    if actor == "officer_of_both":
        user = make.epd_officer()
        agency = make.AgencyFactory(code="GDEIC", side=Side.GUANGDONG)
        user.appointments.create(role=Role.OFFICER, agency=agency)
        return user
    made = {
        "stranger": make.UserFactory,
        "officer_hk": make.epd_officer,
        "officer_gd": make.gdeic_officer,
        "conflicted_officer": make.epd_officer,
        "secretariat_hk": make.secretariat,
        "secretariat_gd": lambda: make.secretariat(Side.GUANGDONG),
        "conflicted_secretariat": make.secretariat,
        "organiser": make.organiser,
        "auditor": make.auditor,
        "administrator": make.administrator,
    }[actor]()
    if actor.startswith("conflicted"):
        EnterpriseConflict.objects.create(officer=made, enterprise=application.enterprise, reason="A relative")
    return made


def those_who_may(machine, case, move: str, application: PartnerApplication) -> set[str]:
    """The actors for whom the move goes through; each is tried and undone."""
    found = set()
    for actor in ACTORS:
        refusal = machine.refusal(case, move, by=person(actor, application))
        assert refusal is None or isinstance(refusal, Refused)
        if refusal is None:
            found.add(actor)
    return found


@pytest.mark.parametrize("move", [move.name for move in LIST])
@pytest.mark.parametrize("state", PartnerList.State.values)
def test_list_moves_by_the_written_table(state, move):
    partner_list = {"proposed": make.listed, "on_notice": make.on_notice, "endorsed": make.endorsed}[state](2)
    if state == "on_notice":
        partner_list.meeting = make.a_meeting()
        partner_list.save(update_fields=["meeting"])
    application = partner_list.entries.first().application
    assert those_who_may(LIST, partner_list, move, application) == LIST_TABLE.get((state, move), set())


@pytest.mark.parametrize("move", [move.name for move in OBJECTION])
@pytest.mark.parametrize("state", Objection.State.values)
def test_objection_moves_by_the_written_table(state, move):
    entry = make.on_notice(2).entries.first()
    objection = lodged(entry, state=state)
    expected = OBJECTION_TABLE.get((state, move), set())
    assert those_who_may(OBJECTION, objection, move, entry.application) == expected


def test_no_move_is_missing_from_the_tables():
    for machine, table in ((LIST, LIST_TABLE), (OBJECTION, OBJECTION_TABLE)):
        assert {(source, move.name) for move in machine for source in move.sources} == set(table)
