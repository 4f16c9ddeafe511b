"""What escalation keeps: the timers that wait, the steps that were taken, and the notices on terminals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.step import Notice, Step
from domain.timers import Timer, TimerState


class TimerStore(Protocol):
    def add(self, timers: Sequence[Timer]) -> None:
        """Write timers; those whose id is there already are left as they are."""

    def next_due(self) -> datetime | None:
        """When the first of the waiting ones is due."""

    def take(self, now: datetime, limit: int) -> list[Timer]:
        """The waiting ones that are due, longest waiting first, for this transaction alone: another worker's passes
        over them. They must be settled in it."""

    def waiting(self, order_id: str, post: str) -> list[Timer]:
        """What still waits for one line, first due first; locked for this transaction."""

    def settle(self, ids: Sequence[str], state: TimerState, at: datetime) -> None: ...
    def drop(self, order_id: str, at: datetime) -> None:
        """Nothing of this order that waits will fire."""

    def counts(self, order_id: str) -> Mapping[str, int]:
        """How many of an order's timers are in each state."""

    def add_steps(self, steps: Sequence[Step]) -> list[Step]:
        """Write steps; the ones whose id was not there yet."""

    def steps(self, order_id: str) -> list[Step]:
        """What was done for an order, oldest first."""

    def add_notices(self, notices: Sequence[Notice]) -> list[Notice]:
        """Write notices; the ones whose id was not there yet."""

    def notices(self, post: str, now: datetime) -> list[Notice]:
        """What a post's terminal shows now, oldest first: of orders that run, and what stays until a later time."""
