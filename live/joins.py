"""The rows of a room for those who join it: read once for all who come within half a second, and never too old."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from threading import Lock

from domain.account import Actor
from operations.ports import Row

FRESH_S = 0.5

RowsFor = Callable[[str, Actor], list[Row]]


class Shelf:
    """One room's rows as last read, and how many emissions to it had been heard of when the reading began."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.rows: list[Row] = []
        self.read_at = float("-inf")
        self.emissions = -1


class Joins:
    """Whoever joins enters the room first and reads then. Rows that were read before an emission to the room may lack
    it, so they serve nobody who entered after it: what is kept is given out only until the next emission."""

    def __init__(self, rows_for: RowsFor) -> None:
        self._rows_for = rows_for
        self._shelves: dict[tuple[str, str], Shelf] = defaultdict(Shelf)
        self._emissions: dict[str, int] = defaultdict(int)

    def emitted(self, rooms: Sequence[str]) -> None:
        for room in rooms:
            self._emissions[room] += 1

    def rows(self, room: str, actor: Actor) -> list[Row]:
        """The rows of a room that `actor` has entered; a storm of joins reads them once."""
        shelf = self._shelves[room, actor.role]
        with shelf.lock:
            emissions, now = self._emissions[room], time.monotonic()
            if shelf.emissions != emissions or now - shelf.read_at > FRESH_S:
                shelf.rows = self._rows_for(room, actor)
                shelf.emissions, shelf.read_at = emissions, now
            return shelf.rows

    def tidy(self) -> None:
        """Forget rooms that nobody has joined for a while."""
        old = time.monotonic() - 60
        for key in [key for key, shelf in self._shelves.items() if shelf.read_at < old and not shelf.lock.locked()]:
            del self._shelves[key]
        for room in [room for room in self._emissions if not any(key[0] == room for key in self._shelves)]:
            del self._emissions[room]
