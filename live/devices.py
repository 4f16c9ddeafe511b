"""Device liveness at each tick: who is online, what is restored after a loss, what is kept in SQL."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis import Redis

from domain.city import DeviceClass
from domain.liveness import (
    EVER,
    Listening,
    Liveness,
    Registry,
    as_set,
    by_district,
    changed,
    has_gap,
    liveness,
    slot_at,
    union,
    window,
)
from live import keys, wire
from live.outage import Outage
from operations.ports import Begin, Row

SAVE_AFTER_S = 3  # a slot is saved so long after its end: heartbeats are gathered for a second on their way
AWAY_S = 5  # so long a database that is away is not asked again
QUARTER_S = 900
QUARTERS_KEPT = 100
log = logging.getLogger("tick")


@dataclass(frozen=True)
class Now:
    """One class at one tick. `as_of` is when a device was last heard, in real time; None: never."""

    counts: Liveness
    checking: bool
    as_of: datetime | None
    yesterday_share: float | None


class ClassWatch:
    """One device class over time."""

    def __init__(self, redis: Redis, begin: Begin, read: Begin, device_class: DeviceClass) -> None:
        self._redis, self._begin, self._read, self._class = redis, begin, read, device_class
        self._registry = Registry.of([])
        self._online = self._ever = -1
        self._counts = liveness(self._registry, 0, 0)
        self._saved = 0
        self._look_at = 0.0
        self._reading = Outage(f"reading which devices of {device_class.key} are registered", log)
        self._keeping = Outage(f"keeping what was heard of {device_class.key} in SQL", log)

    def tick(self, real: datetime) -> Now:
        before = self._registry
        self._look(real)
        arrival, listening = self._listen(real)
        checking = listening.is_checking(arrival, self._class.interval_s)
        frozen = checking and listening.frozen is not None
        as_of = listening.frozen_at if frozen else arrival
        slot = listening.frozen if frozen else slot_at(moment(arrival) or real, self._class.interval_s)
        self._count(slot or 0, fresh=self._registry is not before)
        self._keeping.attempt(lambda: self._save(real))
        return Now(self._counts, checking, moment(as_of), self._share_yesterday(real))

    def _look(self, real: datetime) -> None:
        """Whether devices were registered since."""
        if real.timestamp() >= self._look_at and not self._reading.attempt(self._read_more):
            self._look_at = real.timestamp() + AWAY_S

    def _read_more(self) -> None:
        with self._read() as work:
            more = work.devices.registry(self._class.key, since=self._registry.size)
        if more:
            self._registry = self._registry.grown_by([district for _, district in more])

    def _count(self, slot: int, fresh: bool) -> None:
        """Count anew only when a device came or went."""
        names = [keys.heard(self._class.key, one) for one in (*window(slot, self._class.slots), EVER)]
        sets = [as_set(wire.raw(bitmap)) for bitmap in self._redis.mget(names)]
        online, ever = union(sets[:-1]), sets[-1]
        if fresh or changed(self._online, online) or changed(self._ever, ever):
            self._online, self._ever = online, ever
            self._counts = liveness(self._registry, online, ever)
            self._redis.set(keys.by_district(self._class.key), wire.dumps(by_district(self._registry, online)))

    def _listen(self, real: datetime) -> tuple[float | None, Listening]:
        """When the class was last heard, and since when we listen. A Redis without memory and a long silence of the
        whole class both mean that we were deaf: the last state is shown until an interval has been heard."""
        stored = self._redis.hgetall(keys.listening(self._class.key))
        known: Row = {wire.text(name): float(value) for name, value in stored.items()}
        found: Any = self._redis.get(keys.arrival(self._class.key))
        arrival = float(found) if found else None
        if "since" not in known:
            return arrival, self._restore(arrival, since=real.timestamp(), last=None)
        if has_gap(known.get("arrival"), arrival, self._class.interval_s):
            return arrival, self._restore(arrival, since=arrival or 0.0, last=known["arrival"])
        if arrival is not None and arrival != known.get("arrival"):
            self._redis.hset(keys.listening(self._class.key), "arrival", arrival)
        frozen = known.get("frozen")
        return arrival, Listening(known["since"], int(frozen) if frozen is not None else None, known.get("frozen_at"))

    def _restore(self, arrival: float | None, since: float, last: float | None) -> Listening:
        """Put the last slots kept in SQL beside what is in Redis, and freeze the state as of the newest of them."""
        interval_s = self._class.interval_s
        with self._read() as work:
            kept = work.devices.slots(self._class.key, 1)
        for slot, bitmap in kept:
            self._merge(slot, bitmap)
        before = [int(last) // interval_s] if last is not None else []
        frozen = max([*before, *(slot for slot, _ in kept if slot != EVER)], default=None)
        frozen_at = last if last is not None or frozen is None else (frozen + 1.0) * interval_s
        facts = {"since": since, "frozen": frozen, "frozen_at": frozen_at, "arrival": arrival}
        with self._redis.pipeline() as pipe:
            pipe.delete(keys.listening(self._class.key))
            pipe.hset(keys.listening(self._class.key), mapping={k: v for k, v in facts.items() if v is not None})
            pipe.execute()
        return Listening(since, frozen, frozen_at)

    def _merge(self, slot: int, bitmap: bytes) -> None:
        target, mine = keys.heard(self._class.key, slot), keys.heard(self._class.key, slot) + ":restored"
        with self._redis.pipeline() as pipe:
            pipe.set(mine, bitmap, ex=60)
            pipe.bitop("OR", target, target, mine)
            pipe.delete(mine)
            pipe.execute()

    def _save(self, real: datetime) -> None:
        """Keep the slot that has just ended, and every device ever heard; drop what is too old to matter."""
        ended = slot_at(real, self._class.interval_s) - 1
        if ended <= self._saved or real.timestamp() < (ended + 1) * self._class.interval_s + SAVE_AFTER_S:
            return
        heard, ever = self._redis.mget(keys.heard(self._class.key, ended), keys.heard(self._class.key, EVER))
        self._saved = ended
        if heard is not None:  # else the older slots are still the last state known
            self._keep(ended, wire.raw(heard), wire.raw(ever))

    def _keep(self, ended: int, heard: bytes, ever: bytes) -> None:
        oldest = ended - 2 * self._class.slots
        with self._begin() as work:
            work.devices.save_slot(self._class.key, ended, heard)
            work.devices.save_slot(self._class.key, EVER, ever)
            work.devices.drop_slots(self._class.key, oldest)
        self._redis.delete(*(keys.heard(self._class.key, slot) for slot in range(oldest - 5, oldest)))

    def _share_yesterday(self, real: datetime) -> float | None:
        """The share online at this quarter of an hour yesterday; today's is noted when its quarter begins."""
        name, quarter = keys.shares(self._class.key), int(real.timestamp()) // QUARTER_S
        share = self._counts.online / self._counts.registered if self._counts.registered else 0.0
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.hsetnx(name, str(quarter), f"{share:.4f}")
            pipe.hdel(name, str(quarter - QUARTERS_KEPT))
            pipe.hget(name, str(quarter - 96))
            found: Any = pipe.execute()[-1]
        return float(found) if found else None


def moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class Devices:
    """All classes of the city."""

    def __init__(self, redis: Redis, begin: Begin, read: Begin, classes: tuple[DeviceClass, ...]) -> None:
        self._watches = {one.key: ClassWatch(redis, begin, read, one) for one in classes}

    def tick(self, real: datetime) -> dict[str, Now]:
        return {key: watch.tick(real) for key, watch in self._watches.items()}
