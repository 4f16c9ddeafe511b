"""What the roll-calls keep: the plans of those that repeat."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from domain.roll_call import RollCallPlan


class RollCallStore(Protocol):
    def plans(self) -> Sequence[RollCallPlan]:
        """Those that still come, oldest first."""

    def get(self, plan_id: str) -> RollCallPlan | None: ...
    def add(self, plan: RollCallPlan) -> None: ...
    def end(self, plan_id: str, at: datetime) -> None: ...
    def done(self, plan_id: str, day: date) -> bool:
        """Note that it was done for this local day; False when it was before."""
