"""The vital signs: every figure on the wall with its unit, formula, source and age limit, and how each is computed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, fsum
from statistics import fmean, median
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.city import DeviceClass, Indicator
from domain.citytime import SLOT, day_of, start_of
from domain.counting import bucket_of, percentile
from domain.workdays import DayKind, kind_of

COMPARED_DAYS = 28
CENTRE = "operations centre"
FEW = 20  # below so many a percentile says nothing: each value is shown
WINDOW = timedelta(days=30)
MOST_URGENT = 4
_SEVERITIES = ("alarm", "warn", "watch")
_KINDS = ("reported", "received", "filed", "finished")
_Figure = TypeVar("_Figure", int, float)


@dataclass(frozen=True)
class Vital:
    """One tile. `limit_s`: how old its facts may be, in seconds of real time, before it dims. `version` counts up
    when the formula changes; `owner` answers for it."""

    key: str
    unit: str
    formula: str
    source: str
    limit_s: int
    version: str = "1"
    owner: str = CENTRE


_COUNTS = "cases in SQL, counted as they are committed"
VITALS = (
    Vital(
        "cases_today",
        "cases",
        "cases reported since the city's midnight; beside it received, filed and finished, each counted on the day it "
        "happened. Same time yesterday: yesterday's full quarters of an hour up to now, plus the running quarter's "
        "share by time",
        _COUNTS,
        10,
    ),
    Vital(
        "curve",
        "cases in 15 minutes",
        "cases reported in each quarter of an hour, today and yesterday. Band: 10th to 90th percentile (nearest rank) "
        "of the same quarter on the days of the last 28 that are alike (both worked or both free, as the city's "
        "calendar says) and have cases",
        _COUNTS,
        10,
    ),
    Vital(
        "sources",
        "cases",
        "cases reported today by source; the source's health as its feed sees it and how many seconds it is late; "
        "the source system's own total of today, where it gives one, never added to ours",
        f"{_COUNTS}; feeds; daily_volume",
        10,
    ),
    Vital(
        "filing",
        "seconds",
        "from reported to filed, over cases filed today: median and 95th percentile (nearest rank, 1 s steps up to 2 "
        "minutes, then 5 %); how many were filed by rule and how many by a person; yesterday's for the whole day",
        _COUNTS,
        10,
    ),
    Vital(
        "devices_<class>",
        "devices",
        "online: heard in the running interval or the ones before it, as many as the class has; offline: heard ever, "
        "not now; unknown: registered, never heard; the three sum to the registry. Yesterday's share: online ÷ "
        "registered at this quarter of an hour yesterday",
        "heartbeats",
        180,
    ),
    Vital(
        "diverted",
        "cases",
        "finished of all cases that the city counts as diverted from another service, since the first of them",
        "cases",
        60,
    ),
    Vital(
        "cross",
        "%",
        "finished ÷ all cases flagged as crossing area, tier or department, cumulative since the first of them",
        "cases",
        60,
    ),
    Vital(
        "districts",
        "cases",
        "cases reported today by district; per 10,000 residents: ÷ residents × 10,000 where the city knows them",
        _COUNTS,
        10,
    ),
    Vital(
        "latency",
        "seconds",
        "from an order's issue to the first confirmation by name at the district's own post; live orders of the last "
        "30 days, drills apart: median and 95th percentile (nearest rank), below 20 each value instead",
        "orders and their ledgers in SQL",
        60,
    ),
    Vital(
        "urgent",
        "cases",
        "cases of high or critical urgency that are not finished: how many, and four of them, critical ones before "
        "others, the oldest of each; shown oldest first",
        _COUNTS,
        10,
    ),
    Vital(
        "indicators",
        "as the city says",
        "the newest value of each physical measurement of the city, its stations put together as the city says, with "
        "the severity of the city's thresholds; each carries its own as-of time and age limit",
        "the source that the city names",
        10,
    ),
)
LIMITS = {vital.key: vital.limit_s for vital in VITALS}


def device_limit_s(device_class: DeviceClass) -> int:
    """Seconds without any heartbeat of a class after which its tile dims: as long as a device may be silent."""
    return device_class.interval_s * device_class.slots


def slots_in(day: date, zone: ZoneInfo) -> int:
    """The quarters of an hour of a local day: 96, or 92 and 100 when the clock changes."""
    return int((start_of(day + timedelta(days=1), zone) - start_of(day, zone)) / SLOT)


def slots(counts: Mapping[str, int], count: str, n: int) -> list[int]:
    """The first `n` quarters of a day's count."""
    return [counts.get(f"{count}/slot/{slot}", 0) for slot in range(n)]


def up_to_now(quarters: Sequence[int], now: datetime, zone: ZoneInfo) -> int:
    """How many of another day's quarters had come in at this time of day: the full ones and a share of the running."""
    elapsed = (now - start_of(day_of(now, zone), zone)) / SLOT
    full = int(elapsed)
    running = quarters[full] if full < len(quarters) else 0
    return sum(quarters[:full]) + round(running * (elapsed - full))


FORMULAS: dict[str, Callable[[Sequence[float]], float]] = {  # of the stations' values, the newest last
    "median": median,
    "minimum": min,
    "maximum": max,
    "mean": fmean,
    "sum": fsum,
    "latest": lambda values: values[-1],
}


def alike(day: date, other: date, calendar: Mapping[str, str]) -> bool:
    """Whether both days are worked, or both are free; `calendar` knows holidays and weekends worked in exchange."""
    return _is_worked(day, calendar) == _is_worked(other, calendar)


def _is_worked(day: date, calendar: Mapping[str, str]) -> bool:
    return kind_of(day, calendar) in (DayKind.WORKDAY, DayKind.SHIFTED)


def compared_days(today: date, calendar: Mapping[str, str]) -> list[date]:
    """The days before today that its curve is compared with."""
    before = [today - timedelta(days=back) for back in range(1, COMPARED_DAYS + 1)]
    return [day for day in before if alike(today, day, calendar)]


def band(days: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """Low and high edge of each quarter over several days: 10th and 90th percentile by nearest rank."""
    quarters = [sorted(values) for values in zip(*days, strict=True)]
    return [nearest(values, 0.1) for values in quarters], [nearest(values, 0.9) for values in quarters]


def nearest(ordered: Sequence[_Figure], share: float) -> _Figure:
    """The smallest of some values in order that at least `share` of them do not exceed. There must be one."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def seconds_at(histogram: Mapping[int, int], share: float) -> int | None:
    """A percentile of a histogram of durations, in whole seconds."""
    found = percentile(histogram, share)
    return None if found is None else int(found)


def histogram_of(counts: Mapping[str, int]) -> dict[int, int]:
    """The filing durations among a day's counts: bucket → n."""
    head = "filing/bucket/"
    return {int(name.removeprefix(head)): n for name, n in counts.items() if name.startswith(head)}


def per_10k(count: int, residents: int | None) -> float | None:
    return round(count / residents * 10_000, 2) if residents else None


def severity_of(indicator: Indicator, value: float) -> str:
    """normal, or the worst severity whose edge the value has reached."""
    reached = {
        edge.severity
        for edge in indicator.thresholds
        if (edge.below is not None and value <= edge.below) or (edge.above is not None and value >= edge.above)
    }
    return next((severity for severity in _SEVERITIES if severity in reached), "normal")


LatencyRow = tuple[str, int | None, int | None, int, list[int] | None]


def latency_row(district: str, delays: Sequence[float]) -> LatencyRow:
    """(district, median s, 95th percentile s, n, None); with few delays (district, None, None, n, each of them)."""
    if len(delays) < FEW:
        return district, None, None, len(delays), sorted(int(delay) for delay in delays)
    histogram = Counter(bucket_of(delay) for delay in delays)
    return district, seconds_at(histogram, 0.5), seconds_at(histogram, 0.95), len(delays), None


def kinds(counts: Mapping[str, int]) -> dict[str, int]:
    """The four counts of a day."""
    return {kind: counts.get(kind, 0) for kind in _KINDS}
