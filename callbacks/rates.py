"""How often somebody may knock: so many times a minute, and who knocks more is told to wait."""

import time
from collections.abc import Callable

WINDOW_S = 60.0
MOST_KNOWN = 20_000


class Rate:
    """`most` times in any one window of a minute, for each key. What is remembered is forgotten with the window."""

    def __init__(self, most: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds = most, seconds
        self._window, self._counts = seconds(), dict[str, int]()

    def allows(self, key: str) -> bool:
        """Counts this time, too."""
        now = self._seconds()
        if now - self._window >= WINDOW_S or len(self._counts) >= MOST_KNOWN:
            self._window, self._counts = now, {}
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key] <= self._most
