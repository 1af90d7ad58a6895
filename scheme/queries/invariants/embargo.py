"""Rule 11: nobody outside is told an outcome before the round's release."""

from collections.abc import Iterable

from portal.casework.invariants import World, invariant, lines


@invariant("rule 11")
def outcomes_are_told_after_the_release(world: World) -> Iterable[str]:
    return lines("""
        SELECT m.key || ' to ' || m."to" || ' was written at ' || m.created_at || ', the release is at ' || r.release_at
        FROM (
            SELECT key, "to", created_at, split_part(key, ':', 2)::bigint AS pk FROM notifications_message
            WHERE kind LIKE 'outcome-%%' AND key ~ '^outcome:[0-9]+'
        ) m JOIN scheme_partnerapplication a ON a.id = m.pk
        JOIN scheme_category c ON c.id = a.category_id JOIN scheme_round r ON r.id = c.round_id
        WHERE m.created_at < r.release_at
    """)


@invariant("rule 11")
def certificates_are_told_after_the_release(world: World) -> Iterable[str]:
    return lines("""
        SELECT m.key || ' to ' || m."to" || ' was written at ' || m.created_at || ', the release is at ' || r.release_at
        FROM (
            SELECT key, "to", created_at, split_part(key, ':', 2)::bigint AS pk FROM notifications_message
            WHERE kind = 'certificate-ready' AND key ~ '^certificate-ready:[0-9]+'
        ) m JOIN scheme_certificate t ON t.id = m.pk JOIN scheme_commendation c ON c.id = t.commendation_id
        JOIN scheme_round r ON r.id = c.round_id
        WHERE m.created_at < r.release_at
    """)
