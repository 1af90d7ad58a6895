"""Cases for the tests of deciding: born in a state, with what that state needs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from enterprises.models import MemberRole
from portal.accounts.models import Agency, Appointment, Role, Side, User
from portal.casework.services.freeze import sha256
from scheme.models import (
    ApplicationClarification,
    EnterpriseConflict,
    OnSiteReport,
    PartnerApplication,
    Recommendation,
    Reconciliation,
    Review,
)
from scheme.services import review as reviewing
from tests import factories as make

State = PartnerApplication.State


def case_in(state: str, **fields: Any) -> PartnerApplication:
    """An application born in `state`, with its frozen version."""
    if state != State.DRAFT:
        fields.setdefault("submitted_at", timezone.now())
    application = make.ApplicationFactory(state=state, **fields)
    content = {"round": application.category.round.year, "category": application.category.kind}
    application.versions.create(number=1, content=content, sha256=sha256(content), made_by=application.started_by)
    return application


def with_criteria(application: PartnerApplication) -> PartnerApplication:
    """Two criteria of weight 50 on a scale of ten: marks (a, b) come to (a + b) * 5."""
    for code in ("measures", "results"):
        make.CriterionFactory(category=application.category, code=code, scale=10, name_en=code.title())
    return application


def under_review(**fields: Any) -> PartnerApplication:
    return with_criteria(case_in(State.UNDER_REVIEW, review_due_on=timezone.localdate(), **fields))


def draft_review(application: PartnerApplication, by: User, marks: tuple[int, int] = (7, 7), **said: str) -> Review:
    review = reviewing.start_review(application=application, by=by)
    said = {"comment": "Sound work.", "recommendation": Recommendation.PARTNER} | said
    by_code = dict(zip(("measures", "results"), marks, strict=True))
    return reviewing.save_review_draft(review=review, marks=by_code, by=by, **said)


def reviewed(application: PartnerApplication, by: User, marks: tuple[int, int] = (7, 7), **said: str) -> Review:
    return reviewing.complete_review(review=draft_review(application, by, marks, **said), by=by)


def born_review(
    application: PartnerApplication, by: User, side: Side, recommendation: str = "partner", total: str = "70.00"
) -> Review:
    """A complete review without its history, for cases born late."""
    return Review.objects.create(
        application=application, side=side, author=by, state=Review.State.COMPLETE, recommendation=recommendation,
        total=Decimal(total), completed_at=timezone.now(),
    )  # fmt: skip


def clarification_of(application: PartnerApplication, by: User, days: int = 5, reminders: int = 0) -> Any:
    return ApplicationClarification.objects.create(
        application=application, asked_by=by, question="Which year?", due_at=timezone.now() + timedelta(days=days),
        version_before=application.current_version, reminders=reminders,
    )  # fmt: skip


def both_serving(**person: Any) -> User:
    user = make.epd_officer(**person)
    gdeic = make.AgencyFactory(code="GDEIC", side=Side.GUANGDONG, kind=Agency.Kind.GOVERNMENT)
    Appointment.objects.create(user=user, role=Role.OFFICER, agency=gdeic)
    return user


def in_conflict(officer: User, application: PartnerApplication) -> User:
    EnterpriseConflict.objects.get_or_create(
        officer=officer, enterprise=application.enterprise, ended_at=None, defaults={"reason": "A cousin works there."}
    )
    return officer


def report_of(application: PartnerApplication, by: User) -> OnSiteReport:
    return OnSiteReport.objects.create(
        application=application, visited_on=timezone.localdate(), assessors="Ms Ho", facts="Seen.", conclusion="Good.",
        reported_by=by,
    )  # fmt: skip


def signed_note(application: PartnerApplication, hong_kong: User, guangdong: User, outcome: str) -> Reconciliation:
    return Reconciliation.objects.create(
        application=application, note="Weighed together.", outcome=outcome, written_by=hong_kong,
        signed_hong_kong_by=hong_kong, signed_guangdong_by=guangdong,
    )  # fmt: skip


def member(application: PartnerApplication, role: MemberRole, user: User | None = None) -> User:
    user = user or make.UserFactory()
    make.MembershipFactory(enterprise=application.enterprise, user=user, role=role)
    return user
