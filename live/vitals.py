"""The tick: once a second one worker computes the city's vital signs and publishes them to everybody."""

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis

from domain import vitals
from domain.city import City
from domain.citytime import day_of
from domain.counting import TOTAL
from live import keys, wire
from live.devices import Devices
from live.outage import Outage
from live.relay import Emit
from live.rooms import DESK, WALL
from live.tiles import Facts, all_tiles
from operations.ports import Begin, Clock, Leases, Row
from operations.rows import stamp

EVERY_S, LEASE_S, RENEW_S = 1.0, 3.0, 1.0
SQL_EVERY_S = 5.0
BAND_EVERY_S = 60.0
log = logging.getLogger("tick")


@dataclass
class Slowly:
    """What changes slowly, read again when it is old."""

    delays: list[tuple[str, float]] = field(default_factory=list)
    delays_at: datetime | None = None
    delays_due: float = 0.0
    since: dict[str, datetime] = field(default_factory=dict)
    compared: list[list[int]] = field(default_factory=list)
    compared_for: tuple[date, bytes] | None = None
    compared_due: float = 0.0


@dataclass
class Tick:
    """`speed()`: how many times as fast as real time the city's clock runs."""

    redis: Redis
    city: City
    clock: Clock
    speed: Callable[[], float]
    leases: Leases
    read: Begin
    devices: Devices
    emit: Emit
    demo: bool
    holder: str
    outage: Outage = field(default_factory=lambda: Outage("the tick", log))
    sql_outage: Outage = field(default_factory=lambda: Outage("reading SQL for the tick", log))
    lease_outage: Outage = field(default_factory=lambda: Outage("the tick's lease", log))
    _slowly: Slowly = field(default_factory=Slowly)
    _is_mine: bool = False
    _renew_at: float = 0.0

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.city.timezone)

    def run(self, stopped: Event) -> None:
        due = time.monotonic()
        while not stopped.wait(max(0.0, due - time.monotonic())):
            self.outage.attempt(self.beat)
            due += EVERY_S
            due += (
                max(0, int(time.monotonic() - due) + 1) if time.monotonic() > due else 0
            )  # late: skipped, not made up
        self.lease_outage.attempt(lambda: self.leases.release("tick", self.holder))

    def beat(self) -> Row | None:
        """One tick; None while another worker ticks, or while the counts are being rebuilt."""
        self.lease_outage.attempt(self.hold)
        if not self._is_mine:
            return None
        real = self.clock.real()
        devices = self.devices.tick(real)
        epoch = self.redis.get(keys.EPOCH)
        if epoch is None:
            return None
        facts = self.facts(devices, real, wire.raw(epoch))
        snapshot = self.snapshot(facts, wire.text(epoch))
        self.redis.set(keys.VITALS, wire.dumps(snapshot))
        self.emit("vitals", snapshot, [WALL, DESK])
        return snapshot

    def hold(self) -> None:
        """While SQL is away nobody else can take the lease either: the holder goes on."""
        if time.monotonic() >= self._renew_at:
            self._is_mine = self.leases.hold("tick", self.holder, LEASE_S) is not None
            self._renew_at = time.monotonic() + RENEW_S

    def snapshot(self, facts: Facts, epoch: str) -> Row:
        return {
            "epoch": epoch,
            "seq": int(self.redis.incr(keys.VITALS_SEQ)),
            "at": stamp(facts.now),
            "real_at": stamp(facts.real),
            "speed": self.speed(),
            "demo": self.demo,
            "day": facts.day.isoformat(),
            "tiles": all_tiles(facts, self.city, self.zone),
        }

    def facts(self, devices: Any, real: datetime, epoch: bytes) -> Facts:
        now = self.clock.now()
        day = day_of(now, self.zone)
        self.sql_outage.attempt(self.read_delays)
        self.read_compared(day, epoch)
        with self.redis.pipeline(transaction=False) as pipe:
            for offset in (0, 1):
                pipe.hgetall(keys.counts((day - timedelta(days=offset)).isoformat()))
            for name in (keys.SOURCE_TOTALS, keys.SOURCE_HEALTH, keys.MEASURED):
                pipe.hgetall(name)
            pipe.hgetall(keys.counts(TOTAL))
            pipe.get(keys.RELAYED_AT)
            pipe.zcard(keys.URGENT_ORDER)
            pipe.zrange(keys.URGENT_ORDER, 0, vitals.MOST_URGENT - 1)
            today, yesterday, totals, health, measured, cumulative, counted_at, urgent_n, urgent = pipe.execute()
        return Facts(
            now=now,
            real=real,
            day=day,
            counted_at=wire.text(counted_at) if counted_at else None,
            today=numbers(today),
            yesterday=numbers(yesterday),
            compared=self._slowly.compared,
            totals=facts_of(totals),
            health=facts_of(health),
            measured=facts_of(measured),
            urgent_n=urgent_n,
            urgent=self.urgent(urgent),
            devices=devices,
            cumulative=numbers(cumulative),
            since=self._slowly.since,
            delays=self._slowly.delays,
            delays_at=self._slowly.delays_at,
        )

    def urgent(self, ids: Sequence[bytes]) -> list[Row]:
        found: list[Any] = self.redis.hmget(keys.URGENT, list(ids)) if ids else []
        return [json.loads(row) for row in found if row]

    def read_delays(self) -> None:
        if time.monotonic() < self._slowly.delays_due:
            return
        self._slowly.delays_due = time.monotonic() + SQL_EVERY_S
        at = self.clock.real()
        with self.read() as work:
            self._slowly.delays = work.orders.district_delays(at - vitals.WINDOW)
            self._slowly.since = work.cases.first_of_kinds()
        self._slowly.delays_at = at

    def read_compared(self, day: date, epoch: bytes) -> None:
        """The days that today's curve is compared with, from the counts in Redis; those without cases say nothing."""
        if self._slowly.compared_for == (day, epoch) and time.monotonic() < self._slowly.compared_due:
            return
        n = vitals.slots_in(day, self.zone)
        fields = [f"reported/slot/{slot}" for slot in range(n)]
        with self.redis.pipeline(transaction=False) as pipe:
            for other in vitals.compared_days(day, self.city.calendar):
                pipe.hmget(keys.counts(other.isoformat()), fields)
            days = [[int(value or 0) for value in values] for values in pipe.execute()]
        self._slowly.compared = [values for values in days if any(values)]
        self._slowly.compared_for, self._slowly.compared_due = (day, epoch), time.monotonic() + BAND_EVERY_S


def numbers(stored: dict[bytes, bytes]) -> dict[str, int]:
    return {name.decode(): int(n) for name, n in stored.items()}


def facts_of(stored: dict[bytes, bytes]) -> dict[str, Row]:
    return {name.decode(): json.loads(facts) for name, facts in stored.items()}
