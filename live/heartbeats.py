"""Heartbeats on their way in: gathered for a second, then merged into Redis with a handful of commands."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import datetime

from redis import Redis

from domain.liveness import EVER, add
from live import keys
from live.outage import Outage

EVERY_S = 1.0
KEPT_S = 24 * 3600  # the tick drops slots much earlier; this is for when no tick runs
PATIENCE_S = 600  # what could not be merged for so long says nothing about now
log = logging.getLogger("live")


class Heartbeats:
    """One bitmap per class and slot, filled here for a second and then OR-ed into the one in Redis."""

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis, self._now = redis, now
        self._lock = threading.Lock()
        self._gathered: dict[tuple[str, int], bytearray] = {}
        self._arrivals: dict[str, float] = {}
        self._outage = Outage("merging heartbeats", log)
        self._mine = secrets.token_hex(4)
        self._started = threading.Lock()

    def heard(self, device_class: str, bits: Iterable[int], slot: int) -> None:
        """These devices were heard in this slot."""
        with self._lock:
            add(self._gathered.setdefault((device_class, slot), bytearray()), bits)
            self._arrivals[device_class] = self._now().timestamp()
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._run, name="heartbeats", daemon=True).start()

    def _run(self) -> None:
        stopped = threading.Event()
        while not stopped.wait(EVERY_S):
            self._outage.attempt(self.flush)

    def flush(self) -> None:
        """Merge what was gathered; when that fails it is kept for the next time."""
        with self._lock:
            gathered, self._gathered = self._gathered, {}
            arrivals, self._arrivals = self._arrivals, {}
        if not gathered:
            return
        try:
            self._merge(gathered, arrivals)
        except Exception:
            self._put_back(gathered, arrivals)
            raise

    def _merge(self, gathered: dict[tuple[str, int], bytearray], arrivals: dict[str, float]) -> None:
        with self._redis.pipeline() as pipe:
            for n, ((device_class, slot), bitmap) in enumerate(gathered.items()):
                mine, target, ever = f"{keys.PREFIX}{self._mine}:{n}", keys.heard(device_class, slot), None
                ever = keys.heard(device_class, EVER)
                pipe.set(mine, bytes(bitmap), ex=60)
                pipe.bitop("OR", target, target, mine)
                pipe.bitop("OR", ever, ever, mine)
                pipe.expire(target, KEPT_S)
                pipe.delete(mine)
            for device_class, at in arrivals.items():
                pipe.set(keys.arrival(device_class), at)
            pipe.execute()

    def _put_back(self, gathered: dict[tuple[str, int], bytearray], arrivals: dict[str, float]) -> None:
        oldest = self._now().timestamp() - PATIENCE_S
        kept = {device_class for device_class, at in arrivals.items() if at >= oldest}
        with self._lock:
            for (device_class, slot), bitmap in gathered.items():
                if device_class in kept:
                    merge(self._gathered.setdefault((device_class, slot), bytearray()), bitmap)
            for device_class in kept:
                self._arrivals.setdefault(device_class, arrivals[device_class])


def merge(into: bytearray, bitmap: bytearray) -> None:
    size = max(len(into), len(bitmap))
    whole = int.from_bytes(into, "little") | int.from_bytes(bitmap, "little")
    into[:] = whole.to_bytes(size, "little")
