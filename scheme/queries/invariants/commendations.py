"""Rule 6: a commendation is unique and lasting, numbered without gaps, made from an endorsed list."""

from collections.abc import Iterable

from portal.casework.invariants import LONGEST_WAIT, World, invariant, lines
from scheme.models import Title


@invariant("rule 6")
def numbers_run_without_gaps(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the titles “' || c.title || '” of ' || r.year || ' are numbered from ' || min(c.sequence) || ' to '
            || max(c.sequence) || ', there are ' || count(*)
        FROM scheme_commendation c JOIN scheme_round r ON r.id = c.round_id
        GROUP BY r.year, c.title HAVING min(c.sequence) <> 1 OR max(c.sequence) <> count(*)
    """)


@invariant("rule 6")
def numbers_have_their_form(world: World) -> Iterable[str]:
    return lines(
        """
        SELECT c.number || ' should be ' || expected FROM scheme_commendation c JOIN scheme_round r ON r.id = c.round_id
        CROSS JOIN LATERAL (
            SELECT 'HKGDCPP-' || r.year || '-' || (%(letters)s::jsonb ->> c.title) || '-'
                || lpad(c.sequence::text, greatest(4, length(c.sequence::text)), '0') AS expected) e
        WHERE c.number <> expected
        """,
        letters="{" + ",".join(f'"{title.value}":"{title.letter}"' for title in Title) + "}",
    )


@invariant("rule 6")
def commendations_come_from_an_endorsed_list(world: World) -> Iterable[str]:
    """From the frozen content of it: names, title and enterprise are those the meeting endorsed."""
    return lines("""
        WITH frozen AS (
            SELECT (row ->> 'uid')::bigint AS entry_id, l.round_id, row FROM scheme_partnerlist l
            CROSS JOIN LATERAL jsonb_array_elements(l.content -> 'entries') row WHERE l.state = 'endorsed'
        )
        SELECT c.number || CASE WHEN f.entry_id IS NULL THEN ' is on no endorsed list' ELSE ' differs from the endorsed list' END
        FROM scheme_commendation c LEFT JOIN frozen f ON f.entry_id = c.entry_id AND f.round_id = c.round_id
        WHERE f.entry_id IS NULL OR c.name_en <> f.row ->> 'name_en' OR c.name_zh_hant <> f.row ->> 'name_zh_hant'
            OR c.name_zh_hans <> f.row ->> 'name_zh_hans' OR c.title <> f.row ->> 'title'
            OR c.enterprise_id <> (f.row ->> 'enterprise')::bigint
    """)


@invariant("rule 6")
def commended_cases_have_their_commendation(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' is ' || a.state || CASE WHEN c.id IS NULL THEN ' without' ELSE ' with' END || ' a commendation'
        FROM scheme_partnerapplication a LEFT JOIN scheme_listentry e ON e.application_id = a.id
        LEFT JOIN scheme_commendation c ON c.entry_id = e.id
        WHERE (a.state = 'commended') <> (c.id IS NOT NULL)
    """)


@invariant("rule 6")
def lists_are_commended_whole(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the list ' || r.year || '/' || l.number || ' is commended but for '
            || count(*) FILTER (WHERE c.id IS NULL) || ' entries'
        FROM scheme_partnerlist l JOIN scheme_round r ON r.id = l.round_id
        JOIN scheme_listentry e ON e.list_id = l.id AND e.taken_off_at IS NULL
        JOIN scheme_partnerapplication a ON a.id = e.application_id AND a.state <> 'withdrawn'
        LEFT JOIN scheme_commendation c ON c.entry_id = e.id
        WHERE l.state = 'endorsed' GROUP BY r.year, l.id
        HAVING count(c.id) > 0 AND count(*) FILTER (WHERE c.id IS NULL) > 0
    """)


@invariant("rule 6")
def titles_expire_on_their_day(world: World) -> Iterable[str]:
    return lines(
        """
        SELECT number || ' is ' || state || ', valid until ' || valid_until FROM scheme_commendation
        WHERE (state = 'expired' AND valid_until >= %(today)s) OR (state = 'valid' AND valid_until < %(late)s)
        """,
        today=world.now.date(),
        late=(world.now - 2 * LONGEST_WAIT).date(),
    )


@invariant("rule 6")
def renewals_continue_an_earlier_title(world: World) -> Iterable[str]:
    return lines("""
        SELECT c.number || ' renews ' || b.number || ', of another enterprise or no earlier round'
        FROM scheme_commendation c JOIN scheme_round r ON r.id = c.round_id
        JOIN scheme_commendation b ON b.id = c.renews_id JOIN scheme_round s ON s.id = b.round_id
        WHERE b.enterprise_id <> c.enterprise_id OR s.year >= r.year
    """)
