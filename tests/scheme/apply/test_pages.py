"""The applicant's pages: who gets them, saving, clashes, documents, submitting."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from scheme.models import ApplicationDocument, ApplicationPart, ApplicationVersion, PartnerApplication
from scheme.services.apply import submit_application
from tests import factories as make

pytestmark = pytest.mark.django_db
State = PartnerApplication.State
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def section(application):
    made = make.QuestionSectionFactory(category=application.category, code="management", name_en="Management")
    make.QuestionFactory(section=made, code="policy", text_en="What is your policy?", word_limit=5, required=False)
    make.QuestionFactory(section=made, code="budget", text_en="Budget?", kind="number", unit="t", required=False)
    make.QuestionFactory(section=made, code="proof", text_en="Proof?", kind="file", required=False)
    return made


def address(name, application, *more):
    return reverse(name, args=(application.reference, *more))


def signed_in(client, role, application):
    """The client as one of the kinds of person of the table."""
    if role == "stranger":
        client.force_login(make.MembershipFactory().user)
    elif role != "anonymous":
        member = make.MembershipFactory(enterprise=application.enterprise, role=role)
        client.force_login(member.user)
    return client


PAGES = [
    # name, further arguments, then the status for anonymous, stranger, viewer, editor, owner
    ("application", (), (302, 404, 200, 200, 200)),
    ("application-check", (), (302, 404, 200, 200, 200)),
    ("application-copy", (), (302, 404, 200, 200, 200)),
    ("application-withdraw", (), (302, 404, 404, 200, 200)),
    ("application-submitted", (), (302, 404, 302, 302, 302)),
    ("application-section", ("enterprise",), (302, 404, 302, 200, 200)),
    ("application-section", ("sites",), (302, 404, 302, 200, 200)),
    ("application-section", ("measures",), (302, 404, 302, 200, 200)),
    ("application-section", ("questions-management",), (302, 404, 302, 200, 200)),
    ("application-section", ("documents",), (302, 404, 302, 200, 200)),
    ("application-section", ("declaration",), (302, 404, 302, 200, 200)),
    ("application-section", ("no-such-section",), (302, 404, 302, 404, 404)),
    ("application-entry", ("measures", "<entry>"), (302, 404, 302, 200, 200)),
    ("application-entry-remove", ("measures", "<entry>"), (302, 404, 404, 200, 200)),
    ("application-document", ("<document>",), (302, 404, 200, 200, 200)),
    ("clarification", (1,), (302, 404, 404, 404, 404)),
]
POSTS = [
    ("application-submit", (), (302, 404, 404, 409, 409)),
    ("application-withdraw", (), (302, 404, 404, 422, 422)),
    ("application-section", ("declaration",), (302, 404, 404, 302, 302)),
    ("application-entry-add", ("measures",), (302, 404, 404, 302, 302)),
    ("application-entry-add", ("audit",), (302, 404, 404, 404, 404)),
    ("application-entry-remove", ("measures", "<entry>"), (302, 404, 404, 302, 302)),
    ("application-documents", (), (302, 404, 404, 422, 422)),
]
ROLES = ("anonymous", "stranger", "viewer", "editor", "owner")


@pytest.fixture
def filled(application, section, owner):
    """An incomplete draft with something in every place that could leak."""
    application.parts.filter(key="audit").delete()
    application.documents.create(
        file=SimpleUploadedFile("report.pdf", PDF), name="report.pdf", size=len(PDF), sha256="0" * 64,
        content_type="application/pdf", scan="clean", uploaded_by=owner,
    )  # fmt: skip
    return application


def arguments(application, given):
    entry = application.parts.get(key="measures").uid
    document = application.documents.get().uid
    return tuple({"<entry>": entry, "<document>": document}.get(one, one) for one in given)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "given", "expected"), PAGES, ids=lambda value: str(value))
def test_each_page_is_for_members_only(client, filled, name, given, expected, role):
    url = address(name, filled, *arguments(filled, given))
    assert signed_in(client, role, filled).get(url).status_code == expected[ROLES.index(role)]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "given", "expected"), POSTS, ids=lambda value: str(value))
def test_each_action_is_for_editors_only(client, filled, name, given, expected, role):
    before = stored(filled)
    url = address(name, filled, *arguments(filled, given))
    assert signed_in(client, role, filled).post(url).status_code == expected[ROLES.index(role)]
    if role not in ("editor", "owner"):
        assert stored(filled) == before


def stored(application):
    application.refresh_from_db()
    parts = list(application.parts.values_list("key", "data").order_by("pk"))
    return application.state, parts, application.documents.filter(removed_at=None).count()


@pytest.mark.parametrize(("role", "status", "made"), [
    ("anonymous", 302, 0), ("stranger", 404, 0), ("viewer", 404, 0), ("editor", 302, 1), ("owner", 302, 1),
])  # fmt: skip
def test_starting_is_for_editors(client, role, status, made):
    enterprise, category = make.EnterpriseFactory(), make.CategoryFactory()
    if role == "stranger":
        client.force_login(make.MembershipFactory().user)
    elif role != "anonymous":
        client.force_login(make.MembershipFactory(enterprise=enterprise, role=role).user)
    response = client.post(reverse("application-start", args=(enterprise.pk, category.pk)))
    assert (response.status_code, PartnerApplication.objects.count()) == (status, made)


def test_a_page_that_saves_itself_is_told_that_the_session_is_over(client, application):
    url = address("application-section", application, "declaration")
    assert client.post(url, {"f-name": "X"}, headers={"HX-Request": "true"}).status_code == 401


def test_section_saves_as_typed_and_says_what_is_wrong(client, application, section, owner):
    client.force_login(owner)
    url = address("application-section", application, "questions-management")
    typed = {"f-policy": "one two three four five six", "was-policy": "", "f-budget": "a lot", "was-budget": ""}
    response = client.post(url, typed, headers={"HX-Request": "true"})
    part = ApplicationPart.objects.get(key="questions-management")
    assert part.data == {"policy": "one two three four five six", "budget": "a lot"}
    assert b"Saved " in response.content
    assert b"1 word or character longer than the limit of 5" in response.content
    assert b"Enter a number in digits" in response.content
    page = client.get(url)
    assert b'value="a lot"' in page.content
    assert b"Enter a number in digits" in page.content


def test_button_saves_and_returns_to_the_list(client, application, section, owner):
    client.force_login(owner)
    url = address("application-section", application, "questions-management")
    response = client.post(url, {"f-policy": "We save.", "was-policy": ""})
    assert response.url == f"{address('application', application)}?saved={url.replace('/', '%2F')}"
    assert ApplicationPart.objects.get(key="questions-management").data == {"policy": "We save."}


def test_second_colleague_sees_both_values_and_chooses(client, application, section, owner):
    url = address("application-section", application, "questions-management")
    application.parts.create(key="questions-management", data={"policy": "Theirs", "budget": "1"})
    client.force_login(owner)
    mine = {"f-policy": "Mine", "was-policy": "Old", "f-budget": "1", "was-budget": "1"}
    page = client.post(url, mine)
    part = ApplicationPart.objects.get(key="questions-management")
    assert (page.status_code, part.data["policy"]) == (409, "Theirs")
    assert b"<q>Theirs</q>" in page.content
    assert b">\nMine</textarea>" in page.content
    client.post(url, mine | {"seen-policy": "Theirs", "choose-policy": "mine"})
    part.refresh_from_db()
    assert part.data["policy"] == "Mine"


def test_choosing_the_colleagues_value_keeps_it(client, application, section, owner):
    url = address("application-section", application, "questions-management")
    part = application.parts.create(key="questions-management", data={"policy": "Theirs"})
    client.force_login(owner)
    choice = {"f-policy": "Mine", "was-policy": "Old", "seen-policy": "Theirs", "choose-policy": "theirs"}
    assert client.post(url, choice).status_code == 302
    part.refresh_from_db()
    assert part.data == {"policy": "Theirs"}


def test_own_message_that_was_lost_on_the_way_back_is_no_clash(client, application, section, owner):
    url = address("application-section", application, "questions-management")
    part = application.parts.create(key="questions-management", data={"policy": "First try"})
    client.force_login(owner)
    sent = {"f-policy": "Second try", "was-policy": "", "tried-policy": ['["First try"]', "not json"]}
    client.post(url, sent, headers={"HX-Request": "true"})
    part.refresh_from_db()
    assert part.data == {"policy": "Second try"}


def test_what_a_colleague_changed_elsewhere_is_shown_as_news(client, application, section, owner):
    url = address("application-section", application, "questions-management")
    part = application.parts.create(key="questions-management", data={"policy": "New", "budget": "1"})
    client.force_login(owner)
    sent = {"f-policy": "Old", "was-policy": "Old", "f-budget": "2", "was-budget": "1"}
    page = client.post(url, sent, headers={"HX-Request": "true"})
    part.refresh_from_db()
    assert part.data == {"policy": "New", "budget": "2"}
    assert "in the meantime to “New”" in page.content.decode()
    assert 'data-now="[&quot;New&quot;]"' in page.content.decode()


@pytest.mark.parametrize(
    "typed", ["a\0b", "\u202eevil", "😀" * 50, "x" * 10_000, "<script>alert(1)</script>"], ids=range(5)
)
def test_strange_input_does_no_harm(client, application, section, owner, typed):
    client.force_login(owner)
    url = address("application-section", application, "questions-management")
    assert client.post(url, {"f-policy": typed, "was-policy": "", "f-unknown": "x"}).status_code == 302
    assert ApplicationPart.objects.get(key="questions-management").data == {"policy": typed.replace("\0", "")}
    page = client.get(url)
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_sites_are_chosen_and_unchosen(client, application, owner):
    other = make.SiteFactory(enterprise=application.enterprise, name_en="Shenzhen works")
    part = application.parts.get(key="sites")
    (first,) = part.data["sites"]
    client.force_login(owner)
    url = address("application-section", application, "sites")
    client.post(url, {"f-sites": [first, str(other.pk)], "was-sites": [first]})
    part.refresh_from_db()
    assert part.data["sites"] == sorted([first, str(other.pk)])
    client.post(url, {"was-sites": [first, str(other.pk)]})
    part.refresh_from_db()
    assert part.data["sites"] == ""


def test_adding_twice_gives_one_empty_entry(client, application, owner):
    client.force_login(owner)
    url = address("application-entry-add", application, "measures")
    assert client.post(url).url == client.post(url).url
    assert application.parts.filter(key="measures").count() == 2


def test_document_is_taken_in_by_its_content_and_removed(client, application, section, owner):
    client.force_login(owner)
    url = address("application-section", application, "questions-management")
    wrong = client.post(url, {"stay": "1", "f-proof": SimpleUploadedFile("virus.pdf", b"MZ" + b"0" * 100)})
    assert (wrong.status_code, ApplicationDocument.objects.count()) == (422, 0)
    assert "is not a PDF, JPEG, PNG, DOCX or XLSX file" in wrong.content.decode()
    client.post(
        url, {"stay": "1", "f-proof": SimpleUploadedFile("../proof.pdf", PDF), "f-policy": "P", "was-policy": ""}
    )
    document = ApplicationDocument.objects.get()
    assert (document.question, document.name) == ("management/proof", "proof.pdf")
    assert ApplicationPart.objects.get(key="questions-management").data == {"policy": "P"}
    client.post(url, {"remove": str(document.uid)})
    document.refresh_from_db()
    assert document.removed_at is not None


def test_download_is_an_attachment_that_is_not_sniffed(client, filled, owner):
    document = filled.documents.get()
    client.force_login(owner)
    response = client.get(address("application-document", filled, document.uid))
    assert (response["Content-Disposition"], response["X-Content-Type-Options"]) == (
        'attachment; filename="report.pdf"', "nosniff"
    )  # fmt: skip
    assert b"".join(response.streaming_content) == PDF
    ApplicationDocument.objects.update(scan="waiting")
    assert client.get(address("application-document", filled, document.uid)).status_code == 404


def test_officers_download_what_a_frozen_version_names(client, application, owner):
    make_document = {
        "name": "a.pdf", "size": 1, "sha256": "0" * 64, "content_type": "application/pdf", "scan": "clean",
        "uploaded_by": owner,
    }  # fmt: skip
    frozen = application.documents.create(file=SimpleUploadedFile("a.pdf", PDF), **make_document)
    officer, administrator = make.epd_officer(), make.administrator()
    client.force_login(officer)
    assert client.get(address("application-document", application, frozen.uid)).status_code == 404
    submit_application(application=application, by=owner)
    typed = application.documents.create(file=SimpleUploadedFile("b.pdf", PDF), **make_document)
    assert client.get(address("application-document", application, frozen.uid)).status_code == 200
    assert client.get(address("application-document", application, typed.uid)).status_code == 404
    client.force_login(administrator)
    assert client.get(address("application-document", application, frozen.uid)).status_code == 404
    application.enterprise.conflicts.create(officer=officer, reason="Cousin")
    client.force_login(officer)
    assert client.get(address("application-document", application, frozen.uid)).status_code == 404


def test_check_names_what_is_missing_with_links(client, application, owner):
    application.parts.filter(key="declaration").update(data={"name": "Chan"})
    client.force_login(owner)
    page = client.get(address("application-check", application)).content.decode()
    assert f'href="{address("application-section", application, "declaration")}?missing=1#f-post"' in page
    assert address("application-submit", application) not in page


def test_submitting_by_the_page_leads_to_the_receipt_once_and_again(client, application, owner):
    client.force_login(owner)
    check = client.get(address("application-check", application))
    seen = check.context["seen"]
    for _click in range(2):
        response = client.post(address("application-submit", application), {"seen": seen})
        assert response.url == address("application-submitted", application)
    assert ApplicationVersion.objects.count() == 1
    receipt = client.get(response.url).content.decode()
    assert ApplicationVersion.objects.get().sha256 in receipt


def test_stale_page_does_not_submit(client, application, owner):
    client.force_login(owner)
    response = client.post(address("application-submit", application), {"seen": "0" * 64})
    assert (response.status_code, PartnerApplication.objects.get().state) == (409, State.DRAFT)


def test_submitting_after_the_closing_second_says_when_it_was(client, application, owner):
    client.force_login(owner)
    with time_machine.travel(application.category.round.closes_at + timedelta(seconds=1), tick=False):
        client.force_login(owner)
        response = client.post(address("application-submit", application))
    assert response.status_code == 409
    assert "This is closed: the time was" in response.content.decode()


def test_sections_cannot_be_changed_after_submission(client, application, owner):
    submit_application(application=application, by=owner)
    client.force_login(owner)
    url = address("application-section", application, "declaration")
    before = stored(application)
    assert client.get(url).url == address("application-check", application)
    typed = {"f-name": "Somebody else", "was-name": "Chan Siu Ming"}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed, headers={"HX-Request": "true"}).status_code == 409
    assert stored(application) == before


def test_copy_is_a_pdf_named_by_its_version(client, application, owner):
    client.force_login(owner)
    draft = client.get(address("application-copy", application))
    submit_application(application=application, by=owner)
    copy = client.get(address("application-copy", application))
    assert [r["Content-Disposition"] for r in (draft, copy)] == [
        f'attachment; filename="{application.reference}-draft.pdf"',
        f'attachment; filename="{application.reference}-v1.pdf"',
    ]
    assert [r.content[:5] for r in (draft, copy)] == [b"%PDF-", b"%PDF-"]


def test_withdrawing_by_the_page(client, application, owner):
    client.force_login(owner)
    url = address("application-withdraw", application)
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "We move."}).status_code == 302
    assert PartnerApplication.objects.get().state == State.WITHDRAWN


@pytest.fixture
def asked(application, owner):
    submit_application(application=application, by=owner)
    from scheme.services.clarify import ask_clarification
    from scheme.services.screen import start_screening

    officer = make.secretariat()
    start_screening(application=application, by=officer)
    return ask_clarification(application=application, question="Which drives?", by=officer)


def test_clarification_is_answered_with_a_new_version(client, application, owner, asked):
    client.force_login(owner)
    url = address("clarification", application, asked.pk)
    assert b"Which drives?" in client.get(url).content
    section = address("application-section", application, "declaration")
    client.post(section, {"f-post": "Manager", "was-post": "Director"})
    upload = {"stay": "1", "title": "Plan", "file": SimpleUploadedFile("plan.pdf", PDF)}
    client.post(url, {"f-answer": "The fans", "was-answer": "", **upload})
    page = client.get(url).content.decode()
    assert "<td>Director</td>" in page
    assert client.post(url, {"f-answer": "The fans.", "was-answer": "The fans", "send": "1"}).status_code == 302
    asked.refresh_from_db()
    version = application.current_version
    assert (asked.answer, version.number, version.content["declaration"]["post"]) == ("The fans.", 2, "Manager")
    assert [d["title"] for d in version.content["documents"]] == ["Plan"]
    assert client.get(url).status_code == 200


def test_clarification_without_an_answer_is_not_sent(client, application, owner, asked):
    client.force_login(owner)
    response = client.post(
        address("clarification", application, asked.pk), {"send": "1", "f-answer": "", "was-answer": ""}
    )
    assert (response.status_code, application.versions.count()) == (409, 1)


@pytest.mark.parametrize(("role", "status"), [("stranger", 404), ("viewer", 404)])
def test_clarification_is_answered_by_editors_only(client, application, asked, role, status):
    url = address("clarification", application, asked.pk)
    assert signed_in(client, role, application).post(url, {"send": "1", "f-answer": "x"}).status_code == status
    assert application.versions.count() == 1


def test_clarification_is_answered_no_more_once_it_has_run_out(client, application, owner, asked):
    asked.reminders = 2
    asked.save()
    with time_machine.travel(asked.due_at + timedelta(seconds=1), tick=False):
        client.force_login(owner)
        client.post(address("clarification", application, asked.pk), {"send": "1", "f-answer": "x", "was-answer": ""})
    asked.refresh_from_db()
    assert (asked.answer, application.versions.count()) == ("", 1)
    assert timezone.now() < asked.due_at
