"""Rules 6 and 8: each certificate exists once, is what it was, and the newest of a commendation is the one in force."""

from collections.abc import Iterable

from portal.casework.invariants import LONGEST_WAIT, World, file_problem, invariant, lines
from scheme.models import Certificate

CHUNK = 2000


@invariant("rule 6")
def issues_run_without_gaps(world: World) -> Iterable[str]:
    return lines("""
        SELECT c.number || ' has certificates numbered from ' || min(t.issue) || ' to ' || max(t.issue) || ', there are ' || count(*)
        FROM scheme_certificate t JOIN scheme_commendation c ON c.id = t.commendation_id
        GROUP BY c.number HAVING min(t.issue) <> 1 OR max(t.issue) <> count(*)
    """)


@invariant("rule 6")
def at_most_one_certificate_is_being_made(world: World) -> Iterable[str]:
    return lines("""
        SELECT c.number || ' waits for certificate ' || t.issue || ', which is not its newest'
        FROM scheme_certificate t JOIN scheme_commendation c ON c.id = t.commendation_id
        WHERE t.state = 'waiting'
            AND EXISTS (SELECT 1 FROM scheme_certificate n WHERE n.commendation_id = c.id AND n.issue > t.issue)
    """)


@invariant("rule 6")
def reissues_say_why(world: World) -> Iterable[str]:
    return lines("""
        SELECT c.number || ' has certificate ' || t.issue || ' without a reason for its reissue'
        FROM scheme_certificate t JOIN scheme_commendation c ON c.id = t.commendation_id
        WHERE t.issue > 1 AND btrim(t.reason) = ''
    """)


@invariant("rule 8")
def certificates_do_not_wait_forever(world: World) -> Iterable[str]:
    return lines(
        """
        SELECT c.number || ' has waited for its certificate since ' || t.requested_at
        FROM scheme_certificate t JOIN scheme_commendation c ON c.id = t.commendation_id
        WHERE t.state = 'waiting' AND t.requested_at < %(since)s
        """,
        since=world.now - LONGEST_WAIT,
    )


@invariant("rule 8")
def certificates_have_their_file(world: World) -> Iterable[str]:
    rows = Certificate.objects.filter(state=Certificate.State.READY).order_by("pk")
    for number, issue, name, size, sha256 in rows.values_list(
        "commendation__number", "issue", "file", "size", "sha256"
    ).iterator(chunk_size=CHUNK):
        if problem := file_problem(name, size=size, sha256=sha256, read=world.read_files):
            yield f"certificate {issue} of {number}: {problem}"
