"""What is still to happen, in the order of time."""

import heapq
from datetime import datetime
from itertools import count
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Agenda(Generic[Thing]):
    """Several threads may add and take."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Thing]] = []
        self._order, self._lock = count(), Lock()

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due: datetime, thing: Thing) -> None:
        with self._lock:
            heapq.heappush(self._heap, (due, next(self._order), thing))

    def due(self, now: datetime, most: int = 1_000_000) -> list[Thing]:
        """Take out what is due, oldest first, at most so many."""
        found: list[Thing] = []
        with self._lock:
            while len(found) < most and self._heap and self._heap[0][0] <= now:
                found.append(heapq.heappop(self._heap)[2])
        return found
