"""Devices and gauges at the door: registered once, then heard second by second, and measured every ten seconds."""

import json
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from data_feeds.demo.door import Attempts, Door
from data_feeds.demo.fleet import Fleet
from data_feeds.demo.gauges import measured
from data_feeds.demo.stories import stamp
from domain.city import Indicator

REGISTERED_AT_ONCE = 10_000
HEARD_AT_ONCE = 40_000
BEFORE = timedelta(minutes=5)  # when the devices that are silent now were last heard
LONGEST_LAG_S = 30
MEASURED_EVERY_S = 10.0
log = logging.getLogger("demo")


class Instruments:
    def __init__(self, fleets: Sequence[Fleet], indicators: Sequence[Indicator], door: Door, *, seed: int) -> None:
        self.fleets, self._indicators, self._door, self._seed = fleets, indicators, door, seed
        self._attempts = Attempts("reporting heartbeats and measurements")
        self.are_known = threading.Event()

    def run(self, stopped: threading.Event) -> None:
        """Register, say once who was heard, then go on second by second."""
        self._attempts.insist(self.register, stopped)
        self._attempts.insist(self.introduce, stopped)
        self.are_known.set()
        told_to, measure_at = int(time.time()), 0.0
        while not stopped.wait(max(0.0, told_to + 1 - time.time())):
            second = int(time.time())
            lag = range(max(told_to + 1, second - LONGEST_LAG_S), second + 1)
            if self._attempts.attempt(lambda heard=lag: self.beat(heard)):  # type: ignore[misc]
                told_to = second
            else:
                stopped.wait(1)
            if time.monotonic() >= measure_at and self._attempts.attempt(self.measure):
                measure_at = time.monotonic() + MEASURED_EVERY_S

    def measure_once(self) -> None:
        """Early, so that the gauges are there at once; if it does not work `run` will do it."""
        self._attempts.attempt(self.measure)

    def register(self) -> None:
        """Register what the server does not have yet; its last device stands for a fleet."""
        for fleet in self.fleets:
            last = next((gateway.online[-1:] for gateway in reversed(fleet.gateways) if gateway.online), [])
            if self._hear(datetime.now(UTC), last):
                for devices in chunks(fleet.registrations(), REGISTERED_AT_ONCE):
                    self._door.post("/devices", {"devices": devices})

    def introduce(self) -> None:
        """Who is online is heard now; who is silent was heard a while ago, and so is offline and not unknown."""
        now = datetime.now(UTC)
        for fleet in self.fleets:
            for at, devices in ((now, online(fleet)), (now - BEFORE, offline(fleet))):
                for some in chunks(devices, HEARD_AT_ONCE):
                    self._hear(at, some)

    def _hear(self, at: datetime, devices: Sequence[object]) -> int:
        """How many of the devices are not registered."""
        unknown: int = self._door.post("/devices/heartbeats", {"at": stamp(at), "devices": devices})["unknown_count"]
        return unknown

    def beat(self, seconds: Sequence[int]) -> None:
        """Who is heard in these seconds, which are mostly one."""
        now = datetime.now(UTC)
        for fleet in self.fleets:
            fleet.pass_(now)
        pieces = [piece for second in seconds for fleet in self.fleets for piece in fleet.heard_in(second)]
        if pieces:
            head = json.dumps({"at": stamp(now), "devices": []})[:-2].encode()
            self._door.post_text("/devices/heartbeats", head + b", ".join(pieces) + b"]}")

    def measure(self) -> None:
        now = datetime.now(UTC)
        readings = [
            {"key": one.key, "value": measured(one, now, self._seed), "at": stamp(now)} for one in self._indicators
        ]
        if readings:
            self._door.post("/indicators", {"readings": readings})


def online(fleet: Fleet) -> Iterator[str]:
    return (device for gateway in fleet.gateways for device in gateway.online)


def offline(fleet: Fleet) -> Iterator[str]:
    return (device for gateway in fleet.gateways for device in gateway.offline)


def chunks(things: Iterator[object], size: int) -> Iterator[list[object]]:
    while some := list(islice(things, size)):
        yield some
