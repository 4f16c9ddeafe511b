"""Facts that are only about now, written to Redis by the feeds: the LiveWriter of operations.ports."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any

from redis import Redis

from live import keys, wire
from live.heartbeats import Heartbeats
from operations.rows import stamp


class RedisWriter:
    """Figures replace older ones; heartbeats are gathered first. Raises RedisError while Redis is away, except for
    heartbeats, which wait for it."""

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis = redis
        self.heartbeats = Heartbeats(redis, now)

    def heard(self, device_class: str, bits: Iterable[int], slot: int) -> None:
        self.heartbeats.heard(device_class, bits, slot)

    def source_total(self, source: str, day: date, total: int, at: datetime) -> None:
        """What a source system itself says it reported on a day."""
        self._put(keys.SOURCE_TOTALS, source, {"day": day.isoformat(), "total": total, "at": stamp(at)})

    def source_health(self, source: str, severity: str, late_s: float, since: datetime | None, why: str) -> None:
        facts = {"severity": severity, "late_s": round(late_s), "since": stamp(since), "why": why}
        self._put(keys.SOURCE_HEALTH, source, facts)

    def reference(self, key: str, values: Mapping[str, Any], at: datetime) -> None:
        """Figures of a source system beside ours; never added to them."""
        self._put(keys.REFERENCES, key, {"values": dict(values), "at": stamp(at)})

    def measured(self, indicator: str, value: float, at: datetime, station: str = "") -> None:
        """A physical measurement at a station. Raises ValueError for what is not a number."""
        if not isfinite(value):
            raise ValueError(f"{indicator} is {value}: a measurement is a finite number")
        self._put(keys.MEASURED, f"{indicator}/{station}", {"value": value, "at": stamp(at)})

    def _put(self, name: str, key: str, facts: Mapping[str, Any]) -> None:
        self._redis.hset(name, key, wire.dumps(facts))
