"""What must always be true of the outbox (design.md, rule 8)."""

from collections.abc import Iterable

from portal.casework.invariants import LONGEST_WAIT, World, invariant, lines


@invariant("rule 8")
def mails_have_one_key_each(world: World) -> Iterable[str]:
    return lines(
        "SELECT key || ' is used ' || count(*) || ' times' FROM notifications_message GROUP BY key HAVING count(*) > 1"
    )


@invariant("rule 8")
def mails_sent_have_their_time(world: World) -> Iterable[str]:
    return lines("""
        SELECT key || ' is ' || state || ', sent at ' || coalesce(sent_at::text, 'no time')
        FROM notifications_message WHERE (state = 'sent') <> (sent_at IS NOT NULL)
    """)


@invariant("rule 8")
def mails_do_not_wait_forever(world: World) -> Iterable[str]:
    return lines(
        """
        SELECT key || ' has been due since ' || due_at FROM notifications_message
        WHERE state = 'waiting' AND due_at < %(since)s
        """,
        since=world.now - LONGEST_WAIT,
    )
