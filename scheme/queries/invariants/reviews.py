"""Rule 4: two governments of equal standing, each with one review that counts, before anything is recommended."""

from collections.abc import Iterable

from portal.casework.invariants import World, invariant, lines

# What stands behind a recommendation: its time, both reviews, the joint note. One row a case that was judged.
JUDGED = """
    WITH judged AS (
        SELECT a.id, a.reference, a.enterprise_id, a.outcome, a.category_id, m.at, m.move, r.tolerance,
            h.total AS hong_kong, g.total AS guangdong, h.recommendation AS hong_kong_says,
            g.recommendation AS guangdong_says, j.outcome AS joint,
            j.signed_hong_kong_by_id IS NOT NULL AND j.signed_guangdong_by_id IS NOT NULL AS signed,
            h.recommendation = g.recommendation AND abs(h.total - g.total) <= r.tolerance AS agree
        FROM scheme_partnerapplication a
        JOIN scheme_category c ON c.id = a.category_id JOIN scheme_round r ON r.id = c.round_id
        JOIN scheme_applicationmove m ON m.case_id = a.id AND m.move IN ('recommend', 'not_recommend')
        LEFT JOIN scheme_review h ON h.application_id = a.id AND h.side = 'hong_kong' AND h.state = 'complete'
            AND h.completed_at <= m.at
        LEFT JOIN scheme_review g ON g.application_id = a.id AND g.side = 'guangdong' AND g.state = 'complete'
            AND g.completed_at <= m.at
        LEFT JOIN scheme_reconciliation j ON j.application_id = a.id
    )
"""


@invariant("rule 4")
def recommendations_rest_on_both_governments(world: World) -> Iterable[str]:
    return lines(f"""{JUDGED}
        SELECT reference || ' was judged (' || move || ') without the completed review of '
            || concat_ws(' and ', CASE WHEN hong_kong IS NULL THEN 'Hong Kong' END, CASE WHEN guangdong IS NULL THEN 'Guangdong' END)
        FROM judged WHERE hong_kong IS NULL OR guangdong IS NULL
    """)


@invariant("rule 4")
def disagreements_are_signed_by_both(world: World) -> Iterable[str]:
    return lines(f"""{JUDGED}
        SELECT reference || ' was judged though the reviews do not agree and no joint note is signed by both'
        FROM judged WHERE NOT agree AND NOT coalesce(signed, false)
    """)


@invariant("rule 4")
def outcomes_are_what_both_came_to(world: World) -> Iterable[str]:
    return lines(f"""{JUDGED}
        SELECT reference || ' has the outcome “' || outcome || '”, both governments came to “' || came_to || '”'
        FROM judged CROSS JOIN LATERAL (SELECT coalesce(nullif(joint, ''), hong_kong_says) AS came_to) b
        WHERE came_to IS DISTINCT FROM outcome OR (move = 'not_recommend') <> (outcome = 'not')
    """)


@invariant("rule 4")
def decided_cases_were_judged(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' is ' || a.state || ' and nobody recommended it' FROM scheme_partnerapplication a
        WHERE a.state IN ('recommended', 'not_recommended', 'on_notice', 'endorsed', 'commended') AND NOT EXISTS (
            SELECT 1 FROM scheme_applicationmove m WHERE m.case_id = a.id AND m.move IN ('recommend', 'not_recommend'))
    """)


@invariant("rule 4")
def reviews_are_written_by_their_side(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the ' || r.side || ' review of ' || a.reference || ' is by ' || u.email || ', no officer of that side alone'
        FROM scheme_review r JOIN scheme_partnerapplication a ON a.id = r.application_id
        JOIN accounts_user u ON u.id = r.author_id
        WHERE r.state = 'complete' AND (
            SELECT array_agg(DISTINCT g.side) FROM accounts_appointment p JOIN accounts_agency g ON g.id = p.agency_id
            WHERE p.user_id = u.id AND p.role = 'officer'
                AND (p.starts_on IS NULL OR p.starts_on <= (r.completed_at AT TIME ZONE 'Asia/Hong_Kong')::date)
                AND (p.ends_on IS NULL OR p.ends_on >= (r.completed_at AT TIME ZONE 'Asia/Hong_Kong')::date)
        ) IS DISTINCT FROM ARRAY[r.side]
    """)


@invariant("rule 4")
def reviews_that_count_are_without_conflict(world: World) -> Iterable[str]:
    return lines(f"""{JUDGED}
        SELECT 'the ' || v.side || ' review of ' || j.reference || ' counted though its author had an interest'
        FROM judged j JOIN scheme_review v ON v.application_id = j.id AND v.state = 'complete'
        WHERE EXISTS (
            SELECT 1 FROM scheme_enterpriseconflict c WHERE c.officer_id = v.author_id AND c.enterprise_id = j.enterprise_id
                AND c.declared_at <= j.at AND (c.ended_at IS NULL OR c.ended_at > j.at)
        ) OR EXISTS (
            SELECT 1 FROM enterprises_membership m WHERE m.user_id = v.author_id AND m.enterprise_id = j.enterprise_id
                AND m.joined_at <= j.at)
    """)


@invariant("rule 4")
def nobody_acts_in_a_conflict(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ': ' || u.email || ' made the move ' || m.move || ' with an interest in the enterprise'
        FROM scheme_applicationmove m JOIN scheme_partnerapplication a ON a.id = m.case_id
        JOIN scheme_enterpriseconflict c ON c.officer_id = m.by_id AND c.enterprise_id = a.enterprise_id
        JOIN accounts_user u ON u.id = m.by_id
        WHERE c.declared_at <= m.at AND (c.ended_at IS NULL OR c.ended_at > m.at)
            AND m.move NOT IN ('submit', 'withdraw', 'withdraw_unreleased', 'answer')
    """)


@invariant("rule 4")
def totals_are_those_of_the_marks(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the ' || r.side || ' review of ' || a.reference || ' has the total ' || r.total || ', its marks come to '
            || coalesce(m.total::text, 'nothing')
        FROM scheme_review r JOIN scheme_partnerapplication a ON a.id = r.application_id
        LEFT JOIN (
            SELECT k.review_id, count(*) AS marks,
                round(100 * sum(c.weight * k.value::numeric / c.scale) / sum(c.weight), 2) AS total
            FROM scheme_mark k JOIN scheme_criterion c ON c.id = k.criterion_id GROUP BY 1
        ) m ON m.review_id = r.id
        WHERE r.state = 'complete' AND abs(r.total - m.total) <= 0.01 IS NOT TRUE
    """)


@invariant("rule 4")
def marks_keep_to_their_scale(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the ' || r.side || ' review of ' || a.reference || ' marks ' || c.code || ' with ' || k.value || ' of ' || c.scale
        FROM scheme_mark k JOIN scheme_criterion c ON c.id = k.criterion_id JOIN scheme_review r ON r.id = k.review_id
        JOIN scheme_partnerapplication a ON a.id = r.application_id
        WHERE k.value > c.scale OR c.category_id <> a.category_id
    """)


@invariant("rule 4")
def signatures_are_of_their_side(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the joint note of ' || a.reference || ' is signed for ' || s.side || ' by somebody who is no officer there'
        FROM scheme_reconciliation j JOIN scheme_partnerapplication a ON a.id = j.application_id
        CROSS JOIN LATERAL (VALUES ('hong_kong', j.signed_hong_kong_by_id), ('guangdong', j.signed_guangdong_by_id)) s(side, person)
        WHERE s.person IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM accounts_appointment p JOIN accounts_agency g ON g.id = p.agency_id
            WHERE p.user_id = s.person AND p.role = 'officer' AND g.side = s.side)
    """)


@invariant("section 4")
def excellence_is_known_to_the_category(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' is judged excellent in a category without that title'
        FROM scheme_partnerapplication a JOIN scheme_category c ON c.id = a.category_id
        WHERE a.outcome = 'excellent' AND c.excellent_mark IS NULL
    """)


@invariant("section 4")
def reviews_below_the_mark_say_why(world: World) -> Iterable[str]:
    return lines("""
        SELECT 'the ' || r.side || ' review of ' || a.reference || ' recommends “' || r.recommendation || '” at ' || r.total
            || ' without a word'
        FROM scheme_review r JOIN scheme_partnerapplication a ON a.id = r.application_id
        JOIN scheme_category c ON c.id = a.category_id
        WHERE r.state = 'complete' AND btrim(r.comment) = '' AND r.total < CASE r.recommendation
            WHEN 'excellent' THEN coalesce(c.excellent_mark, c.pass_mark) WHEN 'partner' THEN c.pass_mark ELSE 0 END
    """)


@invariant("section 4")
def cases_under_review_were_checked(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' went on with ' || count(i.id) || ' requirements that are not met'
        FROM scheme_partnerapplication a
        JOIN scheme_eligibilityitem i ON i.category_id = a.category_id
        LEFT JOIN scheme_screeningcheck k ON k.application_id = a.id AND k.item_id = i.id AND k.result = 'met'
        WHERE k.id IS NULL AND a.state IN ('assessment', 'under_review', 'reconciliation', 'recommended', 'on_notice')
        GROUP BY a.id
    """)


@invariant("section 4")
def visits_were_made_where_the_category_asks(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' was sent to review without the report of an on-site assessment'
        FROM scheme_partnerapplication a JOIN scheme_category c ON c.id = a.category_id
        JOIN scheme_applicationmove m ON m.case_id = a.id AND m.move = 'report_assessment'
        LEFT JOIN scheme_onsitereport o ON o.application_id = a.id
        WHERE c.on_site_assessment AND o.id IS NULL
    """)


@invariant("rule 4")
def disagreements_do_not_lie_about(world: World) -> Iterable[str]:
    return lines("""
        SELECT a.reference || ' has two reviews that do not agree and no reconciliation'
        FROM scheme_partnerapplication a JOIN scheme_category c ON c.id = a.category_id JOIN scheme_round r ON r.id = c.round_id
        JOIN scheme_review h ON h.application_id = a.id AND h.side = 'hong_kong' AND h.state = 'complete'
        JOIN scheme_review g ON g.application_id = a.id AND g.side = 'guangdong' AND g.state = 'complete'
        LEFT JOIN scheme_reconciliation j ON j.application_id = a.id
        WHERE a.state = 'under_review' AND j.id IS NULL
            AND (h.recommendation <> g.recommendation OR abs(h.total - g.total) > r.tolerance)
            AND NOT EXISTS (
                SELECT 1 FROM scheme_enterpriseconflict x WHERE x.enterprise_id = a.enterprise_id AND x.ended_at IS NULL
                    AND x.officer_id IN (h.author_id, g.author_id))
    """)
