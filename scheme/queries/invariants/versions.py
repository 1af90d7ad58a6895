"""Rule 3: what was submitted is frozen, whole, with its hash."""

from collections.abc import Iterable

from portal.casework.invariants import World, invariant, lines
from portal.casework.services.freeze import sha256
from scheme.models import ApplicationVersion

CHUNK = 2000


@invariant("rule 3")
def submitted_applications_have_a_version(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' was submitted and has no version' FROM scheme_partnerapplication a
        WHERE a.submitted_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM scheme_applicationversion v WHERE v.application_id = a.id)
    """)


@invariant("rule 3")
def versions_are_numbered_without_gaps(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' has ' || count(*) || ' versions, numbered from ' || min(v.number) || ' to ' || max(v.number)
        FROM scheme_applicationversion v JOIN scheme_partnerapplication a ON a.id = v.application_id
        GROUP BY a.id HAVING min(v.number) <> 1 OR max(v.number) <> count(*)
    """)


@invariant("rule 3")
def versions_fit_their_hash(world: World) -> Iterable[str]:
    """Recomputes every hash: the one question whose answer needs the content itself."""
    rows = ApplicationVersion.objects.order_by("pk").values_list(
        "application__reference", "number", "content", "sha256"
    )
    for reference, number, content, hashed in rows.iterator(chunk_size=CHUNK):
        if sha256(content) != hashed:
            yield f"version {number} of {reference} does not fit its SHA-256"


@invariant("rule 3")
def versions_name_their_case(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'version ' || v.number || ' of ' || a.reference || ' is of another round or category'
        FROM scheme_applicationversion v JOIN scheme_partnerapplication a ON a.id = v.application_id
        JOIN scheme_category c ON c.id = a.category_id JOIN scheme_round r ON r.id = c.round_id
        WHERE v.content ->> 'round' IS DISTINCT FROM r.year::text OR v.content ->> 'category' IS DISTINCT FROM c.kind
    """)
