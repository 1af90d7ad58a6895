"""The round that is open today: cases at every stage, brought there by the services, so that officers find work.

Nothing here writes a state. The one exception is a lapsed case, whose weeks of waiting cannot be lived through.
"""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from enterprises.models import Enterprise, MemberRole, Site
from portal.accounts.models import Side, User
from portal.casework.services.references import next_reference
from scheme.models import Category, PartnerApplication, Round
from scheme.queries.applicant_sections import form_of
from scheme.services import apply, assess, clarify, conflict, reconcile, review, screen, sections
from scheme.services import recommend as outcomes
from scheme.services.demo.answers import typed_entries, typed_sections
from scheme.services.demo.calendar import THIS_MONTH, Calendar
from scheme.services.demo.cases import Case, story_of, tell
from scheme.services.demo.data import number_of, one_of
from scheme.services.demo.enterprises import CATEGORY_OF, enterprises_of
from scheme.services.demo.judgements import MARKS, OFFICERS, marks_of, nearly
from scheme.services.demo.paper import paper
from scheme.services.demo.people import people
from scheme.services.demo.shelf import Shelf
from scheme.services.demo.texts import text

DONE_IN_THE_DRAFT = ("enterprise", "sites", "eligibility", "questions-management")


class Desk:
    """Takes one enterprise's application as far as its chapter says, each step by whom it belongs to."""

    def __init__(self, enterprise: Enterprise, round_: Round, known: dict[str, User]) -> None:
        self.people = known
        self.enterprise = enterprise
        self.key = enterprise.br_number
        self.category = round_.categories.get(kind=CATEGORY_OF[enterprise.kind])
        self.owner = enterprise.memberships.get(role=MemberRole.OWNER).user
        self.sites = list(enterprise.sites.select_related("city"))
        self.secretariat = known[one_of(self.key, ("secretariat-hk", "secretariat-gd"))]
        self.application = apply.start_application(enterprise=enterprise, category=self.category, by=self.owner)

    def refresh(self) -> PartnerApplication:
        self.application = PartnerApplication.objects.get(pk=self.application.pk)
        return self.application

    def fill(self, only: tuple[str, ...] = ()) -> None:
        """Type the sections (those named, or all), and lay a document beside them."""
        day = timezone.localdate() - timedelta(days=number_of(self.key, 3, 20))
        for key, typed in typed_sections(self.category, self.enterprise, self.sites, day).items():
            if not only or key in only:
                sections.save_section(application=self.application, key=key, by=self.owner, typed=typed, was={})
        for key, entries in typed_entries(self.category, self.enterprise, self.sites, day).items():
            for typed in entries[:1] if only else entries:
                self.enter(key, typed)
        self.lay_document()

    def enter(self, key: str, typed: dict[str, str | list[str]]) -> None:
        entry = sections.add_entry(application=self.application, key=key, by=self.owner)
        sections.save_section(
            application=self.application, key=key, by=self.owner, typed=typed, was={}, uid=str(entry.uid)
        )

    def lay_document(self) -> None:
        upload = paper("meter-records.pdf", f"Meter records of enterprise {self.key} - demonstration")
        question = "results/records" if self.category.kind == Category.Kind.MANUFACTURING else ""
        sections.add_document(
            application=self.application, upload=upload, by=self.owner, question=question, title="Meter records"
        )

    def submit(self) -> None:
        self.fill()
        apply.submit_application(application=self.application, by=self.owner)
        self.refresh()

    def withdraw(self) -> None:
        self.submit()
        reason = text("withdrawn-reason", self.key, self.enterprise.language)
        apply.withdraw_application(application=self.application, by=self.owner, reason=reason)

    def start_screening(self) -> None:
        self.submit()
        screen.start_screening(application=self.application, by=self.secretariat)

    def ask(self) -> None:
        self.start_screening()
        question = text("clarification-question", self.key, self.enterprise.language)
        clarify.ask_clarification(application=self.application, question=question, by=self.secretariat)

    def answer(self) -> None:
        self.ask()
        words = text("clarification-answer", self.key, self.enterprise.language)
        stands = self.refresh().parts.get(key="questions-results").data["results-summary"]
        sections.save_section(
            application=self.application,
            key="questions-results",
            by=self.owner,
            typed={"results-summary": f"{stands} {words}"},
            was={"results-summary": stands},
        )
        clarify.answer_clarification(application=self.application, answer=words, by=self.owner)

    def check(self, unmet: str = "") -> None:
        self.start_screening()
        for item in self.category.eligibility_items.all():
            screen.record_check(
                application=self.application,
                item=item,
                result="not_met" if item.code == unmet else "met",
                note=text("screening-note", self.key, self.secretariat.language),
                by=self.secretariat,
            )

    def find_ineligible(self) -> None:
        self.check(unmet="suppliers-brought-in")
        reason = text("ineligible-supplier", self.key, self.secretariat.language)
        screen.find_ineligible(application=self.application, by=self.secretariat, reason=reason)

    def send_on(self) -> None:
        """To the on-site assessment, or to review where there is none."""
        self.check()
        screen.send_on(application=self.application, by=self.secretariat)
        self.refresh()

    def reach_review(self) -> None:
        self.send_on()
        if self.category.on_site_assessment:
            language = self.secretariat.language
            assess.report_assessment(
                application=self.application,
                visited_on=timezone.localdate(),
                assessors=str(self.secretariat),
                facts=text("on-site-facts", self.key, language),
                conclusion=text("on-site-conclusion", self.key, language),
                by=self.secretariat,
            )

    def write(self, side: Side, level: str, *, complete: bool = True, like: str = "") -> None:
        """One government's review; `like` makes its marks nearly those of the other."""
        author = self.people[OFFICERS[side][0]]
        criteria = list(self.category.criteria.all())
        marks = marks_of(like or f"{self.key}{side}", level, criteria)
        if like and side == Side.HONG_KONG:
            marks = nearly(like, marks, MARKS[level])
        draft = review.start_review(application=self.application, by=author)
        kind = "review-comment-not" if level == "not" else "review-comment"
        review.save_review_draft(
            review=draft,
            marks={criterion.code: value for criterion, value in marks.items()},
            comment=text(kind, f"{self.key}{side}", author.language),
            recommendation=level,
            by=author,
        )
        if complete:
            review.complete_review(review=draft, by=author)

    def hong_kong_is_done(self) -> None:
        self.reach_review()
        self.write(Side.HONG_KONG, "partner")

    def guangdong_is_done(self) -> None:
        self.reach_review()
        self.write(Side.GUANGDONG, "partner")
        self.write(Side.HONG_KONG, "partner", complete=False)

    def differ(self) -> None:
        """The governments differ: a joint note is proposed, and nobody has signed it yet."""
        self.reach_review()
        self.write(Side.GUANGDONG, "partner")
        self.write(Side.HONG_KONG, "not")
        epd = self.people["epd"]
        joint = reconcile.open_reconciliation(application=self.refresh(), by=epd)
        note = text("reconciliation-note", self.key, epd.language)
        reconcile.propose_reconciliation(reconciliation=joint, note=note, outcome="partner", by=epd)

    def agree(self, level: str) -> None:
        self.reach_review()
        for side in Side:
            self.write(side, level, like=self.key)

    def recommend(self) -> None:
        self.settle("partner", outcomes.recommend)

    def recommend_excellent(self) -> None:
        self.settle("excellent", outcomes.recommend)

    def not_recommend(self) -> None:
        self.settle("not", outcomes.not_recommend)

    def settle(self, level: str, do: Callable[..., PartnerApplication]) -> None:
        self.agree(level)
        gdeic = self.people["gdeic"]
        do(application=self.refresh(), by=gdeic, reason=text("recommend-reason", self.key, gdeic.language))


# What becomes of each enterprise of the group `open`, in the order of their numbers.
CHAPTERS: tuple[Callable[[Desk], None], ...] = (
    Desk.submit, Desk.start_screening, Desk.ask, Desk.answer, Desk.send_on, Desk.reach_review, Desk.hong_kong_is_done,
    Desk.guangdong_is_done, Desk.differ, Desk.recommend_excellent, Desk.withdraw,
    Desk.recommend, Desk.find_ineligible, Desk.recommend, Desk.not_recommend,
)  # fmt: skip


def load_open_round() -> None:
    """Bring the open round to life; nothing when it has cases already, or when its time is over."""
    round_ = Round.objects.get(year=timezone.localdate().year)
    if PartnerApplication.objects.filter(category__round=round_).exists() or not round_.is_open():
        return
    known = people()
    [own], [other] = enterprises_of("enterprise"), enterprises_of("stranger")
    Desk(own, round_, known).fill(DONE_IN_THE_DRAFT)
    Desk(other, round_, known).submit()
    *lived, waiting = enterprises_of("open")
    for enterprise, chapter in zip(lived, CHAPTERS, strict=True):
        chapter(Desk(enterprise, round_, known))
    insert_lapsed(waiting, round_, known)
    reason = "A member of my family works there (demonstration)."
    conflict.declare_conflict(enterprise=lived[0], by=known["epd2"], reason=reason)


def insert_lapsed(enterprise: Enterprise, round_: Round, known: dict[str, User]) -> None:
    """A case whose clarification went unanswered through two reminders."""
    rows = Category.objects.filter(round=round_, kind=CATEGORY_OF[enterprise.kind]).select_related("round")
    category = rows.prefetch_related("eligibility_items", "question_sections__questions").get()
    sites = list(Site.objects.filter(enterprise=enterprise).select_related("city"))
    owner = enterprise.memberships.get(role=MemberRole.OWNER).user
    reference = next_reference(rows=PartnerApplication.objects, prefix=f"RS-{round_.year}-")
    case = Case(enterprise, category, reference, owner, "lapsed", "partner")
    shelf, calendar = Shelf(), Calendar(round_, timezone.localdate(round_.opens_at), THIS_MONTH, keeps_holidays=False)
    tell(story_of(case, shelf=shelf, calendar=calendar, people=known), category, form_of(category, sites=sites), sites)
    shelf.insert()
