"""Each rule is broken once, behind the back of every trigger, and `check_invariants` sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.casework.invariants import invariant
from scheme.management.commands.check_invariants import MACHINES
from scheme.models import ApplicationDocument, Certificate
from scheme.queries.invariants import REGISTRY, World
from scheme.services.certify import make_certificates
from tests.scheme.demo.demonstration import demonstration

__all__ = ["demonstration"]

# The statements in use have a fixed number; the machines and files are counted in.
MOST_QUERIES = 95
FIRST = "(SELECT id FROM scheme_partnerapplication WHERE reference = 'RS-2015-00001')"
SECOND = "(SELECT id FROM scheme_partnerapplication WHERE reference = 'RS-2015-00002')"
ENTRY = f"(SELECT id FROM scheme_listentry WHERE application_id = {FIRST})"
LIST = "(SELECT l.id FROM scheme_partnerlist l JOIN scheme_round r ON r.id = l.round_id WHERE r.year = 2015)"
OPEN_CLARIFICATION = "answered_at IS NULL AND lapsed_at IS NULL"
M1, M2 = "'HKGDCPP-2015-M-0001'", "'HKGDCPP-2015-M-0002'"
COMMENDATION = f"(SELECT id FROM scheme_commendation WHERE number = {M1})"
CERTIFICATE = f"(SELECT id FROM scheme_certificate WHERE commendation_id = {COMMENDATION})"
OUTCOME_MAIL = """
    INSERT INTO notifications_message
        (key, kind, "to", language, subject, text, html, carries_key, state, attempts, last_error, created_at,
         due_at)
    SELECT '{key}:' || {pk}, '{kind}', 'a@demo.example', 'en', '', '', '', false, 'waiting', 0, '', {at}, now()
"""

# question → (what breaks it, a part of the line that says so)
PLANTS: dict[str, tuple[str, str]] = {
    # Rule 1
    "states_are_reached_by_moves": (
        f"UPDATE scheme_partnerapplication SET state = 'recommended' WHERE id = {FIRST}", "stands at recommended",
    ),
    "moves_form_a_chain": (
        f"DELETE FROM scheme_applicationmove WHERE case_id = {FIRST} AND move = 'endorse'", "when it stood at on_notice",
    ),
    "moves_follow_in_time": (
        f"UPDATE scheme_applicationmove SET at = '2013-01-01' WHERE case_id = {FIRST} AND move = 'endorse'", "endorse before",
    ),
    "moves_are_known_to_the_machine": (
        f"UPDATE scheme_applicationmove SET move = 'jump' WHERE case_id = {FIRST} AND move = 'endorse'", "unknown move: jump",
    ),
    "moves_have_their_actor_and_reason": (
        f"UPDATE scheme_applicationmove SET by_id = NULL WHERE case_id = {FIRST} AND move = 'endorse'", "endorse by nobody",
    ),
    # Rule 2
    "one_application_an_enterprise": (
        f"""
        DROP INDEX one_application_per_enterprise_category_round;
        UPDATE scheme_partnerapplication SET enterprise_id =
            (SELECT enterprise_id FROM scheme_partnerapplication WHERE id = {FIRST}) WHERE id = {SECOND}
        """, "has 2 applications",
    ),
    "submitted_in_time": (
        f"UPDATE scheme_applicationmove SET at = '2014-08-29 17:00:01+08' WHERE case_id = {FIRST} AND move = 'submit'",
        "RS-2015-00001 was submitted at",
    ),
    "submitted_at_is_the_move_of_submission": (
        f"UPDATE scheme_partnerapplication SET submitted_at = '2014-08-01' WHERE id = {FIRST}", "says it was submitted",
    ),
    "clarification_and_state_agree": (
        f"DELETE FROM scheme_applicationclarification WHERE {OPEN_CLARIFICATION}", "is clarification with 0 open",
    ),
    "answered_clarifications_have_a_new_version": (
        "UPDATE scheme_applicationclarification SET version_after_id = version_before_id WHERE answered_at IS NOT NULL",
        "without a new version",
    ),
    "nothing_lapses_without_two_reminders": (
        "UPDATE scheme_applicationclarification SET reminders = 1 WHERE lapsed_at IS NOT NULL", "lapsed after 1 reminders",
    ),
    "clarifications_do_not_wait_forever": (
        f"UPDATE scheme_applicationclarification SET due_at = now() - interval '9 days' WHERE {OPEN_CLARIFICATION}",
        "has not lapsed",
    ),
    # Rule 3
    "submitted_applications_have_a_version": (
        f"DELETE FROM scheme_applicationversion WHERE application_id = {FIRST}", "has no version",
    ),
    "versions_are_numbered_without_gaps": (
        f"UPDATE scheme_applicationversion SET number = 7 WHERE application_id = {FIRST}", "numbered from",
    ),
    "versions_fit_their_hash": (
        f"""
        UPDATE scheme_applicationversion SET content = jsonb_set(content, '{{enterprise,contact_name}}', '"Else"')
        WHERE application_id = {FIRST}
        """, "of RS-2015-00001 does not fit",
    ),
    "versions_name_their_case": (
        f"""
        UPDATE scheme_applicationversion SET content = jsonb_set(content, '{{category}}', '"sourcing"')
        WHERE application_id = {FIRST}
        """, "another round or category",
    ),
    # Rule 4
    "recommendations_rest_on_both_governments": (
        f"DELETE FROM scheme_review WHERE application_id = {FIRST} AND side = 'guangdong'", "review of Guangdong",
    ),
    "disagreements_are_signed_by_both": (
        """
        UPDATE scheme_reconciliation SET signed_guangdong_by_id = NULL
        WHERE application_id IN (SELECT id FROM scheme_partnerapplication WHERE state = 'commended')
        """, "no joint note is signed by both",
    ),
    "outcomes_are_what_both_came_to": (
        f"UPDATE scheme_partnerapplication SET outcome = 'excellent' WHERE id = {FIRST}", "has the outcome “excellent”",
    ),
    "decided_cases_were_judged": (
        f"DELETE FROM scheme_applicationmove WHERE case_id = {FIRST} AND move = 'recommend'", "nobody recommended it",
    ),
    "reviews_are_written_by_their_side": (
        f"""
        UPDATE scheme_review SET author_id = (SELECT id FROM accounts_user WHERE email = 'gdeic@demo.example')
        WHERE application_id = {FIRST} AND side = 'hong_kong'
        """, "is by gdeic@demo.example",
    ),
    "reviews_that_count_are_without_conflict": (
        f"""
        INSERT INTO scheme_enterpriseconflict (officer_id, enterprise_id, reason, declared_at, ended_reason)
        SELECT r.author_id, a.enterprise_id, 'x', '2014-01-01', '' FROM scheme_review r
        JOIN scheme_partnerapplication a ON a.id = r.application_id WHERE a.id = {FIRST} AND r.side = 'hong_kong'
        """, "counted though its author had an interest",
    ),
    "nobody_acts_in_a_conflict": (
        f"""
        INSERT INTO scheme_enterpriseconflict (officer_id, enterprise_id, reason, declared_at, ended_reason)
        SELECT m.by_id, a.enterprise_id, 'x', '2014-01-01', '' FROM scheme_applicationmove m
        JOIN scheme_partnerapplication a ON a.id = m.case_id WHERE a.id = {FIRST} AND m.move = 'start_screening'
        """, "made the move start_screening with an interest",
    ),
    "totals_are_those_of_the_marks": (
        f"UPDATE scheme_review SET total = total + 1 WHERE application_id = {FIRST} AND side = 'guangdong'", "its marks come to",
    ),
    "marks_keep_to_their_scale": (
        f"UPDATE scheme_mark SET value = 9 WHERE review_id IN (SELECT id FROM scheme_review WHERE application_id = {FIRST})",
        "with 9 of 5",
    ),
    "signatures_are_of_their_side": (
        "UPDATE scheme_reconciliation SET signed_guangdong_by_id = signed_hong_kong_by_id", "no officer there",
    ),
    "excellence_is_known_to_the_category": (
        f"UPDATE scheme_partnerapplication SET outcome = 'excellent' WHERE id = {FIRST}", "without that title",
    ),
    "reviews_below_the_mark_say_why": (
        f"UPDATE scheme_review SET total = 31, comment = ' ' WHERE application_id = {FIRST}", "at 31.00 without a word",
    ),
    "cases_under_review_were_checked": (
        "UPDATE scheme_screeningcheck SET result = 'unclear'", "requirements that are not met",
    ),
    "visits_were_made_where_the_category_asks": (
        f"DELETE FROM scheme_onsitereport WHERE application_id = {FIRST}", "without the report",
    ),
    "disagreements_do_not_lie_about": (
        """
        DELETE FROM scheme_reconciliation;
        UPDATE scheme_partnerapplication SET state = 'under_review' WHERE state = 'reconciliation'
        """, "and no reconciliation",
    ),
    # Rule 5
    "entries_are_checked_in_both_places": (
        f"DELETE FROM scheme_compliancecheck WHERE entry_id = {ENTRY} AND side = 'guangdong'", "with 1 passed",
    ),
    "violations_take_an_entry_off": (
        f"UPDATE scheme_compliancecheck SET outcome = 'violation' WHERE entry_id = {ENTRY}", "in spite of a violation",
    ),
    "compliance_checks_have_dated_evidence": (
        f"UPDATE scheme_compliancecheck SET evidence = ' ' WHERE entry_id = {ENTRY}", "has no evidence",
    ),
    "entries_and_cases_go_together": (
        f"UPDATE scheme_partnerapplication SET state = 'on_notice' WHERE id = {FIRST}", "is on_notice on a list that is endorsed",
    ),
    "decided_cases_stand_on_a_list": (
        f"UPDATE scheme_listentry SET taken_off_at = now(), taken_off_reason = 'x' WHERE id = {ENTRY}", "stands on no list",
    ),
    "lists_had_their_notice": (f"DELETE FROM scheme_publicnotice WHERE list_id = {LIST}", "2015/0 is endorsed without"),
    "notices_run_their_days": (
        f"UPDATE scheme_publicnotice SET closes_at = '2014-12-12 17:00+08' WHERE list_id = {LIST}", "before its 5 working days",
    ),
    "notices_fit_their_hash": (
        f"UPDATE scheme_publicnotice SET content = '{{}}' WHERE list_id = {LIST}", "the notice 2015 does not fit",
    ),
    "endorsed_lists_fit_their_checksum": (
        f"UPDATE scheme_partnerlist SET sha256 = repeat('0', 64) WHERE id = {LIST}", "2015/0 does not fit its checksum",
    ),
    "lists_are_endorsed_after_their_notice": (
        "UPDATE scheme_meeting SET held_on = '2014-12-10' WHERE number = 1", "at a meeting of 2014-12-10",
    ),
    "endorsed_entries_are_the_frozen_ones": (
        f"UPDATE scheme_partnerlist SET content = content #- '{{entries,0}}' WHERE id = {LIST}", "frozen without it",
    ),
    "objections_are_handled_before_endorsement": (
        "UPDATE scheme_objection SET state = 'received'", "is received though its list is endorsed",
    ),
    "upheld_objections_take_an_entry_off": ("UPDATE scheme_objection SET state = 'upheld'", "its entry stands"),
    "supplements_follow_one_another": (f"UPDATE scheme_partnerlist SET number = 2 WHERE id = {LIST}", "numbered to 2, there are 1"),
    # Rule 6
    "numbers_run_without_gaps": (f"DELETE FROM scheme_commendation WHERE number = {M1}", "from 2 to 80, there are 79"),
    "numbers_have_their_form": (
        f"UPDATE scheme_commendation SET number = 'HKGDCPP-2015-M-1' WHERE number = {M1}", f"should be {M1[1:-1]}",
    ),
    "commendations_come_from_an_endorsed_list": (
        f"UPDATE scheme_commendation SET name_en = 'Else Limited' WHERE number = {M1}", f"{M1[1:-1]} differs",
    ),
    "commended_cases_have_their_commendation": (f"DELETE FROM scheme_commendation WHERE number = {M1}", "without a commendation"),
    "lists_are_commended_whole": (f"DELETE FROM scheme_commendation WHERE number = {M1}", "but for 1 entries"),
    "titles_expire_on_their_day": (f"UPDATE scheme_commendation SET state = 'valid' WHERE number = {M1}", "valid until 2017-02-04"),
    "renewals_continue_an_earlier_title": (
        f"UPDATE scheme_commendation SET renews_id = {COMMENDATION} WHERE number = {M2}", f"{M2[1:-1]} renews {M1[1:-1]}",
    ),
    # Certificates
    "issues_run_without_gaps": (f"UPDATE scheme_certificate SET issue = 3 WHERE id = {CERTIFICATE}", "from 3 to 3, there are 1"),
    "at_most_one_certificate_is_being_made": (
        f"""
        INSERT INTO scheme_certificate (uid, commendation_id, issue, state, file, sha256, requested_at, reason)
        SELECT gen_random_uuid(), {COMMENDATION}, 2, 'waiting', '', '', now(), 'lost'
        """, "which is not its newest",
    ),
    "reissues_say_why": (f"UPDATE scheme_certificate SET issue = 2 WHERE id = {CERTIFICATE}", "without a reason"),
    "certificates_do_not_wait_forever": (
        f"UPDATE scheme_certificate SET requested_at = now() - interval '2 days' WHERE id = {CERTIFICATE}", "has waited",
    ),
    "certificates_have_their_file": (
        f"""
        UPDATE scheme_certificate SET state = 'ready', file = 'certificates/00/none.pdf', sha256 = repeat('0', 64), size = 1
        WHERE id = {CERTIFICATE}
        """, "the file is not there",
    ),
    # Rules 8, 9, 11; enterprises
    "mails_have_one_key_each": (
        """
        ALTER TABLE notifications_message DROP CONSTRAINT notifications_message_key_key;
        UPDATE notifications_message SET key = 'twice'
        """, "twice is used",
    ),
    "mails_sent_have_their_time": ("UPDATE notifications_message SET state = 'sent'", "is sent, sent at no time"),
    "mails_do_not_wait_forever": ("UPDATE notifications_message SET due_at = now() - interval '2 days'", "has been due since"),
    "documents_have_random_names": ("UPDATE scheme_applicationdocument SET file = 'documents/report.pdf'", "documents/report.pdf"),
    "documents_are_scanned": (
        "UPDATE scheme_applicationdocument SET scan = 'waiting', uploaded_at = now() - interval '2 days'", "waited for its scan",
    ),
    "documents_have_their_file": ("UPDATE scheme_applicationdocument SET size = size + 1", "the file has another size"),
    "frozen_documents_are_kept": ("UPDATE scheme_applicationdocument SET sha256 = repeat('0', 64)", "not kept as it was"),
    "outcomes_are_told_after_the_release": (
        OUTCOME_MAIL.format(key="outcome", kind="outcome-commended", pk=FIRST, at="'2015-02-05 14:59:59+08'"), "outcome:",
    ),
    "certificates_are_told_after_the_release": (
        OUTCOME_MAIL.format(key="certificate-ready", kind="certificate-ready", pk=CERTIFICATE, at="'2015-02-05 14:59+08'"),
        "certificate-ready:",
    ),
    "enterprises_with_members_have_an_owner": (
        """
        DELETE FROM enterprises_membership m USING accounts_user u
        WHERE u.id = m.user_id AND u.email = 'enterprise@demo.example'
        """, "has members and no owner",
    ),
    "mainland_sites_alone_have_a_code": ("UPDATE enterprises_site SET uscc = ''", "has no Unified Social Credit Code"),
}  # fmt: skip


def world() -> World:
    return World(machines=MACHINES, now=timezone.localtime())


@contextmanager
def behind_the_triggers() -> Iterator[None]:
    """No trigger fires, our own and those of foreign keys included."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def loaded(demonstration: Path, settings: object, db: None) -> None:
    settings.MEDIA_ROOT = demonstration  # type: ignore[attr-defined]


def test_every_question_has_its_plant() -> None:
    assert set(PLANTS) == set(REGISTRY)


@pytest.mark.parametrize("name", PLANTS)
def test_breach_is_found(name: str, loaded: None) -> None:
    assert list(REGISTRY[name].find(world())) == []
    sql, says = PLANTS[name]
    with behind_the_triggers(), connection.cursor() as cursor:
        cursor.execute(sql)
    found = list(REGISTRY[name].find(world()))
    assert found
    assert [line for line in found if says in line] != []


def test_changed_file_is_found_by_reading_it(loaded: None) -> None:
    [certificate] = Certificate.objects.filter(commendation__number="HKGDCPP-2015-M-0001")
    assert make_certificates([certificate.pk]) == 1
    find = REGISTRY["certificates_have_their_file"].find
    assert list(find(world())) == []
    certificate.refresh_from_db()
    path = Path(certificate.file.path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    quick = World(machines=MACHINES, now=timezone.localtime(), read_files=False)
    assert list(find(quick)) == []
    assert list(find(world())) == ["certificate 1 of HKGDCPP-2015-M-0001: the file has another SHA-256"]


def test_command_says_one_line_a_breach_and_fails(loaded: None) -> None:
    document = ApplicationDocument.objects.first()
    assert document is not None
    with behind_the_triggers():
        ApplicationDocument.objects.filter(pk=document.pk).update(size=1)
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_invariants", stdout=out, stderr=err)
    assert stopped.value.code == 1
    line = f"rule 9 · documents_have_their_file: document {document.uid}: the file has another size"
    assert out.getvalue().splitlines() == [line]
    assert err.getvalue() == "1 breaches\n"


def test_number_of_queries_does_not_grow(loaded: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for one in REGISTRY.values():
            list(one.find(world()))
    assert len(queries) < MOST_QUERIES


def test_a_name_is_given_once() -> None:
    def numbers_have_their_form(world: World) -> list[str]:
        return []

    with pytest.raises(ValueError, match="numbers_have_their_form"):
        invariant("rule 6")(numbers_have_their_form)
