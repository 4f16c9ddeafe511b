"""Small classes that stand for the clock and for what can go wrong outside."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any


class FakeClock:
    """City time and real time, moved by hand and equal unless `ahead` says otherwise."""

    def __init__(self, at: datetime = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)):
        self.at, self.ahead = at, timedelta(0)

    def real(self) -> datetime:
        return self.at

    def now(self) -> datetime:
        return self.at + self.ahead

    def pass_(self, **duration: float) -> None:
        self.at += timedelta(**duration)


class FakeLive:
    """What is now, in memory: it keeps what it was told, and says what it was given to say."""

    def __init__(self) -> None:
        self.snapshot: dict[str, Any] | None = None
        self.posts: set[str] = set()
        self.heard_bits: dict[tuple[str, int], set[int]] = {}
        self.totals: dict[tuple[str, date], tuple[int, datetime]] = {}
        self.health: dict[str, tuple[str, float, datetime | None, str]] = {}
        self.references: dict[str, tuple[Mapping[str, Any], datetime]] = {}
        self.measures: list[tuple[str, float, datetime]] = []

    def vitals(self) -> dict[str, Any] | None:
        return self.snapshot

    def connected(self) -> set[str]:
        return self.posts

    def heard(self, device_class: str, bits: Iterable[int], slot: int) -> None:
        self.heard_bits.setdefault((device_class, slot), set()).update(bits)

    def source_total(self, source: str, day: date, total: int, at: datetime) -> None:
        self.totals[source, day] = (total, at)

    def source_health(self, source: str, severity: str, late_s: float, since: datetime | None, why: str) -> None:
        self.health[source] = (severity, late_s, since, why)

    def reference(self, key: str, values: Mapping[str, Any], at: datetime) -> None:
        self.references[key] = (values, at)

    def measured(self, indicator: str, value: float, at: datetime, station: str = "") -> None:
        self.measures.append((f"{indicator}/{station}".rstrip("/"), value, at))


class FakeIntake:
    """Stands for the operations behind a feed, which can be away: it keeps what it was handed."""

    def __init__(self) -> None:
        self.heard: set[str] = set()
        self.values: list[float] = []
        self.letters = 0
        self.away = False

    def heartbeats(self, actor: object, at: datetime, ids: list[str]) -> None:
        if self.away:
            raise ConnectionError("Redis is away")
        self.heard.update(ids)

    def measure(self, actor: object, readings: list[Any]) -> list[None]:
        self.values += [reading.value for reading in readings]
        return [None] * len(readings)

    def keep(self, actor: object, letters: list[Any]) -> None:
        self.letters += len(letters)
