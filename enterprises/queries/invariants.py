"""What must always be true of enterprises and their members."""

from collections.abc import Iterable

from portal.casework.invariants import World, invariant, lines


@invariant("issue 3, section 2")
def enterprises_with_members_have_an_owner(world: World) -> Iterable[str]:
    return lines("""
        SELECT e.br_number || ' has members and no owner'
        FROM enterprises_enterprise e JOIN enterprises_membership m ON m.enterprise_id = e.id
        GROUP BY e.id HAVING count(*) FILTER (WHERE m.role = 'owner') = 0
    """)


@invariant("domain.md, section 4")
def mainland_sites_alone_have_a_code(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'site ' || s.id || ' of ' || e.br_number || CASE WHEN c.in_mainland
            THEN ' in the mainland has no Unified Social Credit Code' ELSE ' in Hong Kong has one' END
        FROM enterprises_site s JOIN enterprises_city c ON c.id = s.city_id
        JOIN enterprises_enterprise e ON e.id = s.enterprise_id
        WHERE c.in_mainland = (s.uscc = '')
    """)
