"""Rule 5: decided as a list, checked in both places, on public notice for its days, endorsed at a meeting."""

from collections.abc import Iterable

from django.utils import timezone

from portal.accounts.models import Side
from portal.casework.invariants import World, invariant, lines
from portal.casework.services.freeze import sha256
from portal.casework.working_days import after_working_days, end_of
from scheme.models import PartnerList, PublicNotice

# The entries that stand: neither taken off, nor withdrawn by their enterprise.
STANDING = """
    SELECT e.id, e.list_id, e.application_id, e.title, l.state, r.year, l.number, a.reference, a.state AS case_state
    FROM scheme_listentry e JOIN scheme_partnerlist l ON l.id = e.list_id JOIN scheme_round r ON r.id = l.round_id
    JOIN scheme_partnerapplication a ON a.id = e.application_id
    WHERE e.taken_off_at IS NULL AND a.state <> 'withdrawn'
"""


@invariant("rule 5")
def entries_are_checked_in_both_places(world: World) -> Iterable[str]:
    return lines(
        f"""
        SELECT s.reference || ' is on the list of ' || s.year || ' with ' || count(k.id) || ' passed compliance checks'
        FROM ({STANDING}) s LEFT JOIN scheme_compliancecheck k ON k.entry_id = s.id AND k.outcome IN ('clear', 'noted')
        WHERE s.state <> 'proposed'
        GROUP BY s.id, s.reference, s.year HAVING count(DISTINCT k.side) < %(sides)s
        """,
        sides=len(Side),
    )


@invariant("rule 5")
def violations_take_an_entry_off(world: World) -> Iterable[str]:
    return lines(f"""
        SELECT s.reference || ' stands on the list of ' || s.year || ' in spite of a violation'
        FROM ({STANDING}) s JOIN scheme_compliancecheck k ON k.entry_id = s.id AND k.outcome = 'violation'
    """)


@invariant("rule 5")
def compliance_checks_have_dated_evidence(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the ' || k.side || ' check of ' || a.reference || ' has no evidence, or evidence of a later day'
        FROM scheme_compliancecheck k JOIN scheme_listentry e ON e.id = k.entry_id
        JOIN scheme_partnerapplication a ON a.id = e.application_id
        WHERE btrim(k.evidence) = '' OR k.evidence_on > (k.checked_at AT TIME ZONE 'Asia/Hong_Kong')::date
    """)


@invariant("rule 5")
def entries_and_cases_go_together(world: World) -> Iterable[str]:
    return lines(f"""
        SELECT s.reference || ' is ' || s.case_state || ' on a list that is ' || s.state FROM ({STANDING}) s
        WHERE NOT CASE s.state WHEN 'proposed' THEN s.case_state = 'recommended' WHEN 'on_notice' THEN s.case_state = 'on_notice'
            ELSE s.case_state IN ('endorsed', 'commended') END
    """)


@invariant("rule 5")
def decided_cases_stand_on_a_list(world: World) -> Iterable[str]:
    return lines(f"""
        SELECT a.reference || ' is ' || a.state || ' and stands on no list' FROM scheme_partnerapplication a
        LEFT JOIN ({STANDING}) s ON s.application_id = a.id
        WHERE s.id IS NULL AND a.state IN ('on_notice', 'endorsed', 'commended')
    """)


@invariant("rule 5")
def lists_had_their_notice(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the list ' || r.year || '/' || l.number || ' is ' || l.state || ' without a public notice'
        FROM scheme_partnerlist l JOIN scheme_round r ON r.id = l.round_id
        LEFT JOIN scheme_publicnotice n ON n.list_id = l.id WHERE l.state <> 'proposed' AND n.id IS NULL
    """)


@invariant("rule 5")
def notices_run_their_days(world: World) -> Iterable[str]:
    for notice in PublicNotice.objects.all():
        days = notice.working_days
        due = end_of(after_working_days(timezone.localdate(notice.published_at), days)) if days else notice.published_at
        if notice.closes_at < due:
            yield f"the notice {notice.slug} closes at {notice.closes_at}, before its {days} working days are over"


@invariant("rule 5")
def notices_fit_their_hash(world: World) -> Iterable[str]:
    for notice in PublicNotice.objects.all():
        if sha256(notice.content) != notice.sha256:
            yield f"the notice {notice.slug} does not fit its SHA-256"


@invariant("rule 5")
def endorsed_lists_fit_their_checksum(world: World) -> Iterable[str]:
    for row in PartnerList.objects.filter(state="endorsed").select_related("round"):
        if sha256(row.content) != row.sha256:
            yield f"the list {row.round.year}/{row.number} does not fit its checksum"


@invariant("rule 5")
def lists_are_endorsed_after_their_notice(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the list ' || r.year || '/' || l.number || ' was endorsed at ' || m.at || ', at a meeting of '
            || coalesce(g.held_on::text, 'no day') || '; its notice closed at ' || n.closes_at
        FROM scheme_listmove m JOIN scheme_partnerlist l ON l.id = m.case_id JOIN scheme_round r ON r.id = l.round_id
        JOIN scheme_publicnotice n ON n.list_id = l.id LEFT JOIN scheme_meeting g ON g.id = l.meeting_id
        WHERE m.move = 'endorse' AND (m.at < n.closes_at OR g.held_on IS NULL
            OR g.held_on < ((n.closes_at + interval '1 second') AT TIME ZONE 'Asia/Hong_Kong')::date)
    """)


@invariant("rule 5")
def endorsed_entries_are_the_frozen_ones(world: World) -> Iterable[str]:
    return lines(f"""
        WITH frozen AS (
            SELECT l.id AS list_id, (row ->> 'uid')::bigint AS entry_id, row ->> 'application' AS reference, row ->> 'title' AS title
            FROM scheme_partnerlist l CROSS JOIN LATERAL jsonb_array_elements(l.content -> 'entries') row
            WHERE l.state = 'endorsed'
        )
        SELECT coalesce(s.reference, f.reference) || CASE
            WHEN f.entry_id IS NULL THEN ' stands on an endorsed list that was frozen without it'
            WHEN s.id IS NULL THEN ' was frozen into an endorsed list on which it does not stand'
            ELSE ' was frozen with another title' END
        FROM (SELECT * FROM ({STANDING}) x WHERE x.state = 'endorsed') s
        FULL JOIN frozen f ON f.entry_id = s.id AND f.list_id = s.list_id
        WHERE f.entry_id IS NULL OR s.id IS NULL OR f.title <> s.title OR f.reference <> s.reference
    """)


@invariant("rule 5")
def objections_are_handled_before_endorsement(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the objection ' || o.reference || ' is ' || o.state || CASE WHEN o.state = 'received'
            THEN ' though its list is endorsed' ELSE ' without a minute' END
        FROM scheme_objection o JOIN scheme_publicnotice n ON n.id = o.notice_id JOIN scheme_partnerlist l ON l.id = n.list_id
        WHERE (o.state = 'received' AND l.state = 'endorsed') OR (o.state <> 'received' AND btrim(o.minute) = '')
    """)


@invariant("rule 5")
def upheld_objections_take_an_entry_off(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the objection ' || o.reference || ' was upheld and its entry stands'
        FROM scheme_objection o JOIN scheme_listentry e ON e.id = o.entry_id
        WHERE o.state = 'upheld' AND e.taken_off_at IS NULL
    """)


@invariant("rule 5")
def supplements_follow_one_another(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the lists of ' || r.year || ' are numbered to ' || max(l.number) || ', there are ' || count(*)
        FROM scheme_partnerlist l JOIN scheme_round r ON r.id = l.round_id
        GROUP BY r.year HAVING max(l.number) <> count(*) - 1
    """)
