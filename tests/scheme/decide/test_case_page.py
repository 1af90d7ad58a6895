"""The case page: each work by its form, refused in words, nothing typed lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Side
from scheme.admin.case_work import BY_NAME
from scheme.models import EnterpriseConflict, PartnerApplication, Reconciliation, Review
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State


def state_of(application: PartnerApplication) -> str:
    return PartnerApplication.objects.get(pk=application.pk).state


def works_on(response) -> list[str]:
    return [card.work.name for card in response.context["cards"]]


ALWAYS = ["declare_conflict"]
SCREENING = ["record_checks", "send_on", "ask", "find_ineligible"]


@pytest.mark.parametrize(
    ("state", "officer", "secretariat"),
    [
        (State.SUBMITTED, ["start_screening"], ["start_screening"]),
        (State.SCREENING, SCREENING, SCREENING),
        (State.CLARIFICATION, [], []),
        (State.ASSESSMENT, [], ["report_assessment"]),
        (State.UNDER_REVIEW, ["start_review"], []),
        (State.RECOMMENDED, [], []),
        (State.WITHDRAWN, [], []),
    ],
)
def test_page_offers_the_work_of_the_state_and_the_person(signed_in, page_of, state, officer, secretariat):
    application = cases.case_in(state)
    people = ((make.epd_officer, officer), (make.secretariat, secretariat))
    for who, works in people:
        assert works_on(signed_in(who()).get(page_of(application))) == works + ALWAYS
    assert works_on(signed_in(make.auditor()).get(page_of(application))) == []


@pytest.mark.parametrize("work", BY_NAME)
def test_auditor_reads_the_page_and_does_no_work(signed_in, page_of, work):
    application = cases.case_in(State.SCREENING)
    client = signed_in(make.auditor())
    assert client.get(page_of(application)).status_code == 200
    assert client.post(page_of(application), {"work": work}).status_code == 404
    assert not application.moves.exists()


def test_unknown_work_and_unknown_case_do_not_exist(signed_in, page_of):
    application = cases.case_in(State.SCREENING)
    client = signed_in(make.epd_officer())
    assert client.post(page_of(application), {"work": "publish"}).status_code == 404
    assert client.post(page_of(application), {}).status_code == 404
    for broken in ("0", "999999", "x", "1_2F", "99999999999999999999999"):
        assert client.get(f"/admin/scheme/partnerapplication/{broken}/change/").status_code == 404


def test_post_without_token_is_refused_and_changes_nothing(page_of):
    application = cases.case_in(State.SUBMITTED)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.epd_officer(), backend="portal.accounts.backends.PortalBackend")
    assert client.post(page_of(application), {"work": "start_screening"}).status_code == 403
    assert state_of(application) == State.SUBMITTED


def test_screening_from_start_to_review(signed_in, page_of):
    application = cases.case_in(State.SUBMITTED)
    item = make.EligibilityItemFactory(category=application.category, code="hk")
    client, page = signed_in(make.secretariat()), page_of(application)
    assert client.post(page, {"work": "start_screening"}).status_code == 302
    refused = client.post(page, {"work": "send_on"})
    assert refused.status_code == 422
    assert item.text in refused.content.decode()
    client.post(page, {"work": "record_checks", "record_checks-result_hk": "met", "record_checks-note_hk": "Seen."})
    assert "Seen." in client.get(page).content.decode()
    client.post(page, {"work": "send_on"})
    assert state_of(application) == State.UNDER_REVIEW


def test_note_without_a_result_is_kept_and_explained(signed_in, page_of):
    application = cases.case_in(State.SCREENING)
    make.EligibilityItemFactory(category=application.category, code="hk")
    answer = signed_in(make.epd_officer()).post(
        page_of(application), {"work": "record_checks", "record_checks-note_hk": "Half a thought"}
    )
    assert answer.status_code == 422
    assert "Half a thought" in answer.content.decode()
    assert not application.screening_checks.exists()


def test_clarification_with_a_day_that_has_passed_keeps_the_question(signed_in, page_of):
    application = cases.case_in(State.SCREENING)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = signed_in(make.epd_officer()).post(
        page_of(application), {"work": "ask", "ask-question": "Which <site>?", "ask-due": yesterday}
    )
    assert answer.status_code == 422
    assert "Which &lt;site&gt;?" in answer.content.decode()
    assert state_of(application) == State.SCREENING


def test_clarification_thread_shows_question_answer_and_what_changed(signed_in, page_of):
    application = make.fill(cases.case_in(State.CLARIFICATION))
    officer = make.epd_officer()
    cases.clarification_of(application, officer)
    owner = cases.member(application, "owner")
    from scheme.services.clarify import answer_clarification

    answer_clarification(application=application, answer="In the year 2024.", by=owner)
    text = signed_in(make.gdeic_officer()).get(page_of(application)).content.decode()
    wanted = ("Which year?", "In the year 2024.", "Variable-speed drives on dyeing machines")
    assert [word for word in wanted if word not in text] == []


def review_typed(**marks: object) -> dict[str, object]:
    typed = {"measures": 7, "results": 7, "comment": "Sound.", "recommendation": "partner"} | marks
    return {
        "save_review-mark_measures": typed["measures"], "save_review-mark_results": typed["results"],
        "save_review-comment": typed["comment"], "save_review-recommendation": typed["recommendation"],
    }  # fmt: skip


def test_review_is_started_saved_and_completed_and_a_second_click_does_no_harm(signed_in, page_of):
    application = cases.under_review()
    client, page = signed_in(make.epd_officer()), page_of(application)
    client.post(page, {"work": "start_review"})
    client.post(page, {"work": "start_review"})
    client.post(page, {"work": "save_review"} | review_typed(results=""))
    review = Review.objects.get()
    assert (review.state, review.total, review.comment) == ("draft", None, "Sound.")
    assert client.post(page, {"work": "complete_review"} | review_typed()).status_code == 302
    again = client.post(page, {"work": "complete_review"} | review_typed(comment="A second thought."))
    review.refresh_from_db()
    assert (again.status_code, review.state, review.comment, review.moves.count()) == (422, "complete", "Sound.", 1)
    assert "A second thought." in again.content.decode()


@pytest.mark.parametrize("mark", ["11", "-1", "seven", "7.5", "9" * 30])
def test_mark_off_the_scale_is_explained_and_the_comment_kept(signed_in, page_of, mark):
    application = cases.under_review()
    client, page = signed_in(make.epd_officer()), page_of(application)
    client.post(page, {"work": "start_review"})
    answer = client.post(page, {"work": "complete_review"} | review_typed(measures=mark, comment="Long and good."))
    text = answer.content.decode()
    assert (answer.status_code, "Long and good." in text, f'value="{mark}"' in text) == (422, True, True)
    assert not Review.objects.get().marks.exists()


def test_completing_with_a_gap_saves_the_draft_and_names_the_gap(signed_in, page_of):
    application = cases.under_review()
    client, page = signed_in(make.epd_officer()), page_of(application)
    client.post(page, {"work": "start_review"})
    answer = client.post(page, {"work": "complete_review"} | review_typed(results=""))
    review = Review.objects.get()
    assert (answer.status_code, review.state, review.comment) == (422, "draft", "Sound.")
    assert "Results" in answer.content.decode()


def test_text_for_a_case_that_has_moved_on_is_shown_again(signed_in, page_of):
    application = cases.case_in(State.WITHDRAWN)
    answer = signed_in(make.epd_officer()).post(
        page_of(application), {"work": "find_ineligible", "find_ineligible-reason": "Three long sentences."}
    )
    assert answer.status_code == 422
    assert answer.context["lost"]["typed"][0][1] == "Three long sentences."
    assert "Three long sentences." in answer.content.decode()


def test_secretariat_cannot_post_a_review(signed_in, page_of):
    application = cases.under_review()
    client = signed_in(make.secretariat())
    for work in (
        "start_review",
        "save_review",
        "complete_review",
        "take_over",
        "propose_note",
        "sign_note",
        "recommend",
    ):
        assert client.post(page_of(application), {"work": work}).status_code == 404
    assert not Review.objects.exists()


def test_author_who_was_relieved_meanwhile_reads_their_words_again(signed_in, page_of):
    application = cases.under_review()
    author, colleague = make.epd_officer(), make.epd_officer()
    review = cases.draft_review(application, author)
    cases.reviewing.take_over_review(review=review, by=colleague, reason="On leave.")
    answer = signed_in(author).post(page_of(application), {"work": "save_review"} | review_typed(comment="My view."))
    assert (answer.status_code, "My view." in answer.content.decode()) == (403, True)
    assert Review.objects.get().comment == "Sound work."


def test_colleague_takes_over_and_hands_over(signed_in, page_of):
    application = cases.under_review()
    author, colleague = make.epd_officer(), make.epd_officer()
    cases.draft_review(application, author)
    page = page_of(application)
    signed_in(colleague).post(page, {"work": "take_over", "take_over-reason": "On leave."})
    assert Review.objects.get().author == colleague
    foreign = make.gdeic_officer()
    given = {"work": "hand_over", "hand_over-reason": "Back."}
    assert signed_in(colleague).post(page, given | {"hand_over-to": foreign.pk}).status_code == 422
    signed_in(colleague).post(page, given | {"hand_over-to": author.pk})
    assert Review.objects.get().author == author


def test_joint_note_is_written_signed_by_both_and_recommended(signed_in, page_of):
    application = cases.under_review()
    epd, gdeic = make.epd_officer(), make.gdeic_officer()
    cases.reviewed(application, epd)
    cases.reviewed(application, gdeic, (3, 3), recommendation="not")
    one, two, page = signed_in(epd), signed_in(gdeic), page_of(application)
    joint = Reconciliation.objects.get()
    note = {"propose_note-note": "Weighed.", "propose_note-outcome": "partner"}
    one.post(page, {"work": "propose_note", "propose_note-seen": joint.fingerprint} | note)
    stale = two.post(page, {"work": "propose_note", "propose_note-seen": joint.fingerprint} | note | {
        "propose_note-note": "Written at the same time."
    })  # fmt: skip
    assert (stale.status_code, "Written at the same time." in stale.content.decode()) == (422, True)
    joint.refresh_from_db()
    for client in (one, two):
        client.post(page, {"work": "sign_note", "sign_note-seen": joint.fingerprint})
    assert Reconciliation.objects.get().is_signed
    assert works_on(one.get(page))[-2:] == ["recommend", "declare_conflict"]
    one.post(page, {"work": "recommend", "recommend-reason": "Both signed."})
    assert state_of(application) == State.RECOMMENDED


def test_declaring_a_conflict_leads_back_to_the_queue_without_the_case(signed_in, page_of):
    application = cases.case_in(State.SUBMITTED)
    officer = make.epd_officer()
    client, page = signed_in(officer), page_of(application)
    answer = client.post(page, {"work": "declare_conflict", "declare_conflict-reason": "Shares."}, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/scheme/partnerapplication/"
    assert EnterpriseConflict.objects.get().officer == officer
    assert client.get(page).status_code == 404


def test_both_reviews_stand_side_by_side_after_unsealing(signed_in, page_of):
    application = cases.under_review()
    cases.reviewed(application, make.epd_officer(), (6, 9))
    cases.reviewed(application, make.gdeic_officer(), (7, 8))
    compared = signed_in(make.auditor()).get(page_of(application)).context["compared"]
    assert [(criterion.code, values) for criterion, values in compared] == [("measures", [6, 7]), ("results", [9, 8])]


def test_older_version_can_be_read(signed_in, page_of):
    application = cases.case_in(State.SCREENING)
    application.versions.create(number=2, content={}, sha256="0" * 64, made_by=application.started_by)
    client, page = signed_in(make.epd_officer()), page_of(application)
    shown = [client.get(page, {"version": asked}).context["version"].number for asked in ("", "1", "2", "9", "x")]
    assert shown == [2, 1, 2, 2, 2]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a\0b", "😀" * 500, "\u202etxt", "字" * 10_001])
def test_strange_text_does_no_harm(signed_in, page_of, text):
    application = cases.case_in(State.SCREENING)
    answer = signed_in(make.epd_officer()).post(
        page_of(application), {"work": "find_ineligible", "find_ineligible-reason": text}, follow=True
    )
    assert answer.status_code in (200, 422)
    assert "<script>alert(1)" not in answer.content.decode()


def test_extension_page_answers_alike_for_absent_submitted_and_conflicted_drafts(signed_in):
    draft, mine = make.ApplicationFactory(), make.ApplicationFactory()
    officer = cases.in_conflict(make.epd_officer(), mine)
    client = signed_in(officer)
    until = (draft.category.round.closes_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    typed = {"until": until, "reason": "Flood."}
    said = []
    for reference in ("RS-1999-00001", mine.reference, cases.case_in(State.SUBMITTED).reference):
        answer = client.post("/admin/scheme/extension/add/", typed | {"reference": reference})
        said.append((answer.status_code, answer.context["form"].errors["reference"]))
    assert said == [(422, ["There is no draft with this reference. Check what you typed."])] * 3
    assert client.post("/admin/scheme/extension/add/", typed | {"reference": draft.reference}).status_code == 302
    extension = draft.extensions.get()
    assert client.get(f"/admin/scheme/extension/{extension.pk}/change/").status_code == 200
    assert client.get("/admin/scheme/extension/").status_code == 200


def test_conflicts_are_declared_by_number_and_ended_by_a_colleague(signed_in):
    enterprise = make.EnterpriseFactory()
    officer, colleague = make.epd_officer(), make.secretariat(Side.HONG_KONG)
    add = "/admin/scheme/enterpriseconflict/add/"
    wrong = signed_in(officer).post(add, {"br_number": "00000000", "reason": "Shares."})
    assert (wrong.status_code, "Shares." in wrong.content.decode()) == (422, True)
    signed_in(officer).post(add, {"br_number": enterprise.br_number, "reason": "Shares."})
    page = f"/admin/scheme/enterpriseconflict/{EnterpriseConflict.objects.get().pk}/change/"
    assert signed_in(officer).get(page).status_code == 200
    assert signed_in(officer).post(page, {"reason": "Sold."}).status_code == 404
    assert signed_in(make.gdeic_officer()).get(page).status_code == 404
    signed_in(colleague).post(page, {"reason": "Sold."})
    assert EnterpriseConflict.objects.get().ended_by == colleague
