"""Rule 9: documents lie under random names, are what they were, and wait for no scan."""

from collections.abc import Iterable

from portal.casework.invariants import LONGEST_WAIT, World, file_problem, invariant, lines
from scheme.models import ApplicationDocument

CHUNK = 2000


@invariant("rule 9")
def documents_have_random_names(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'document ' || id || ' lies under the name ' || file FROM scheme_applicationdocument
        WHERE file !~ ('^documents/[0-9a-f]{2}/' || replace(uid::text, '-', '') || '(\\.[a-z0-9]{1,7})?$')
    """)


@invariant("rule 9")
def documents_are_scanned(world: World) -> Iterable[str]:
    return lines(
        """
        SELECT 'document ' || id || ' has waited for its scan since ' || uploaded_at
        FROM scheme_applicationdocument WHERE scan = 'waiting' AND uploaded_at < %(since)s
        """,
        since=world.now - LONGEST_WAIT,
    )


@invariant("rule 9")
def documents_have_their_file(world: World) -> Iterable[str]:
    rows = ApplicationDocument.objects.order_by("pk").values_list("uid", "file", "size", "sha256")
    for uid, name, size, sha256 in rows.iterator(chunk_size=CHUNK):
        if problem := file_problem(name, size=size, sha256=sha256, read=world.read_files):
            yield f"document {uid}: {problem}"


@invariant("rules 3 and 9")
def frozen_documents_are_kept(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' froze the document ' || (row ->> 'name') || ', which is not kept as it was'
        FROM scheme_applicationversion v JOIN scheme_partnerapplication a ON a.id = v.application_id
        CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'documents') row
        LEFT JOIN scheme_applicationdocument d ON d.uid::text = row ->> 'uid' AND d.application_id = a.id
        WHERE d.sha256 IS DISTINCT FROM row ->> 'sha256'
    """)
