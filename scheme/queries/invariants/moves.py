"""Rule 1: a state is reached by recorded moves of the machine's table, and by nothing else."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models

from portal.casework.invariants import World, invariant, lines
from portal.casework.machine import Machine, by_the_clock


def tables(world: World) -> Iterator[tuple[str, str, str, str, Machine]]:
    """Of each machine: its model's name, the table of its cases and of their moves, the first state, the machine."""
    for label, machine in world.machines.items():
        model = apps.get_model(label)
        records: type[models.Model] = model._meta.get_field("moves").related_model
        first = model._meta.get_field("state").get_default()
        yield str(model._meta.model_name), model._meta.db_table, records._meta.db_table, str(first), machine


@invariant("rule 1")
def states_are_reached_by_moves(world: World) -> Iterable[str]:
    for name, cases, moves, first, _machine in tables(world):
        yield from lines(
            f"""
            SELECT %(name)s || ' ' || c.id || ' stands at ' || c.state || ', its moves lead to '
                || coalesce(last.target, %(first)s)
            FROM {cases} c LEFT JOIN (
                SELECT DISTINCT ON (case_id) case_id, target FROM {moves} ORDER BY case_id, id DESC
            ) last ON last.case_id = c.id
            WHERE c.state <> coalesce(last.target, %(first)s)
            """,
            name=name,
            first=first,
        )


@invariant("rule 1")
def moves_form_a_chain(world: World) -> Iterable[str]:
    for name, _cases, moves, first, _machine in tables(world):
        yield from lines(
            f"""
            SELECT %(name)s || ' ' || case_id || ' moved from ' || source || ' when it stood at ' || stood || ' (' || move || ')'
            FROM (
                SELECT case_id, move, source, lag(target, 1, %(first)s::varchar) OVER (PARTITION BY case_id ORDER BY id) stood
                FROM {moves}
            ) m WHERE source <> stood
            """,
            name=name,
            first=first,
        )


@invariant("rule 1")
def moves_follow_in_time(world: World) -> Iterable[str]:
    for name, _cases, moves, _first, _machine in tables(world):
        yield from lines(
            f"""
            SELECT %(name)s || ' ' || case_id || ' made the move ' || move || ' before the one that precedes it'
            FROM (SELECT case_id, move, at, lag(at) OVER (PARTITION BY case_id ORDER BY id) before FROM {moves}) m
            WHERE at < before
            """,
            name=name,
        )


@invariant("rule 1")
def moves_are_known_to_the_machine(world: World) -> Iterable[str]:
    for name, _cases, moves, _first, machine in tables(world):
        known = [f"{move.name}|{source}|{move.target}" for move in machine for source in move.sources]
        yield from lines(
            f"""
            SELECT %(name)s || ' ' || case_id || ' made an unknown move: ' || move || ' from ' || source || ' to ' || target
            FROM {moves} WHERE move || '|' || source || '|' || target <> ALL(%(known)s)
            """,
            name=name,
            known=known,
        )


@invariant("rule 1")
def moves_have_their_actor_and_reason(world: World) -> Iterable[str]:
    for name, _cases, moves, _first, machine in tables(world):
        yield from lines(
            f"""
            SELECT %(name)s || ' ' || case_id || ' made the move ' || move || CASE
                WHEN move = ANY(%(reasoned)s) AND btrim(reason) = '' THEN ' without a reason'
                WHEN by_id IS NULL THEN ' by nobody' ELSE ' by a person, but it is the clock''s' END
            FROM {moves} WHERE (move = ANY(%(reasoned)s) AND btrim(reason) = '')
                OR (by_id IS NULL) <> (move = ANY(%(clock)s))
            """,
            name=name,
            reasoned=[move.name for move in machine if move.reason],
            clock=[move.name for move in machine if move.may is by_the_clock],
        )
