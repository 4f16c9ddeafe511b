"""The poller: asks every feed on its schedule, one process at a time, and keeps going whatever a feed does."""

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from data_feeds.condition import Condition, pause_s, severity_of
from data_feeds.feed import Feed, FeedFailed
from operations.ports import Clock, Leases, LiveWriter

log = logging.getLogger("feeds")

LEASE_FACTOR = 3  # intervals for which a poller keeps a feed; a dead one is replaced after that
SHORTEST_LEASE_S = 15.0


class Poller:
    """One for each worker. Of several workers the one that holds a feed's lease polls it."""

    def __init__(self, *, leases: Leases, live: LiveWriter, clock: Clock, holder: str) -> None:
        self._leases, self._live, self._clock, self._holder = leases, live, clock, holder
        self._conditions: dict[str, Condition] = {}
        self._not_before: dict[str, datetime] = {}
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # its warnings are the lateness we report ourselves
        made = BackgroundScheduler(timezone=UTC, job_defaults=defaults)  # type: ignore[no-untyped-call]
        self._scheduler: Any = made  # the library has no types

    def add(self, feed: Feed[Any, Any]) -> None:
        """Poll the feed from now on, every `interval_s` seconds, a tenth more or less."""
        self.every(feed.interval_s, lambda: self.poll(feed), feed.name)

    def drop(self, name: str) -> None:
        """Ask this feed no more; one that was never added is no fault."""
        if self._scheduler.get_job(name):
            self._scheduler.remove_job(name)
        if self._conditions.pop(name, None):
            self._leases.release(lease(name), self._holder)
        self._not_before.pop(name, None)

    def every(self, seconds: float, act: Callable[[], object], name: str) -> None:
        """Call `act` now and every so many seconds, in a thread of the scheduler's."""
        first = datetime.now(UTC) + timedelta(seconds=0.05)
        self._scheduler.add_job(
            act, "interval", seconds=seconds, jitter=seconds / 10, id=name, next_run_time=first, replace_existing=True
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Stop asking; a feed that is being asked is waited for, and every lease is given back."""
        self._scheduler.shutdown(wait=True)
        for name in list(self._conditions):
            self._leases.release(lease(name), self._holder)

    def poll(self, feed: Feed[Any, Any]) -> None:
        """Ask once, unless another process does so or the feed is paused after failures."""
        now = self._clock.real()
        if now < self._not_before.get(feed.name, now):
            return
        try:
            held = self._leases.hold(
                lease(feed.name), self._holder, max(SHORTEST_LEASE_S, LEASE_FACTOR * feed.interval_s)
            )
            if held is not None:
                self._ask(feed, self._conditions.get(feed.name) or Condition(now))
        except Exception:
            log.exception("feed %s: its lease could not be taken", feed.name)

    def _ask(self, feed: Feed[Any, Any], before: Condition) -> None:
        try:
            feed.poll()
        except Exception as error:  # noqa: BLE001 - whatever one feed does, the others are asked
            self._failed(feed, before, error)
        else:
            self._succeeded(feed, before)
        self._say(feed)

    def _failed(self, feed: Feed[Any, Any], before: Condition, error: Exception) -> None:
        now = self._clock.real()
        after = before.failed(now, str(error) or type(error).__name__)
        self._conditions[feed.name] = after
        self._pause(feed, now, pause_s(after.failures, feed.interval_s, random.random()))
        if not before.is_failing:
            trace = None if isinstance(error, FeedFailed) else error  # what a source did needs no traceback of ours
            log.error("feed %s fails: %s", feed.name, after.why, exc_info=trace)

    def _pause(self, feed: Feed[Any, Any], now: datetime, seconds: float) -> None:
        """Leave the feed alone for so long; one that is asked rarely is asked again before its usual time."""
        self._not_before[feed.name] = now + timedelta(seconds=seconds)
        if seconds < feed.interval_s and self._scheduler.get_job(feed.name):
            self._scheduler.modify_job(feed.name, next_run_time=datetime.now(UTC) + timedelta(seconds=seconds))

    def _succeeded(self, feed: Feed[Any, Any], before: Condition) -> None:
        self._conditions[feed.name] = before.succeeded(self._clock.real())
        self._not_before.pop(feed.name, None)
        if before.is_failing:
            log.info("feed %s is back, it failed %d times since %s", feed.name, before.failures, before.since)

    def _say(self, feed: Feed[Any, Any]) -> None:
        if feed.source is None:
            return
        now, condition = self._clock.real(), self._conditions[feed.name]
        found = severity_of(condition, now, feed.interval_s)
        self._live.source_health(feed.source, found, condition.late_s(now), condition.since, condition.why)


def lease(name: str) -> str:
    return f"feed {name}"[:60]
