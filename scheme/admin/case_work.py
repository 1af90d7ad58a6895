"""The works of a case page: for each, who may, when it is open, what is typed, and the service it calls.

No rule stands here: `may` and `is_open` ask the predicates and the machines.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import Conflict
from scheme import rules
from scheme.forms import decide as forms
from scheme.models import PartnerApplication, Reconciliation, Review
from scheme.queries.reviews import is_unsealed, own_review
from scheme.services import assess, clarify, conflict, recommend, reconcile, screen
from scheme.services import review as reviewing
from scheme.states import APPLICATION, IN_REVIEW, REVIEW

State = PartnerApplication.State


@dataclass
class Desktop:
    """One case before one person: read once, handed to every work."""

    case: PartnerApplication
    user: Any

    def __post_init__(self) -> None:
        self.review: Review | None = own_review(self.user, self.case)
        self.is_unsealed = is_unsealed(self.case)
        self.joint: Reconciliation | None = None
        if self.is_unsealed:
            self.joint = Reconciliation.objects.filter(application=self.case).first()

    def can(self, move: str) -> bool:
        return APPLICATION.refusal(self.case, move, by=self.user) is None

    def can_review_move(self, move: str) -> bool:
        return self.review is not None and REVIEW.refusal(self.review, move, by=self.user) is None


@dataclass(frozen=True)
class Work:
    """One thing a person can do on the page; `template` shows its fields, plain ones when it has none."""

    name: str
    title: Any
    button: Any
    may: Callable[[Desktop], bool]
    is_open: Callable[[Desktop], bool]
    form: Callable[..., Any]
    do: Callable[[Desktop, Any], Any]
    done: Any
    template: str = "admin/desk/form.html"
    tone: str = ""
    hint: Any = ""
    folded: bool = False
    form_of: str = ""  # the work whose form it shares, as its second button

    @property
    def prefix(self) -> str:
        return self.form_of or self.name

    def fields(self, desk: Desktop, data: Any = None) -> Any:
        return self.form(desk, data=data, prefix=self.prefix)


def plain(form: type[forms.WorkForm]) -> Callable[..., Any]:
    return lambda desk, **options: form(**options)


def can_screen(desk: Desktop) -> bool:
    return rules.can_screen.test(desk.user, desk.case)


def can_review(desk: Desktop) -> bool:
    return rules.can_review.test(desk.user, desk.case)


def is_screening(desk: Desktop) -> bool:
    return can_screen(desk) and desk.case.state == State.SCREENING


def may_start_review(desk: Desktop) -> bool:
    return can_review(desk) and desk.review is None and desk.case.state in IN_REVIEW


def may_reconcile(desk: Desktop) -> bool:
    return can_review(desk) and desk.joint is not None and desk.case.state == State.RECONCILIATION


def may_sign(desk: Desktop) -> bool:
    return may_reconcile(desk) and desk.joint is not None and bool(desk.joint.note)


def may_take_over(desk: Desktop) -> bool:
    return desk.can_review_move("take_over") or desk.can_review_move("write_again")


def review_form(desk: Desktop, **options: Any) -> Any:
    return forms.ReviewForm(review=desk.review, **options) if desk.review else forms.WorkForm(**options)


def joint_form(form: type[Any]) -> Callable[..., Any]:
    return lambda desk, **options: form(joint=desk.joint, **options) if desk.joint else forms.WorkForm(**options)


def hand_over_form(desk: Desktop, **options: Any) -> Any:
    return forms.HandOverForm(application=desk.case, user=desk.user, **options)


def checklist_form(desk: Desktop, **options: Any) -> Any:
    return forms.ChecklistForm(application=desk.case, **options)


def clarification_form(desk: Desktop, **options: Any) -> Any:
    return forms.ClarificationForm(initial={"due": clarify.default_due(desk.case)}, **options)


@transaction.atomic
def record_checks(desk: Desktop, form: Any) -> None:
    for item, result, note in form.results():
        screen.record_check(application=desk.case, item=item, result=result, note=note, by=desk.user)


def save_review(desk: Desktop, form: Any) -> None:
    if desk.review is None:
        raise Conflict
    given = form.cleaned_data
    reviewing.save_review_draft(
        review=desk.review,
        marks=form.marks(),
        comment=given["comment"],
        recommendation=given["recommendation"],
        by=desk.user,
    )


def complete_review(desk: Desktop, form: Any) -> None:
    """Saved first, on its own: when something is missing, the draft stays."""
    save_review(desk, form)
    if desk.review is not None:
        reviewing.complete_review(review=desk.review, by=desk.user)


def with_review(do: Callable[..., Any]) -> Callable[[Desktop, Any], Any]:
    def act(desk: Desktop, form: Any) -> Any:
        if desk.review is None:
            raise Conflict
        return do(review=desk.review, by=desk.user, **form.cleaned_data)

    return act


def with_joint(do: Callable[..., Any]) -> Callable[[Desktop, Any], Any]:
    def act(desk: Desktop, form: Any) -> Any:
        if desk.joint is None:
            raise Conflict
        return do(reconciliation=desk.joint, by=desk.user, **form.cleaned_data)

    return act


def with_case(do: Callable[..., Any]) -> Callable[[Desktop, Any], Any]:
    return lambda desk, form: do(application=desk.case, by=desk.user, **form.cleaned_data)


WORKS = (
    Work(
        "start_screening", _("Screening"), _("Start screening"), can_screen, lambda d: d.can("start_screening"),
        plain(forms.WorkForm), with_case(screen.start_screening), _("Screening has begun."),
        hint=_("You will be named as the officer who screens this case."),
    ),
    Work(
        "record_checks", _("Screening checklist"), _("Save the checklist"), can_screen, is_screening,
        checklist_form, record_checks, _("The checklist has been saved."), template="admin/scheme/case/checklist.html",
    ),
    Work(
        "send_on", _("Eligible"), _("Eligible: send it on"), can_screen, is_screening,
        plain(forms.WorkForm), with_case(screen.send_on), _("The case has been sent on."),
        hint=_("Every line of the saved checklist must be met."),
    ),
    Work(
        "ask", _("Ask for clarification"), _("Ask the enterprise"), can_screen, is_screening,
        clarification_form, with_case(clarify.ask_clarification), _("The enterprise has been asked."), folded=True,
    ),
    Work(
        "find_ineligible", _("Not eligible"), _("Find it not eligible"), can_screen, is_screening,
        plain(forms.WhyForm), with_case(screen.find_ineligible), _("The case is closed as not eligible."),
        tone="danger", folded=True,
    ),
    Work(
        "report_assessment", _("Report of the on-site assessment"), _("Report, and send to review"),
        lambda d: rules.can_assess_on_site.test(d.user, d.case),
        lambda d: rules.can_assess_on_site.test(d.user, d.case) and d.case.state == State.ASSESSMENT,
        plain(forms.AssessmentForm), with_case(assess.report_assessment),
        _("The assessment is reported; the case is under review."),
    ),
    Work(
        "start_review", _("Review by your government"), _("Start the review"), can_review, may_start_review,
        plain(forms.WorkForm), with_case(reviewing.start_review),
        _("The review is yours. Save it as often as you like."),
        hint=_("One review of record is written for each government. You will be its author."),
    ),
    Work(
        "save_review", _("Your review"), _("Save the draft"), can_review, lambda d: d.can_review_move("complete"),
        review_form, save_review, _("The draft has been saved."), template="admin/scheme/case/review_form.html",
    ),
    Work(
        "complete_review", _("Your review"), _("Complete the review"), can_review,
        lambda d: d.can_review_move("complete"), review_form, complete_review,
        _("The review is complete. It stays sealed until both governments have completed theirs."),
        template="admin/scheme/case/review_form.html", form_of="save_review",
    ),
    Work(
        "hand_over", _("Hand the review over"), _("Hand over"), can_review, lambda d: d.can_review_move("hand_over"),
        hand_over_form, with_review(reviewing.hand_over_review), _("The review has been handed over."), folded=True,
    ),
    Work(
        "take_over", _("Take the review over"), _("Take over"), can_review, may_take_over,
        plain(forms.WhyForm), with_review(reviewing.take_over_review), _("The review is yours now."), folded=True,
    ),
    Work(
        "propose_note", _("Joint note"), _("Save the joint note"), can_review, may_reconcile,
        joint_form(forms.JointNoteForm), with_joint(reconcile.propose_reconciliation),
        _("The joint note has been saved. Both governments sign it."),
    ),
    Work(
        "sign_note", _("Sign the joint note"), _("Sign for your government"), can_review, may_sign,
        joint_form(forms.SignForm), with_joint(reconcile.sign_reconciliation),
        _("You have signed for your government."),
    ),
    Work(
        "recommend", _("Recommend"), _("Recommend the enterprise"), lambda d: rules.can_recommend.test(d.user, d.case),
        lambda d: d.can("recommend"), plain(forms.WhyForm), with_case(recommend.recommend),
        _("The enterprise has been recommended."),
    ),
    Work(
        "not_recommend", _("Do not recommend"), _("Close without a recommendation"),
        lambda d: rules.can_recommend.test(d.user, d.case), lambda d: d.can("not_recommend"),
        plain(forms.WhyForm), with_case(recommend.not_recommend), _("The case is closed without a recommendation."),
        tone="danger",
    ),
    Work(
        "declare_conflict", _("Declare a conflict of interest"), _("Declare"), can_screen, can_screen,
        plain(forms.WhyForm),
        lambda d, form: conflict.declare_conflict(enterprise=d.case.enterprise, by=d.user, **form.cleaned_data),
        _("Your conflict of interest is on the record. No case of this enterprise is shown to you now."),
        tone="danger", folded=True,
        hint=_("From then on no case of this enterprise exists for you, until a colleague ends the declaration."),
    ),
)  # fmt: skip
BY_NAME = {work.name: work for work in WORKS}
