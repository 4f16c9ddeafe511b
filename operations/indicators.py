"""Readings of the physical indicators that a city declares: what is measured now, at its true time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.account import Actor, Permission
from domain.city import City
from operations.ports import Clock, LiveWriter
from operations.problems import Problem

_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Reading:
    """`station`: where it was measured; what the stations say is put together by the indicator's formula."""

    key: str
    value: float
    at: datetime
    station: str = ""


class Indicators:
    def __init__(self, *, live: LiveWriter, clock: Clock, city: City):
        self._live, self._clock = live, clock
        self._declared = {indicator.key: indicator for indicator in city.indicators}

    def measure(self, actor: Actor, readings: Sequence[Reading]) -> list[Problem | None]:
        """Hand the readings to the wall; one problem or None for each, in order. Raises NotAllowed."""
        actor.must(Permission.SEND_HEARTBEATS)
        now = self._clock.real()
        problems = [self._problem(actor, reading, now) for reading in readings]
        for reading, problem in zip(readings, problems, strict=True):
            if problem is None:
                self._live.measured(reading.key, reading.value, reading.at, reading.station)
        return problems

    def _problem(self, actor: Actor, reading: Reading, now: datetime) -> Problem | None:
        indicator = self._declared.get(reading.key)
        if indicator is None:
            return Problem("key", f"{reading.key!r} is not one of the city's indicators")
        if actor.sources and indicator.source not in actor.sources:
            return Problem("key", f"this key may not measure for source {indicator.source}")
        if reading.at > now + _AHEAD:
            return Problem("at", "the time lies in the future")
        return None
