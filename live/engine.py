"""The live side of a worker: the relay and the tick, each in a thread of its own."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.city import City
from domain.citytime import day_of
from live.connection import connect
from live.devices import Devices
from live.fanout import Emitter
from live.presence import safely_connected
from live.relay import Relay
from live.vitals import Tick
from operations.ports import Announcements, Begin, Clock, Leases
from operations.zones import zone_of


@dataclass(frozen=True)
class Needs:
    """What the engine needs from the rest. `mark_sent(order, posts)` is told which posts with a terminal connected an
    order went to; `holder` names this process in the leases."""

    city: City
    clock: Clock
    speed: Callable[[], float]
    begin: Begin
    read: Begin
    announcements: Announcements
    leases: Leases
    mark_sent: Callable[[str, Sequence[str]], None]
    demo: bool
    holder: str


class Engine:
    """start() returns at once; stop() gives the leases back, so that another worker takes over without waiting."""

    def __init__(self, redis_url: str, needs: Needs) -> None:
        self._redis_url, self._redis, self._needs = redis_url, connect(redis_url), needs
        self._stopped = threading.Event()
        self.relay, self.tick = self._relay(), self._tick()
        self._threads = [
            threading.Thread(target=part.run, args=(self._stopped,), name=name, daemon=True)
            for name, part in (("relay", self.relay), ("tick", self.tick))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(5)

    def _relay(self) -> Relay:
        needs = self._needs
        return Relay(
            redis=self._redis,
            announcements=needs.announcements,
            leases=needs.leases,
            emit=Emitter(self._redis_url),
            handed=self._handed,
            today=lambda: day_of(needs.clock.now(), zone_of(needs.city)),
            now=needs.clock.real,
            holder=needs.holder,
        )

    def _handed(self, order: str, posts: Sequence[str]) -> None:
        here = safely_connected(self._redis, self._needs.clock.real())
        reached = [post for post in posts if post in here]
        if reached:
            self._needs.mark_sent(order, reached)

    def _tick(self) -> Tick:
        needs = self._needs
        return Tick(
            redis=self._redis,
            city=needs.city,
            clock=needs.clock,
            speed=needs.speed,
            leases=needs.leases,
            read=needs.read,
            devices=Devices(self._redis, needs.begin, needs.read, needs.city.device_classes),
            emit=Emitter(self._redis_url),
            demo=needs.demo,
            holder=needs.holder,
        )
