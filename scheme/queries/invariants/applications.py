"""Rule 2: one application, submitted in time; and clarifications that come to an end."""

from collections.abc import Iterable

from portal.casework.invariants import LONGEST_WAIT, World, invariant, lines


@invariant("rule 2")
def one_application_an_enterprise(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'enterprise ' || enterprise_id || ' has ' || count(*) || ' applications in category ' || category_id
        FROM scheme_partnerapplication WHERE state <> 'withdrawn'
        GROUP BY enterprise_id, category_id HAVING count(*) > 1
    """)


@invariant("rule 2")
def submitted_in_time(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' was submitted at ' || m.at || ', the round was open until ' || until
        FROM scheme_applicationmove m
        JOIN scheme_partnerapplication a ON a.id = m.case_id
        JOIN scheme_category c ON c.id = a.category_id JOIN scheme_round r ON r.id = c.round_id
        LEFT JOIN (SELECT application_id, max(until) latest FROM scheme_extension GROUP BY 1) e ON e.application_id = a.id
        CROSS JOIN LATERAL (SELECT greatest(r.closes_at, e.latest) until) u
        WHERE m.move = 'submit' AND (m.at > until OR m.at < r.opens_at)
    """)


@invariant("rule 2")
def submitted_at_is_the_move_of_submission(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' says it was submitted at ' || coalesce(a.submitted_at::text, 'no time')
            || ', its move says ' || coalesce(m.at::text, 'nothing')
        FROM scheme_partnerapplication a
        LEFT JOIN (SELECT case_id, max(at) at FROM scheme_applicationmove WHERE move = 'submit' GROUP BY 1) m ON m.case_id = a.id
        WHERE a.submitted_at IS DISTINCT FROM m.at
    """)


@invariant("section 4")
def clarification_and_state_agree(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' is ' || a.state || ' with ' || count(q.id) || ' open clarifications'
        FROM scheme_partnerapplication a LEFT JOIN scheme_applicationclarification q
            ON q.application_id = a.id AND q.answered_at IS NULL AND q.lapsed_at IS NULL
        GROUP BY a.id HAVING (a.state = 'clarification') <> (count(q.id) = 1)
            AND NOT (a.state = 'withdrawn' AND count(q.id) = 1)
    """)


@invariant("section 4")
def answered_clarifications_have_a_new_version(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' answered a clarification without a new version of its own'
        FROM scheme_applicationclarification q JOIN scheme_partnerapplication a ON a.id = q.application_id
        JOIN scheme_applicationversion b ON b.id = q.version_before_id
        LEFT JOIN scheme_applicationversion v ON v.id = q.version_after_id
        WHERE q.answered_at IS NOT NULL AND (
            v.id IS NULL OR v.application_id <> a.id OR b.application_id <> a.id OR v.number <= b.number)
    """)


@invariant("section 4")
def nothing_lapses_without_two_reminders(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' lapsed after ' || q.reminders || ' reminders, due at ' || q.due_at
        FROM scheme_applicationclarification q JOIN scheme_partnerapplication a ON a.id = q.application_id
        WHERE q.lapsed_at IS NOT NULL AND (q.reminders < 2 OR q.lapsed_at <= q.due_at)
    """)


@invariant("section 4")
def clarifications_do_not_wait_forever(world: World) -> Iterable[str]:
    return lines(
        """
        SELECT a.reference || ' has a clarification that ran out at ' || q.due_at || ' and has not lapsed'
        FROM scheme_applicationclarification q JOIN scheme_partnerapplication a ON a.id = q.application_id
        WHERE a.state = 'clarification' AND q.answered_at IS NULL AND q.lapsed_at IS NULL AND q.due_at < %(since)s
        """,
        since=world.now - 3 * LONGEST_WAIT,  # a reminder that was late may put it off by a day
    )
