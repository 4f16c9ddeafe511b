"""Devices: who is registered, and who was heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.account import Actor, Permission
from domain.city import City
from operations.ports import Begin, Clock, LiveWriter, Row, Work
from operations.problems import Problem, Refused

_LATEST = timedelta(minutes=10)  # a heartbeat older than this says nothing about now
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Heard:
    """How many devices were heard, and up to 100 ids that are not registered."""

    heard: int
    unknown: tuple[str, ...]
    unknown_count: int


class Devices:
    def __init__(self, begin: Begin, read: Begin, *, live: LiveWriter, clock: Clock, city: City):
        self._begin, self._read, self._live, self._clock, self._city = begin, read, live, clock, city
        self._slot_s = {kind.key: kind.interval_s for kind in city.device_classes}
        self._bits: dict[str, tuple[str, int]] = {}
        self._known = dict.fromkeys(self._slot_s, 0)

    def register(self, actor: Actor, devices: Sequence[Row]) -> dict[str, int]:
        """Add devices (class, id, district or None) to the registry; how many of each class were new. Raises Refused
        with every problem when a class or district is unknown."""
        actor.must(Permission.SEND_HEARTBEATS)
        problems = [problem for i, device in enumerate(devices) if (problem := self._problem(i, device))]
        if problems:
            raise Refused(problems)
        by_class: dict[str, list[Row]] = {}
        for device in devices:
            row = {"device_class": device["class"], "id": device["id"], "district": device.get("district")}
            by_class.setdefault(device["class"], []).append(row)
        with self._begin() as work:
            return {kind: work.devices.register(rows) for kind, rows in by_class.items()}

    def counts(self, actor: Actor) -> dict[str, int]:
        """How many devices of each class are registered."""
        actor.must(Permission.SEE_WALL)
        with self._read() as work:
            return dict.fromkeys(self._slot_s, 0) | work.devices.counts()

    def _problem(self, place: int, device: Row) -> Problem | None:
        if device["class"] not in self._slot_s:
            return Problem(f"devices.{place}.class", f"{device['class']!r} is not one of {', '.join(self._slot_s)}")
        district = device.get("district")
        if district is not None and district not in self._city.district_by_code:
            return Problem(f"devices.{place}.district", f"district {district!r} is unknown")
        return None

    def heartbeats(self, actor: Actor, at: datetime, ids: Sequence[str]) -> Heard:
        """Devices that were heard at `at` (real time). Unknown ids are counted, not refused. Raises Refused when the
        time lies in the future, or so far back that it says nothing about now."""
        actor.must(Permission.SEND_HEARTBEATS)
        now = self._clock.real()
        if not now - _LATEST <= at <= now + _AHEAD:
            raise Refused([Problem("at", "a heartbeat must be at most ten minutes old and not from the future")])
        by_class, unknown = self._sorted(ids)
        for kind, bits in by_class.items():
            self._live.heard(kind, bits, int(min(at, now).timestamp()) // self._slot_s[kind])
        return Heard(len(ids) - len(unknown), tuple(unknown[:100]), len(unknown))

    def _sorted(self, ids: Sequence[str]) -> tuple[dict[str, list[int]], list[str]]:
        index = self._index(ids)
        by_class: dict[str, list[int]] = {}
        unknown: list[str] = []
        for device in ids:
            found = index.get(device)
            if found is None:
                unknown.append(device)
            else:
                by_class.setdefault(found[0], []).append(found[1])
        return by_class, unknown

    def _index(self, ids: Sequence[str]) -> dict[str, tuple[str, int]]:
        """Device id → (class, bit); what was registered since is read when an id is missing."""
        if any(device not in self._bits for device in ids):
            with self._read() as work:
                for kind in self._known:
                    self._learn(work, kind)
        return self._bits

    def _learn(self, work: Work, kind: str) -> None:
        known = self._known[kind]
        more = work.devices.registry(kind, since=known)
        self._bits.update({device: (kind, bit) for bit, (device, _district) in enumerate(more, known)})
        self._known[kind] = known + len(more)
