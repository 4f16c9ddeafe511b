"""A channel's pace: so many messages a second and no more, also after a restart."""

from collections.abc import Callable


class Pace:
    """A bucket that holds a second's worth of messages, at least one. `seconds` is a clock that only goes forward;
    `already` were sent within `window_s` before this process began."""

    def __init__(self, rate: float, seconds: Callable[[], float]) -> None:
        self._rate, self._seconds = rate, seconds
        self._room = max(1.0, rate)
        self._level, self._at = self._room, seconds()

    @property
    def window_s(self) -> float:
        """How long an empty bucket takes to be full."""
        return self._room / self._rate

    def begin(self, already: int) -> None:
        self._level, self._at = max(0.0, self._room - already), self._seconds()

    def free(self) -> int:
        """How many messages may go now."""
        now = self._seconds()
        self._level = min(self._room, self._level + (now - self._at) * self._rate)
        self._at = now
        return int(self._level)

    def took(self, n: int) -> None:
        self._level -= n
