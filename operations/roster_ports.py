"""What the roster keeps, and what it needs from outside to keep it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from domain.roster import Override, Swap
from domain.shifts import Rotation

Sheet = list[list[str]]
ReadSheet = Callable[[bytes], Sheet | None]
"""The cells of the first sheet of an XLSX file as text; None when it is none, or too large to be a roster."""


class RosterStore(Protocol):
    def rotations(self, posts: Sequence[str], since: datetime) -> list[Rotation]:
        """The rotations of these posts that are valid at some time from `since` on."""

    def overrides(self, posts: Sequence[str], since: datetime) -> list[Override]:
        """The overrides that end after `since`."""

    def swaps(self, posts: Sequence[str], since: datetime) -> list[Swap]:
        """The swaps with a shift that ends after `since`, also those that are only asked."""

    def swap(self, swap_id: str) -> Swap | None: ...
    def add_rotations(self, rotations: Sequence[Rotation], at: datetime, by: str) -> None: ...
    def end_rotations(self, ids: Sequence[str], at: datetime) -> None:
        """Let them be valid until `at` at the longest; one that begins later never is."""

    def add_override(self, override: Override, at: datetime, by: str) -> None: ...
    def end_override(self, override_id: str, at: datetime) -> None: ...
    def add_swap(self, swap: Swap, by: str) -> None: ...
    def settle_swap(self, swap_id: str, settled: str, valid_from: datetime | None) -> None: ...
    def verify(self, person: str, phone: str, *, at: datetime, by: str) -> None: ...
    def verified(self, people: Sequence[str]) -> dict[str, tuple[str, datetime]]:
        """Person id → the number that was answered, and when."""
