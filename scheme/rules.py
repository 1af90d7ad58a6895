"""Who may do what in the scheme. Predicates on a person and an object; combined with `&`, `|`, `~`."""

from typing import Any

import rules

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
    PartnerApplication,
    Reconciliation,
    Review,
)

__all__ = [
    "is_administrator",
    "is_auditor",
    "is_caseworker",
    "is_officer",
    "is_organiser",
    "is_secretariat",
]


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


can_check_compliance = is_caseworker & entry_without_conflict
can_take_off_list = is_caseworker & entry_without_conflict
can_propose_list = is_secretariat
can_publish_notice = is_secretariat
can_handle_objection = is_caseworker
can_endorse_list = is_officer & reviews_for_one_side
can_commend = is_secretariat | can_endorse_list
can_revoke = is_officer & reviews_for_one_side
can_issue_certificates = is_organiser | is_secretariat | is_administrator
can_export_commendations = is_organiser | is_secretariat | is_officer | is_auditor


def compliance_sides(user: Any) -> set[str]:
    """The places whose records `user` may check: that of each agency served."""
    return sides(user, Role.OFFICER) | sides(user, Role.SECRETARIAT)


def other_side(side: str) -> Side:
    return Side.GUANGDONG if side == Side.HONG_KONG else Side.HONG_KONG
