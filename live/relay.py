"""The relay: carries what was committed from SQL to the counts in Redis and to the browsers."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from threading import Event
from typing import Protocol

from redis import Redis

from live import keys
from live.counters import Counters, FencedOff, NotReady, days_of
from live.hints import URGENT, Ear
from live.outage import Outage
from live.rooms import Emission, emissions, post_of
from operations.ports import Announcement, Announcements, Leases, Row
from operations.rows import stamp

LEASE_S, RENEW_S = 3.0, 1.0
LOOK_S = 0.25  # how long a lost hint can delay anything
GATHER_S = 0.05
BATCH = 500
log = logging.getLogger("relay")


class Emit(Protocol):
    def __call__(self, event: str, data: Row, rooms: Sequence[str]) -> None:
        """Send one event to everybody in these rooms, once; raises when it cannot."""


@dataclass
class Relay:
    """One at a time: only the holder of the lease works, and what it writes carries the lease's fencing number.

    `handed(order, posts)` is told which posts an order was emitted to.
    """

    redis: Redis
    announcements: Announcements
    leases: Leases
    emit: Emit
    handed: Callable[[str, Sequence[str]], None]
    today: Callable[[], date]
    now: Callable[[], datetime]  # real time
    holder: str
    outage: Outage = field(default_factory=lambda: Outage("the relay", log))
    handing: Outage = field(default_factory=lambda: Outage("noting to whom an order was handed", log))
    _fence: int | None = None
    _renew_at: float = 0.0

    def __post_init__(self) -> None:
        self.counters = Counters(self.redis)

    def run(self, stopped: Event) -> None:
        ear = Ear(self.redis, keys.OUTBOX)
        while not stopped.is_set():
            started = time.monotonic()
            if not self.outage.attempt(self.cycle):
                stopped.wait(LOOK_S)
            gather(ear, until=started + GATHER_S, latest=started + LOOK_S)
        ear.close()
        self.outage.attempt(lambda: self.leases.release("relay", self.holder))

    def cycle(self) -> int:
        """Carry what waits; how many announcements were carried. Nothing happens while another relay has the lease."""
        fence = self.fence()
        if fence is None:
            return 0
        if not self.counters.is_complete(self.today()):
            self.rebuild(fence)
        known_good_at = self.now()
        batch = self.announcements.take(BATCH)
        try:
            self.carry(fence, batch)
        except (NotReady, FencedOff):  # Redis lost its memory, or we lost the lease, in the middle: look again
            self._renew_at = 0.0
            return 0
        if len(batch) < BATCH:
            self.redis.set(keys.RELAYED_AT, f"{stamp(known_good_at)}")
        return len(batch)

    def fence(self) -> int | None:
        if time.monotonic() >= self._renew_at:
            self._fence = self.leases.hold("relay", self.holder, LEASE_S)
            self._renew_at = time.monotonic() + (RENEW_S if self._fence else LOOK_S)
        return self._fence

    def carry(self, fence: int, batch: Sequence[Announcement]) -> None:
        """Orders first: people wait for them. Marked last: what dies on the way is carried again."""
        orders = [one for one in batch if is_order(one)]
        others = [one for one in batch if not is_order(one)]
        for part in filter(None, (orders, others)):
            self.counters.project(fence, part)
            for emission in emissions(part):
                self.send(emission)
        ids = [one.id for one in batch]
        if ids:
            self.announcements.mark(ids)
            self.counters.forget(ids)

    def send(self, emission: Emission) -> None:
        rooms, rows = emission
        self.emit("rows", {"rows": rows}, rooms)
        posts = [post for room in rooms if (post := post_of(room))]
        for row in rows:
            if posts and row["kind"] == "order" and row["state"] == "running":
                self.handing.attempt(partial(self.handed, row["id"], posts))  # no note is worth holding up the rest

    def rebuild(self, fence: int) -> None:
        today = self.today()
        started = time.monotonic()
        epoch = self.counters.rebuild(fence, self.announcements.recount(days_of(today)), today)
        log.info("counts rebuilt from SQL in %.2f s, epoch %s", time.monotonic() - started, epoch)


def is_order(announcement: Announcement) -> bool:
    return any(row["kind"] == "order" for row in announcement.rows)


def gather(ear: Ear, until: float, latest: float) -> None:
    """Wait for a hint until `latest`; then on till `until`, so that what comes together travels together, unless it
    is urgent."""
    hinted = False
    while (left := (until if hinted else latest) - time.monotonic()) > 0:
        hint = ear.wait(left)
        if hint == URGENT:
            return
        hinted = hinted or hint is not None
