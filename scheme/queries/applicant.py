"""What an applicant sees: the home with every case, and the documents a person may download."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from enterprises.models import Enterprise, MemberRole
from scheme.models import (
    ApplicationClarification,
    ApplicationDocument,
    Category,
    Certificate,
    Commendation,
    PartnerApplication,
)
from scheme.queries.cases import applications_of, cases_seen_by
from scheme.queries.stages import Stage, outcome_expected_at, stage_for_applicant

State = PartnerApplication.State


@dataclass(frozen=True)
class HomeCase:
    """One case on the applicant's home."""

    application: PartnerApplication
    stage: Stage
    clarification: ApplicationClarification | None
    outcome_at: datetime | None
    commendation: Commendation | None
    certificate: Certificate | None


@dataclass
class HomeEnterprise:
    """An enterprise on the applicant's home: its cases, and what it may apply for now."""

    enterprise: Enterprise
    role: str
    cases: list[HomeCase] = field(default_factory=list)
    open_categories: list[Category] = field(default_factory=list)

    @property
    def may_apply(self) -> bool:
        return self.role in (MemberRole.OWNER, MemberRole.EDITOR)


def home_of(user: Any) -> list[HomeEnterprise]:
    """The enterprises of `user` with their cases and open rounds, by name; a constant number of queries.

    The order follows round and start, never a state or the time of its last change (rule 11).
    """
    homes = {
        membership.enterprise_id: HomeEnterprise(membership.enterprise, membership.role)
        for membership in user.memberships.select_related("enterprise").order_by("enterprise__pinyin", "enterprise_id")
    }
    standing: set[tuple[int, int]] = set()
    for application in applicants_cases(user):
        homes[application.enterprise_id].cases.append(_home_case(application))
        if application.state != State.WITHDRAWN:
            standing.add((application.enterprise_id, application.category_id))
    categories = list(open_categories())
    for pk, home in homes.items():
        home.open_categories = [one for one in categories if (pk, one.pk) not in standing]
    return list(homes.values())


def applicants_cases(user: Any) -> QuerySet[PartnerApplication]:
    """The applicant's cases with all that `stage_for_applicant` and the home need."""
    open_ones = ApplicationClarification.objects.filter(answered_at=None, lapsed_at=None)
    ready = Certificate.objects.filter(state=Certificate.State.READY).order_by("-issue")
    return (
        applications_of(user)
        .select_related("enterprise", "category__round", "list_entry__list__notice", "list_entry__commendation")
        .prefetch_related(
            "extensions",
            Prefetch("clarifications", open_ones, to_attr="open_ones"),
            Prefetch("list_entry__commendation__certificates", ready, to_attr="ready"),
        )
        .order_by("-category__round__year", "category__pk", "pk")
    )


def _home_case(application: PartnerApplication) -> HomeCase:
    stage = stage_for_applicant(application)
    asked = next(iter(getattr(application, "open_ones", ())), None) if stage.code == State.CLARIFICATION else None
    commendation = commendation_for_applicant(application)
    certificate = next(iter(getattr(commendation, "ready", ())), None) if commendation else None
    return HomeCase(application, stage, asked, outcome_expected_at(application), commendation, certificate)


def commendation_for_applicant(application: PartnerApplication) -> Commendation | None:
    """The commendation of a case, once the round's outcomes are released; None before, whether or not there is one."""
    if not application.category.round.is_released:
        return None
    entry = getattr(application, "list_entry", None)
    return getattr(entry, "commendation", None) if entry else None


def open_categories() -> QuerySet[Category]:
    """The categories one may apply in now, by the server's clock."""
    now = timezone.now()
    return (
        Category.objects.filter(round__opens_at__lte=now, round__closes_at__gte=now)
        .select_related("round")
        .order_by("round__closes_at", "pk")
    )


def documents_seen_by(user: Any) -> QuerySet[ApplicationDocument]:
    """The clean documents `user` may download (rule 9).

    Members of the enterprise: all of its documents. Who sees the case at the officers' desk: those a frozen version
    names, not what is still being typed.
    """
    clean = ApplicationDocument.objects.filter(scan=ApplicationDocument.Scan.CLEAN)
    return clean.filter(Q(application__in=applications_of(user)) | Q(application__in=cases_seen_by(user)))


def document_for(user: Any, uid: UUID) -> ApplicationDocument | None:
    """The document `uid`, if `user` may download it; None whether it is absent or forbidden."""
    document = documents_seen_by(user).select_related("application").filter(uid=uid).first()
    if document is None or applications_of(user).filter(pk=document.application_id).exists():
        return document
    return document if is_frozen(document) else None


def is_frozen(document: ApplicationDocument) -> bool:
    """Whether a frozen version names the document."""
    return document.application.versions.filter(content__documents__contains=[{"uid": str(document.uid)}]).exists()


def is_editable(application: PartnerApplication, now: datetime | None = None) -> bool:
    """Whether sections may be changed now: a draft, or a clarification that can still be answered."""
    if application.state == State.DRAFT:
        return True
    asked = application.open_clarification if application.state == State.CLARIFICATION else None
    return asked is not None and not asked.has_run_out(now or timezone.now())
