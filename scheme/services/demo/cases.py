"""The cases of a past round: from the draft to what the governments came to, each step on its day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from enterprises.models import Enterprise, Site
from portal.accounts.models import User
from portal.casework.services.freeze import sha256
from portal.casework.working_days import after_working_days, end_of
from scheme.models import (
    ApplicationClarification,
    ApplicationMove,
    ApplicationPart,
    ApplicationVersion,
    Category,
    OnSiteReport,
    PartnerApplication,
    ScreeningCheck,
)
from scheme.queries.applicant_draft import Draft
from scheme.queries.applicant_form import Form
from scheme.services.demo.answers import typed_entries, typed_sections
from scheme.services.demo.calendar import DECIDED_AFTER, Calendar
from scheme.services.demo.data import number_of, one_of
from scheme.services.demo.judgements import judge
from scheme.services.demo.shelf import Shelf, record
from scheme.services.demo.texts import text
from scheme.states import APPLICATION

NAMES = UUID("5f0c3a5e-2f0e-4a58-9b3c-0d6a7a2b1e15")


@dataclass(frozen=True)
class Case:
    """Who applied for what, and how it ends."""

    enterprise: Enterprise
    category: Category
    reference: str
    owner: User
    fate: str
    level: str


@dataclass
class Story:
    """What every chapter of one case needs. `fate` says how it ends; `level` how good it is."""

    application: PartnerApplication
    shelf: Shelf
    calendar: Calendar
    people: dict[str, User]
    owner: User
    fate: str
    level: str

    @property
    def key(self) -> str:
        return self.application.reference

    @property
    def secretariat(self) -> User:
        return self.people[one_of(self.key, ("secretariat-hk", "secretariat-hk2", "secretariat-gd"))]

    def move(self, name: str, stage: str, by: User | None, reason: str = "", *, hours: int = 0) -> None:
        """Make a move of the case in a stage of the round, `hours` after the stage's own time."""
        self.move_at(name, self.calendar.time(stage, self.key) + timedelta(hours=hours), by, reason)

    def move_at(self, name: str, at: datetime, by: User | None, reason: str = "") -> None:
        """Make a move of the case at that time."""
        fields = record(self.application, APPLICATION, name, by=by, at=at, reason=reason)
        self.shelf.put(ApplicationMove(**fields))


def tell(story: Story, category: Category, form: Form, sites: list[Site]) -> None:
    """Write the whole story of a case up to the recommendation, or to where it ends before."""
    version = submit(story, category, form, sites)
    if story.fate == "withdrawn":
        reason = text("withdrawn-reason", story.key, story.application.enterprise.language)
        return story.move("withdraw", "screening", story.owner, reason)
    story.move("start_screening", "screening", story.secretariat)
    if story.fate == "lapsed" or number_of(story.key + "asked", 1, 7) == 1:
        clarify(story, version)
    if story.fate == "lapsed":
        return None
    screen(story, category)
    if story.fate != "ineligible":
        judge(story, category)
        conclude(story)
    return None


def conclude(story: Story) -> None:
    """What the list brought for the case; the list itself is made by `decisions.decide`."""
    secretariat, calendar = story.people["secretariat-gd"], story.calendar
    if story.fate == "failed_compliance":
        reason = text("compliance-violation", story.key, secretariat.language)
        return story.move("fail_compliance", "compliance", secretariat, reason)
    if story.fate == "not_recommended":
        return None
    story.move_at("put_on_notice", calendar.published_at, secretariat)
    if story.fate == "objection_upheld":
        reason = text("objection-upheld", story.key, secretariat.language)
        decided = calendar.time("objection", story.key) + DECIDED_AFTER
        return story.move_at("uphold_objection", decided, secretariat, reason)
    story.move_at("endorse", calendar.meeting_at(10), story.people["gdeic"])
    return story.move_at("commend", calendar.meeting_at(11), story.people["secretariat-hk"])


def submit(story: Story, category: Category, form: Form, sites: list[Site]) -> ApplicationVersion:
    """The draft's parts, and the version frozen from them in the same way as any other."""
    application = story.application
    started = story.calendar.time("started", story.key)
    application.created_at = application.state_since = started
    day = started.date()
    parts: dict[str, list[ApplicationPart]] = {}
    for key, typed in typed_sections(category, application.enterprise, sites, day).items():
        parts[key] = [story.shelf.put(part_of(story, key, 0, typed))]
    for key, entries in typed_entries(category, application.enterprise, sites, day).items():
        parts[key] = [story.shelf.put(part_of(story, key, n, typed)) for n, typed in enumerate(entries, 1)]
    story.move("submit", "submitted", story.owner)
    application.submitted_at = application.state_since
    content = Draft(application, form, sites, parts, []).content()
    return freeze(story, 1, content, application.submitted_at)


def freeze(story: Story, number: int, content: dict[str, Any], at: Any) -> ApplicationVersion:
    return story.shelf.put(
        ApplicationVersion(
            application=story.application,
            number=number,
            content=content,
            sha256=sha256(content),
            made_at=at,
            made_by=story.owner,
        )
    )


def part_of(story: Story, key: str, position: int, typed: dict[str, Any]) -> ApplicationPart:
    return ApplicationPart(
        application=story.application,
        key=key,
        uid=uuid5(NAMES, f"{story.key} {key} {position}"),
        position=position,
        data=typed,
        saved_at=story.application.created_at,
        saved_by=story.owner,
    )


def clarify(story: Story, version: ApplicationVersion) -> None:
    """Something was asked; it was answered with a second version, or it lapsed after two reminders."""
    by, language = story.secretariat, story.application.enterprise.language
    question = text("clarification-question", story.key, language)
    story.move("ask", "asked", by, question)
    asked_at = story.calendar.time("asked", story.key)
    asked = ApplicationClarification(
        application=story.application,
        asked_by=by,
        asked_at=asked_at,
        question=question,
        due_at=end_of(after_working_days(asked_at.date(), story.calendar.round.clarification_working_days)),
        version_before=version,
    )
    if story.fate == "lapsed":
        story.move("lapse", "lapsed", None)
        asked.reminders, asked.reminded_at = 2, asked.due_at - timedelta(days=1)
        asked.lapsed_at = story.application.state_since
    else:
        story.move("answer", "answered", story.owner)
        asked.answer = text("clarification-answer", story.key, language)
        asked.answered_by, asked.answered_at = story.owner, story.application.state_since
        asked.version_after = freeze(story, 2, explained(version.content, asked.answer), asked.answered_at)
    story.shelf.put(asked)


def explained(content: dict[str, Any], answer: str) -> dict[str, Any]:
    """The content with the answer added to what it says of its results."""
    results = content["sections"]["results"]
    results = results | {"results-summary": f"{results['results-summary']} {answer}"}
    return content | {"sections": content["sections"] | {"results": results}}


def screen(story: Story, category: Category) -> None:
    """The checklist, then on to the visit or the review; or not eligible."""
    by = story.secretariat
    items = list(category.eligibility_items.all())
    for item in items:
        failed = story.fate == "ineligible" and item.code == "audit-done"
        story.shelf.put(
            ScreeningCheck(
                application=story.application,
                item=item,
                result="not_met" if failed else "met",
                note=text("screening-note", story.key, by.language),
                checked_by=by,
                checked_at=story.calendar.time("screened", story.key),
            )
        )
    if story.fate == "ineligible":
        return story.move("find_ineligible", "screened", by, text("ineligible-reason", story.key, by.language))
    if not category.on_site_assessment:
        story.move("send_to_review", "screened", by)
        return set_due(story)
    story.move("send_to_assessment", "screened", by)
    return visit(story, by)


def visit(story: Story, by: User) -> None:
    """The on-site assessment and its report."""
    day = story.calendar.day("visited", story.key)
    story.move("report_assessment", "visited", by, hours=26)
    story.shelf.put(
        OnSiteReport(
            application=story.application,
            visited_on=day,
            assessors=str(by),
            facts=text("on-site-facts", story.key, by.language),
            conclusion=text("on-site-conclusion", story.key, by.language),
            reported_by=by,
            reported_at=story.application.state_since,
        )
    )
    set_due(story)


def set_due(story: Story) -> None:
    since = story.application.state_since.date()
    story.application.review_due_on = after_working_days(since, story.calendar.round.review_working_days)


def story_of(case: Case, *, shelf: Shelf, calendar: Calendar, people: dict[str, User]) -> Story:
    """A draft, and how its story will go."""
    application = PartnerApplication(
        reference=case.reference,
        enterprise=case.enterprise,
        category=case.category,
        state=PartnerApplication.State.DRAFT,
        started_by=case.owner,
    )
    shelf.put(application)
    return Story(application, shelf, calendar, people, case.owner, case.fate, case.level)
