"""The days of a past round, counted from its closing, as rounds have run (domain.md, section 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.casework.working_days import is_working_day
from scheme.models import Round
from scheme.services.demo.data import number_of
from scheme.services.demo.rounds import at

# stage → (first, last) day after the closing, on which the cases of the round are spread
STAGES = {
    "started": (-80, -27),
    "submitted": (-19, -1),
    "screening": (3, 10),
    "asked": (16, 18),
    "answered": (24, 27),
    "lapsed": (45, 45),
    "screened": (32, 35),
    "visited": (42, 59),
    "reviewed_hong_kong": (66, 74),
    "reviewed_guangdong": (66, 74),
    "reconciled": (78, 78),
    "committee": (84, 84),
    "proposed": (87, 87),
    "compliance": (90, 96),
    "notice": (101, 101),
    "objection": (106, 107),
}


# The same from the opening of a round that is open for thirty days, as far as a lapsed case goes.
THIS_MONTH = {
    "started": (0, 0),
    "submitted": (1, 1),
    "screening": (2, 2),
    "asked": (3, 3),
    "lapsed": (29, 29),
}


# From an objection to the decision on it.
DECIDED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """When what happened in one round."""

    round: Round
    # The day the stages are counted from.
    origin: date
    stages: Mapping[str, tuple[int, int]] = field(default_factory=lambda: STAGES)
    # A month that must hold a whole story has no room for holidays.
    keeps_holidays: bool = True

    def day(self, stage: str, key: str = "") -> date:
        """A day of the stage, always the same for the same case; a working day of both places."""
        first, last = self.stages[stage]
        day = self.origin + timedelta(days=number_of(f"{key}{stage}", first, last))
        while self.keeps_holidays and not is_working_day(day):
            day += timedelta(days=1 if first > 0 else -1)
        return day

    def time(self, stage: str, key: str = "") -> datetime:
        """An office hour of that day."""
        return at(self.day(stage, key), number_of(f"{key}{stage}hour", 9, 16), number_of(f"{key}{stage}minute", 0, 59))

    @property
    def meeting(self) -> date:
        """The meeting of the joint working group is held on the day of the ceremony."""
        assert self.round.valid_from is not None  # noqa: S101 - the demonstration's rounds have their day
        return self.round.valid_from

    def meeting_at(self, hour: int, minute: int = 0) -> datetime:
        return at(self.meeting, hour, minute)

    @property
    def published_at(self) -> datetime:
        """When the list went on public notice."""
        return at(self.day("notice"), 10)
