"""The past of the demo city, filled in behind the present: one day at a time, each only as far as it is missing."""

import logging
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from data_feeds.demo.casework import Casework
from data_feeds.demo.door import Attempts, Door
from data_feeds.demo.stories import Story, stamp

DAYS = 30
FAST, GENTLE = 500, 200  # cases in one call: before anybody looks, and while people use the city
LAST = 3
REST = 0.8  # times as long as a gentle call took
log = logging.getLogger("demo")


class Past:
    def __init__(self, casework: Casework, door: Door, now: Callable[[], datetime], stopped: threading.Event) -> None:
        self._casework, self._door, self._now, self._stopped = casework, door, now, stopped
        self._attempts = Attempts("filling in the past")

    def tell_today(self) -> tuple[date, list[Story]]:
        """Which day it is, and its stories; this can be done before there is a server."""
        today = self._now().astimezone(self._casework.stories.days.zone).date()
        return today, self._told(today)

    def fill_today(self, today: date, told: Sequence[Story]) -> None:
        """Report what has happened today, and wait for the rest of the day."""
        self._fill(told, FAST, rest=0.0)
        self._casework.told(today)

    def fill_before(self, today: date) -> None:
        """The days before, newest first: yesterday at once, since the wall compares with it, the others gently."""
        for back in range(1, DAYS + 1):
            day = today - timedelta(days=back)
            if not self._is_complete(day):
                size, rest = (FAST, 0.0) if back == 1 else (GENTLE, REST)
                self._fill(self._told(day), size, rest=rest)
        if not self._stopped.is_set():
            log.info("the %d days before today are filled in", DAYS)

    def _is_complete(self, day: date) -> bool:
        """Whether the last cases of a day are there, and so all before them."""
        n = self._casework.stories.days.volume(day)
        last = list(self._casework.stories.of_day(day, only=range(n - LAST + 1, n + 1)))
        found: list[bool] = []
        self._attempts.insist(lambda: found.append(all(map(self._is_known, last))), self._stopped)
        return not found or found[0]

    def _told(self, day: date) -> list[Story]:
        """Within a day in the order of arrival: so the numbers of the cases follow it, and what is there is there from
        the beginning."""
        return sorted(self._casework.stories.of_day(day), key=lambda story: story.arrives_at)

    def _fill(self, told: Sequence[Story], size: int, *, rest: float) -> None:
        now = self._now()
        arrived = bisect_left(told, True, key=lambda story: story.arrives_at > now)
        for story in told[arrived:]:
            self._casework.await_(story)
        for batch in self._batches(told[:arrived], size):
            started = time.monotonic()
            self._report(batch, now)
            self._stopped.wait(rest * (time.monotonic() - started))

    def _batches(self, stories: Sequence[Story], size: int) -> Iterator[Sequence[Story]]:
        first: list[int] = []
        self._attempts.insist(lambda: first.append(self._first_missing(stories)), self._stopped)
        for start in range(first[0] if first else len(stories), len(stories), size):
            if self._stopped.is_set():
                return
            yield stories[start : start + size]

    def _first_missing(self, stories: Sequence[Story]) -> int:
        return bisect_left(stories, True, key=lambda story: not self._is_known(story))

    def _is_known(self, story: Story) -> bool:
        since, until = story.reported_at - timedelta(seconds=1), story.reported_at + timedelta(seconds=1)
        found = self._door.get(
            "/cases",
            source=story.source,
            external_id=story.external_id,
            since=stamp(since),
            until=stamp(until),
            limit=1,
        )
        return bool(found["cases"])

    def _report(self, batch: Sequence[Story], now: datetime) -> None:
        self._attempts.insist(lambda: self._casework.report_past(self._door, batch, now), self._stopped)
