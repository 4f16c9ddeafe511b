"""Heartbeats on their way in: gathered for a second, then merged into Redis with a handful of commands."""

import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from redis import Redis

from domain.liveness import EVER, add
from live import keys
from live.outage import Outage

EVERY_S = 1.0
KEPT_S = 24 * 3600  # the tick drops slots much earlier; this is for when no tick runs
SLOTS_KEPT = 10
log = logging.getLogger("live")


class Heartbeats:
    """One bitmap per class and slot, filled here for a second and then OR-ed into the one in Redis.

    heard() may be called from any thread, also the native ones beside a gevent loop: so no lock, which would tie their
    loops together. run() is a thread of the process's own.
    """

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis, self._now = redis, now
        self._incoming: deque[tuple[str, int, Sequence[int], float]] = deque()
        self._gathered: dict[tuple[str, int], bytearray] = {}
        self._arrivals: dict[str, float] = {}
        self._mine = secrets.token_hex(4)

    def heard(self, device_class: str, bits: Iterable[int], slot: int) -> None:
        """These devices were heard in this slot."""
        self._incoming.append((device_class, slot, tuple(bits), self._now().timestamp()))

    def run(self, stopped: threading.Event) -> None:
        outage = Outage("merging heartbeats", log)
        while not stopped.wait(EVERY_S):
            outage.attempt(self.flush)
        outage.attempt(self.flush)

    def flush(self) -> None:
        """Merge what was gathered; when that fails it is kept for the next time. Called by one thread only."""
        while self._incoming:
            device_class, slot, bits, at = self._incoming.popleft()
            add(self._gathered.setdefault((device_class, slot), bytearray()), bits)
            self._arrivals[device_class] = at
        self._drop_old()
        if self._gathered:
            self._merge(self._gathered, self._arrivals)
            self._gathered, self._arrivals = {}, {}

    def _drop_old(self) -> None:
        """In a long outage only the newest slots of each class are worth keeping."""
        for device_class in {device_class for device_class, _ in self._gathered}:
            slots = sorted(slot for kind, slot in self._gathered if kind == device_class)
            for slot in slots[:-SLOTS_KEPT]:
                del self._gathered[device_class, slot]

    def _merge(self, gathered: dict[tuple[str, int], bytearray], arrivals: dict[str, float]) -> None:
        with self._redis.pipeline() as pipe:
            for n, ((device_class, slot), bitmap) in enumerate(gathered.items()):
                mine = f"{keys.PREFIX}{self._mine}:{n}"
                target, ever = keys.heard(device_class, slot), keys.heard(device_class, EVER)
                pipe.set(mine, bytes(bitmap), ex=60)
                pipe.bitop("OR", target, target, mine)
                pipe.bitop("OR", ever, ever, mine)
                pipe.expire(target, KEPT_S)
                pipe.delete(mine)
            for device_class, at in arrivals.items():
                pipe.set(keys.arrival(device_class), at)
            pipe.execute()
