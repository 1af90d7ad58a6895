"""Who may do what in the scheme. Predicates on a person and an object; combined with `&`, `|`, `~`."""

from typing import Any

import rules
from django.db.models import Q, QuerySet

from enterprises import rules as enterprises
from portal.accounts.models import Role, Side
from portal.accounts.rules import (
    is_administrator,
    is_auditor,
    is_caseworker,
    is_officer,
    is_organiser,
    is_secretariat,
    officer_side,
    sides,
)
from scheme.models import (
    EnterpriseConflict,
    ListEntry,
    Objection,
    PartnerApplication,
    PartnerList,
    Reconciliation,
    Review,
    Round,
)

__all__ = [
    "is_administrator",
    "is_auditor",
    "is_caseworker",
    "is_officer",
    "is_organiser",
    "is_secretariat",
]


@rules.predicate
def shares_a_side(user: Any, conflict: EnterpriseConflict) -> bool:
    """A colleague: somebody else who works for a side that the declaring officer works for."""
    return conflict.officer_id != user.pk and bool(compliance_sides(user) & compliance_sides(conflict.officer))


@rules.predicate
def has_no_stake(user: Any, conflict: EnterpriseConflict) -> bool:
    return conflict.enterprise_id not in conflicted_enterprises(user) and not enterprises.is_member.test(
        user, conflict.enterprise
    )


can_end_conflict = is_caseworker & shares_a_side & has_no_stake


def conflicted_enterprises(user: Any) -> set[int]:
    """The enterprises in which `user` has a standing conflict of interest."""
    return set(
        EnterpriseConflict.objects.filter(officer_id=user.pk, ended_at=None).values_list("enterprise_id", flat=True)
    )


@rules.predicate
def has_no_conflict(user: Any, application: PartnerApplication) -> bool:
    """Nobody acts on a case of an enterprise they declared an interest in, or belong to."""
    standing = EnterpriseConflict.objects.filter(
        officer_id=user.pk, enterprise_id=application.enterprise_id, ended_at=None
    ).exists()
    return not standing and not enterprises.is_member.test(user, application.enterprise)


@rules.predicate
def is_applicant_editor(user: Any, application: PartnerApplication) -> bool:
    return user is not None and enterprises.is_editor.test(user, application.enterprise)


@rules.predicate
def is_applicant(user: Any, application: PartnerApplication) -> bool:
    return user is not None and enterprises.is_member.test(user, application.enterprise)


@rules.predicate
def reviews_for_one_side(user: Any, _thing: Any = None) -> bool:
    """An officer of one government only: who serves both reviews for neither."""
    return officer_side(user) is not None


can_work_case = is_caseworker & has_no_conflict
can_screen = can_work_case
can_assess_on_site = is_secretariat & has_no_conflict
can_recommend = is_officer & reviews_for_one_side & has_no_conflict
can_extend = can_work_case


@rules.predicate
def can_review(user: Any, application: PartnerApplication) -> bool:
    return (is_officer & reviews_for_one_side & has_no_conflict).test(user, application)


@rules.predicate
def serves_side_of(user: Any, review: Review) -> bool:
    return officer_side(user) == review.side


@rules.predicate
def is_author(user: Any, review: Review) -> bool:
    return user is not None and review.author_id == user.pk


@rules.predicate
def review_without_conflict(user: Any, review: Review) -> bool:
    return user is not None and has_no_conflict.test(user, review.application)


can_write_review = serves_side_of & is_author & review_without_conflict
can_take_over_review = serves_side_of & ~is_author & review_without_conflict


@rules.predicate
def can_sign_reconciliation(user: Any, reconciliation: Reconciliation) -> bool:
    return can_review.test(user, reconciliation.application)


@rules.predicate
def entry_without_conflict(user: Any, entry: ListEntry) -> bool:
    return has_no_conflict.test(user, entry.application)


def concerned_by(user: Any, applications: QuerySet[PartnerApplication]) -> bool:
    """`user` has an interest in, or belongs to, an enterprise of one of `applications`."""
    interest = Q(enterprise_id__in=conflicted_enterprises(user)) | Q(enterprise__memberships__user_id=user.pk)
    return applications.filter(interest).exists()


@rules.predicate
def round_without_conflict(user: Any, round_: Round) -> bool:
    """Nobody makes the list of a round in which an enterprise of their interest has applied.

    All that applied count, not those recommended alone: a refusal must not tell who is on the list.
    """
    applied = PartnerApplication.objects.filter(category__round=round_).exclude(state__in=("draft", "withdrawn"))
    return not concerned_by(user, applied)


@rules.predicate
def list_without_conflict(user: Any, partner_list: PartnerList) -> bool:
    """A list is moved as a whole by persons without interest: in the round before its notice, in what it named after.

    What was taken off before the notice is not public: a refusal must not tell that it had been on the list.
    """
    if partner_list.state == PartnerList.State.PROPOSED:
        return round_without_conflict.test(user, partner_list.round)
    named = [int(row["uid"]) for row in partner_list.notice.content["entries"]]
    return not concerned_by(user, PartnerApplication.objects.filter(list_entry__in=named))


@rules.predicate
def objection_without_conflict(user: Any, objection: Objection) -> bool:
    return has_no_conflict.test(user, objection.entry.application)


can_check_compliance = is_caseworker & entry_without_conflict
# What both governments recommended is not undone by a secretariat alone.
can_take_off_list = is_officer & reviews_for_one_side & entry_without_conflict
can_propose_list = is_secretariat & round_without_conflict
can_publish_notice = is_secretariat & list_without_conflict
can_put_on_notice = is_secretariat & has_no_conflict
can_handle_objection = is_caseworker & objection_without_conflict
can_record_meeting = is_caseworker
can_endorse_list = is_officer & reviews_for_one_side & list_without_conflict
can_endorse_case = is_officer & reviews_for_one_side & has_no_conflict
can_commend = (is_secretariat | is_officer & reviews_for_one_side) & list_without_conflict
can_commend_case = (is_secretariat | is_officer & reviews_for_one_side) & has_no_conflict
can_see_lists = is_caseworker | is_auditor


@rules.predicate
def commendation_without_conflict(user: Any, commendation: Any = None) -> bool:
    """Without an object it says whether there could be such a commendation: for what a menu shows."""
    return commendation is None or has_no_conflict.test(user, commendation)


can_revoke = is_officer & reviews_for_one_side & commendation_without_conflict
can_see_commendations = is_organiser | is_caseworker | is_auditor | is_administrator
can_plan_ceremony = is_organiser | is_administrator
can_see_ceremony = can_plan_ceremony | is_caseworker | is_auditor
can_issue_certificates = is_organiser | is_secretariat | is_administrator
can_export_commendations = is_organiser | is_secretariat | is_officer | is_auditor


def compliance_sides(user: Any) -> set[str]:
    """The places whose records `user` may check: that of each agency served."""
    return sides(user, Role.OFFICER) | sides(user, Role.SECRETARIAT)


def other_side(side: str) -> Side:
    return Side.GUANGDONG if side == Side.HONG_KONG else Side.HONG_KONG
