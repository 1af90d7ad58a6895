"""The review of record of each government, and what happens when the second one is completed."""

from decimal import Decimal

import pytest

from portal.accounts.models import Side
from portal.errors import Conflict, Incomplete, NotAllowed, ReasonNeeded
from scheme.models import PartnerApplication, Reconciliation, Review
from scheme.services import recommend, reconcile
from scheme.services import review as reviewing
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State


def state_of(application: PartnerApplication) -> str:
    return PartnerApplication.objects.get(pk=application.pk).state


def test_one_review_for_a_government_and_a_second_click_finds_it():
    application = cases.under_review()
    officer, colleague = make.epd_officer(), make.epd_officer()
    first = reviewing.start_review(application=application, by=officer)
    assert reviewing.start_review(application=application, by=officer) == first
    with pytest.raises(Conflict):
        reviewing.start_review(application=application, by=colleague)
    other = reviewing.start_review(application=application, by=make.gdeic_officer())
    assert {(review.pk, review.side) for review in Review.objects.all()} == {
        (first.pk, Side.HONG_KONG), (other.pk, Side.GUANGDONG),
    }  # fmt: skip


def test_who_serves_both_reviews_for_neither():
    with pytest.raises(NotAllowed):
        reviewing.start_review(application=cases.under_review(), by=cases.both_serving())


def test_draft_keeps_marks_takes_them_back_and_computes_the_total_when_all_are_there():
    application = cases.under_review()
    officer = make.epd_officer()
    review = reviewing.start_review(application=application, by=officer)
    save = {"review": review, "by": officer, "comment": "", "recommendation": ""}
    assert reviewing.save_review_draft(marks={"measures": 7}, **save).total is None
    assert reviewing.save_review_draft(marks={"results": 8}, **save).total == Decimal("75.00")
    assert reviewing.save_review_draft(marks={"measures": None}, **save).total is None
    assert list(review.marks.values_list("criterion__code", "value")) == [("results", 8)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"marks": {"measures": 11}},
        {"marks": {"measures": -1}},
        {"marks": {"somebody-elses": 3}},
        {"recommendation": "excellent"},
        {"recommendation": "perhaps"},
    ],
)
def test_mark_off_the_scale_and_recommendation_not_awarded_are_refused_and_change_nothing(wrong):
    application = cases.under_review(category__excellent_mark=None)
    make.CriterionFactory(code="somebody-elses")
    officer = make.epd_officer()
    review = cases.draft_review(application, officer)
    with pytest.raises(NotAllowed):
        reviewing.save_review_draft(
            review=review, by=officer, **{"marks": {"results": 1}, "comment": "", "recommendation": ""} | wrong
        )
    assert list(review.marks.values_list("value", flat=True)) == [7, 7]


def test_completing_names_what_is_missing_and_leaves_the_draft():
    application = cases.under_review()
    officer = make.epd_officer()
    review = reviewing.start_review(application=application, by=officer)
    reviewing.save_review_draft(review=review, marks={"measures": 7}, comment="Kept.", recommendation="", by=officer)
    with pytest.raises(Incomplete) as refusal:
        reviewing.complete_review(review=review, by=officer)
    assert refusal.value.missing == ["Results", "the recommendation"]
    assert Review.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("marks", "recommendation", "needs_reason"),
    [((6, 5), "partner", True), ((6, 6), "partner", False), ((7, 8), "excellent", True), ((8, 8), "excellent", False),
     ((1, 1), "not", False)],
)  # fmt: skip
def test_recommending_more_than_the_total_carries_needs_a_reason(marks, recommendation, needs_reason):
    application = cases.under_review()
    officer = make.epd_officer()
    review = cases.draft_review(application, officer, marks, recommendation=recommendation, comment="")
    if needs_reason:
        with pytest.raises(ReasonNeeded):
            reviewing.complete_review(review=review, by=officer)
        review = cases.draft_review(
            application, officer, marks, recommendation=recommendation, comment="It grows fast."
        )
    assert reviewing.complete_review(review=review, by=officer).state == "complete"


def test_complete_review_cannot_be_changed_or_completed_again():
    application = cases.under_review()
    officer = make.epd_officer()
    review = cases.reviewed(application, officer)
    with pytest.raises(Conflict):
        reviewing.save_review_draft(review=review, marks={"results": 1}, comment="", recommendation="", by=officer)
    with pytest.raises(Conflict):
        reviewing.complete_review(review=review, by=officer)
    assert review.moves.count() == 1


def test_reviews_that_agree_leave_the_case_to_be_recommended():
    application = cases.under_review()
    epd = make.epd_officer()
    cases.reviewed(application, epd)
    cases.reviewed(application, make.gdeic_officer(), (8, 8))
    assert (state_of(application), Reconciliation.objects.count()) == (State.UNDER_REVIEW, 0)
    recommended = recommend.recommend(application=application, by=epd, reason="Both agree.")
    assert (recommended.state, recommended.outcome) == (State.RECOMMENDED, "partner")


@pytest.mark.parametrize(("marks", "said"), [((9, 10), "partner"), ((8, 7), "excellent"), ((3, 2), "not")])
def test_second_review_that_does_not_agree_opens_reconciliation(marks, said):
    application = cases.under_review()
    cases.reviewed(application, make.epd_officer())
    gdeic = make.gdeic_officer()
    cases.reviewed(application, gdeic, marks, recommendation=said)
    assert state_of(application) == State.RECONCILIATION
    move = application.moves.get()
    assert (move.move, move.by) == ("reconcile", gdeic)
    assert Reconciliation.objects.get().application == application


def test_refusal_leaves_both_governments_out_until_both_are_complete():
    application = cases.under_review()
    epd = make.epd_officer()
    for _step in range(2):
        with pytest.raises(Incomplete):
            recommend.recommend(application=application, by=epd, reason="Now.")
        if not application.reviews.exists():
            cases.reviewed(application, epd)


def test_both_refusing_closes_the_case_without_a_recommendation():
    application = cases.under_review()
    epd = make.epd_officer()
    cases.reviewed(application, epd, (1, 1), recommendation="not")
    cases.reviewed(application, make.gdeic_officer(), (1, 2), recommendation="not")
    with pytest.raises(Incomplete):
        recommend.recommend(application=application, by=epd, reason="Kindness.")
    closed = recommend.not_recommend(application=application, by=epd, reason="Too little.")
    assert (closed.state, closed.outcome) == (State.NOT_RECOMMENDED, "not")


def test_colleague_takes_a_draft_over_and_the_first_author_writes_no_longer():
    application = cases.under_review()
    first, second = make.epd_officer(), make.epd_officer()
    review = cases.draft_review(application, first)
    taken = reviewing.take_over_review(review=review, by=second, reason="On leave.")
    assert (taken.author, list(taken.marks.values_list("value", flat=True))) == (second, [7, 7])
    assert (taken.moves.get().by, taken.moves.get().reason) == (second, "On leave.")
    with pytest.raises(NotAllowed):
        reviewing.complete_review(review=review, by=first)
    for stranger in (make.gdeic_officer(), make.secretariat(), cases.both_serving()):
        with pytest.raises(NotAllowed):
            reviewing.take_over_review(review=review, by=stranger, reason="Mine.")


def test_author_hands_a_draft_over_to_a_colleague_without_conflict_only():
    application = cases.under_review()
    author, colleague = make.epd_officer(), make.epd_officer()
    review = cases.draft_review(application, author)
    for wrong in (cases.in_conflict(make.epd_officer(), application), make.gdeic_officer(), make.secretariat(), author):
        with pytest.raises(NotAllowed):
            reviewing.hand_over_review(review=review, to=wrong, by=author, reason="Leave.")
    assert reviewing.hand_over_review(review=review, to=colleague, by=author, reason="Leave.").author == colleague


def test_review_by_an_author_in_conflict_is_written_again_and_signatures_fall():
    application = cases.under_review()
    author, colleague, gdeic = make.epd_officer(), make.epd_officer(), make.gdeic_officer()
    review = cases.reviewed(application, author)
    cases.reviewed(application, gdeic, (2, 2), recommendation="not")
    joint = Reconciliation.objects.get()
    reconcile.propose_reconciliation(reconciliation=joint, note="Weighed.", outcome="partner", by=author)
    reconcile.sign_reconciliation(reconciliation=joint, by=author)
    reconcile.sign_reconciliation(reconciliation=joint, by=gdeic)
    cases.in_conflict(author, application)
    with pytest.raises(Incomplete):
        recommend.recommend(application=application, by=gdeic, reason="Signed.")
    again = reviewing.take_over_review(review=review, by=colleague, reason="The author has an interest.")
    assert (again.state, again.author, again.total, again.marks.count()) == ("draft", colleague, None, 0)
    assert not Reconciliation.objects.get().is_signed
    with pytest.raises(Conflict):
        reconcile.sign_reconciliation(reconciliation=joint, by=gdeic)
    cases.reviewed(application, colleague)
    reconcile.sign_reconciliation(reconciliation=joint, by=gdeic)
    reconcile.sign_reconciliation(reconciliation=joint, by=colleague)
    recommend.recommend(application=application, by=gdeic, reason="Signed.")
    assert state_of(application) == State.RECOMMENDED


def test_withdrawn_case_takes_no_more_reviews():
    application = cases.under_review()
    officer = make.epd_officer()
    review = cases.draft_review(application, officer)
    PartnerApplication.objects.filter(pk=application.pk).update(state=State.WITHDRAWN)
    for attempt in (
        lambda: reviewing.complete_review(review=review, by=officer),
        lambda: reviewing.start_review(application=application, by=make.gdeic_officer()),
        lambda: reviewing.take_over_review(review=review, by=make.epd_officer(), reason="Leave."),
    ):
        with pytest.raises(Conflict):
            attempt()
