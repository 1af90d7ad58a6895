"""State machines as tables: every move with its actor and its condition, kept in one place (design.md, rule 1)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pgtrigger
import rules
from django.db import transaction
from django.utils import timezone

from portal.errors import Conflict, NotAllowed, ReasonNeeded, Refused

# The scheduler moves cases whose time has come; it acts as nobody.
by_the_clock: rules.Predicate = rules.predicate(lambda user, case=None: user is None, name="by_the_clock")


@dataclass(frozen=True)
class Move:
    """One named move. `when` raises a `Refused` if the case is not ready; `reason` says that one must be given."""

    name: str
    sources: tuple[str, ...]
    target: str
    may: rules.Predicate
    label: Any
    when: Callable[[Any], None] | None = None
    reason: bool = False


@dataclass(frozen=True)
class Machine:
    """The moves of one kind of object. Services call `make`; nothing else writes `state`."""

    moves: tuple[Move, ...]
    _by_name: dict[str, Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {move.name: move for move in self.moves})

    def __getitem__(self, name: str) -> Move:
        return self._by_name[name]

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves)

    def guard(self, name: str = "only_known_moves") -> pgtrigger.Trigger:
        """The database's own guard: a change of state that is no move of this table is refused, raw SQL included."""
        pairs = sorted({(source, move.target) for move in self.moves for source in move.sources})
        return pgtrigger.FSM(name=name, field="state", transitions=pairs)

    def available(self, case: Any, by: Any) -> list[Move]:
        """The moves `by` could make on `case` now, conditions included."""
        return [move for move in self.moves if self.refusal(case, move.name, by=by) is None]

    def refusal(self, case: Any, name: str, *, by: Any) -> Refused | None:
        """Why `by` cannot make the move now; None if it can."""
        move = self[name]
        if not move.may.test(by, case):
            return NotAllowed()
        if case.state not in move.sources:
            return Conflict(case.get_state_display())
        try:
            if move.when:
                move.when(case)
        except Refused as refusal:
            return refusal
        return None

    @transaction.atomic
    def make(self, case: Any, name: str, *, by: Any, reason: str = "") -> Any:
        """Make the move on the locked, freshly read case, and record who, when, from, to and why.

        Raises `NotAllowed`, `Conflict` (the case has moved meanwhile), `ReasonNeeded`, or what the condition raises.
        """
        case = type(case)._default_manager.select_for_update(of=("self",)).get(pk=case.pk)
        if refusal := self.refusal(case, name, by=by):
            raise refusal
        move = self[name]
        if move.reason and not reason.strip():
            raise ReasonNeeded
        source, case.state, case.state_since = case.state, move.target, timezone.now()
        case.save(update_fields=["state", "state_since"])
        case.moves.create(
            move=move.name,
            source=source,
            target=move.target,
            by=by,
            reason=reason.strip(),
            at=case.state_since,
        )
        return case
