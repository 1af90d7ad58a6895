"""The two reviews of a case of a past round, their reconciliation where they differed, and what both came to."""

from datetime import timedelta
from typing import TYPE_CHECKING

from portal.accounts.models import Side
from scheme.models import Category, Criterion, Mark, Recommendation, Reconciliation, Review, ReviewMove
from scheme.queries.outcome import weighted_total
from scheme.services.demo.data import number_of, one_of
from scheme.services.demo.shelf import record
from scheme.services.demo.texts import text
from scheme.states import REVIEW

if TYPE_CHECKING:
    from scheme.services.demo.cases import Story

# level → the marks out of five it is made of; with the pass mark of 60 and 80 for an excellent partner
MARKS = {"excellent": (4, 5), "partner": (3, 4), "not": (2, 3)}
OFFICERS = {Side.HONG_KONG: ("epd", "epd2"), Side.GUANGDONG: ("gdeic", "gdeic2")}


def judge(story: "Story", category: Category) -> None:
    """Both reviews, and the outcome: agreed at once, or signed by both after one side had said no."""
    criteria = list(category.criteria.all())
    differed = story.level == "partner" and number_of(story.key + "differ", 1, 16) == 1
    marks = marks_of(story.key, story.level, criteria)
    write_review(story, Side.GUANGDONG, story.level, marks)
    if differed:
        write_review(story, Side.HONG_KONG, "not", marks_of(story.key + "low", "not", criteria))
        reconcile(story)
    else:
        write_review(story, Side.HONG_KONG, story.level, nearly(story.key, marks, MARKS[story.level]))
    outcome = Recommendation(story.level)
    by = story.people[one_of(story.key, ("epd", "gdeic"))]
    move = "not_recommend" if outcome == Recommendation.NOT else "recommend"
    story.move(move, "committee", by, text("recommend-reason", story.key, by.language))
    story.application.outcome = outcome


def marks_of(key: str, level: str, criteria: list[Criterion]) -> dict[Criterion, int]:
    """A mark for each criterion; the first keeps a partner below excellence, and a no below the pass mark."""
    low, high = MARKS[level]
    marks = {criterion: number_of(f"{key}{criterion.code}", low, high) for criterion in criteria}
    marks[criteria[0]] = high if level == "excellent" else low
    return marks


def nearly(key: str, marks: dict[Criterion, int], bounds: tuple[int, int]) -> dict[Criterion, int]:
    """The same marks, but for one criterion of small weight: two people who looked at the same case."""
    other = dict(marks)
    changed = min(list(marks)[1:], key=lambda criterion: (criterion.weight, criterion.position))
    other[changed] = bounds[1] if marks[changed] == bounds[0] else bounds[0]
    return other


def write_review(story: "Story", side: Side, recommendation: str, marks: dict[Criterion, int]) -> None:
    """A complete review of one government."""
    author = story.people[one_of(story.key + side, OFFICERS[side])]
    done = story.calendar.time(f"reviewed_{side}", story.key)
    kind = "review-comment-not" if recommendation == "not" else "review-comment"
    review = Review(
        application=story.application,
        side=side,
        author=author,
        recommendation=recommendation,
        comment=text(kind, story.key + side, author.language),
        total=weighted_total((criterion.weight, criterion.scale, value) for criterion, value in marks.items()),
        created_at=done - timedelta(hours=20),
        state_since=done - timedelta(hours=20),
        completed_at=done,
    )
    story.shelf.put(review)
    story.shelf.put(ReviewMove(**record(review, REVIEW, "complete", by=author, at=done)))
    for criterion, value in marks.items():
        story.shelf.put(Mark(review=review, criterion=criterion, value=value))


def reconcile(story: "Story") -> None:
    """One side said no: the case goes to reconciliation, and an officer of each signs the joint note."""
    epd, gdeic = story.people["epd"], story.people["gdeic"]
    story.move("reconcile", "reconciled", epd)
    opened = story.application.state_since
    story.shelf.put(
        Reconciliation(
            application=story.application,
            opened_at=opened,
            note=text("reconciliation-note", story.key, epd.language),
            outcome=story.level,
            written_by=epd,
            signed_hong_kong_by=epd,
            signed_hong_kong_at=opened + timedelta(hours=1),
            signed_guangdong_by=gdeic,
            signed_guangdong_at=opened + timedelta(hours=2),
        )
    )
