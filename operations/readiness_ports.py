"""What the switch between peace and war keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.readiness import Condition


@dataclass(frozen=True)
class Switch:
    """One throw of the switch, as it is kept; `version` counts them from 1."""

    version: int
    condition: Condition
    at: datetime
    by: str
    name: str
    reason: str


class ReadinessStore(Protocol):
    def newest(self) -> Switch | None: ...
    def add(self, switch: Switch) -> None: ...
    def latest(self, limit: int) -> list[Switch]:
        """The newest throws first."""
