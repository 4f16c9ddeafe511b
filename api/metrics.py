"""What Prometheus reads: how this process answers, and the vital signs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from threading import get_native_id
from typing import Any

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float]
NAMES = ("requests", "seconds", "cases")


class Counters:
    """What one thread has counted."""

    def __init__(self) -> None:
        self.requests: dict[Labels, int] = defaultdict(int)
        self.seconds: dict[Labels, float] = defaultdict(float)
        self.cases: dict[Labels, int] = defaultdict(int)


class Meter:
    """Counts this process's requests and the cases that came through it. Each native thread counts for itself: they
    must share no lock, see docs/decisions/no-locks-across-threads.md."""

    def __init__(self) -> None:
        self._threads: dict[int, Counters] = {}

    def _mine(self) -> Counters:
        return self._threads.setdefault(get_native_id(), Counters())

    def asked(self, path: str, status: int, seconds: float) -> None:
        mine = self._mine()
        mine.requests[(("path", path), ("status", str(status)))] += 1
        mine.seconds[(("path", path),)] += seconds

    def took(self, source: str, outcome: str, n: int = 1) -> None:
        self._mine().cases[(("source", source), ("outcome", outcome))] += n

    def text(self, vitals: Mapping[str, Any] | None, now: datetime) -> str:
        """The exposition text. `vitals` is the snapshot that the wall shows, None while there is none."""
        counted = list(self._threads.values())
        requests, seconds, cases = (summed(getattr(one, name) for one in counted) for name in NAMES)
        lines = [
            *family("zhongshu_requests_total", "counter", "requests answered", requests.items()),
            *family("zhongshu_request_seconds_total", "counter", "time spent answering", seconds.items()),
            *family("zhongshu_cases_taken_total", "counter", "cases handed in, by outcome", cases.items()),
        ]
        if vitals:
            lines += of_vitals(vitals, now)
        return "\n".join(lines) + "\n"


def summed(counted: Iterable[dict[Labels, float]]) -> dict[Labels, float]:
    found: dict[Labels, float] = defaultdict(int)
    for each in counted:
        for labels, n in each.copy().items():  # in one step, while its thread counts on
            found[labels] += n
    return found


def of_vitals(vitals: Mapping[str, Any], now: datetime) -> Iterator[str]:
    tiles = vitals.get("tiles", {})
    age = (now - datetime.fromisoformat(vitals["real_at"]).astimezone(UTC)).total_seconds()
    yield from family("zhongshu_vitals_age_seconds", "gauge", "age of the snapshot", [((), age)])
    counts = tiles.get("cases_today", {}).get("counts", {})
    by_count = [((("count", name),), n) for name, n in counts.items()]
    yield from family("zhongshu_cases_today", "gauge", "cases of the local day", by_count)
    late = [((("source", row[0]),), row[3]) for row in tiles.get("sources", {}).get("rows", []) if row[3] is not None]
    yield from family("zhongshu_source_late_seconds", "gauge", "how late a source is", late)
    yield from family("zhongshu_devices", "gauge", "devices by class and state", devices(tiles))


def devices(tiles: Mapping[str, Any]) -> Iterator[Sample]:
    for key, tile in tiles.items():
        if key.startswith("devices_"):
            for state in ("registered", "online", "offline", "unknown"):
                if tile.get(state) is not None:
                    yield (("class", key.removeprefix("devices_")), ("state", state)), tile[state]


def family(name: str, kind: str, what: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{label}="{escaped(text)}"' for label, text in labels)
        yield f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
