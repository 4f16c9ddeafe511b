"""What a change of a case means for the day's counts: the same fields whether counted one by one or from all rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import floor, log
from zoneinfo import ZoneInfo

from domain.case import Case
from domain.citytime import day_of, slot_of

TOTAL = "total"  # beside the days: what is counted since the first of its kind
NON_POLICE = "non_police"  # the tag of a matter that came to 110 and is none of the police's
COUNTED = {"reported": "reported_at", "received": "received_at", "filed": "filed_at", "finished": "finished_at"}
_SECOND = timedelta(seconds=1)
_FINE_S = 120
_GROWTH = 1.05

Counts = dict[str, dict[str, int]]


def bucket_of(seconds: float) -> int:
    """The histogram's bucket of a duration: one a second up to two minutes, then each 5 % wider."""
    if seconds < _FINE_S:
        return max(0, floor(seconds))
    return _FINE_S + floor(log(seconds / _FINE_S) / log(_GROWTH))


def seconds_of(bucket: int) -> float:
    """The middle of a bucket, in seconds."""
    if bucket < _FINE_S:
        return bucket + 0.5
    return float(_FINE_S * _GROWTH ** (bucket - _FINE_S + 0.5))


def percentile(histogram: Mapping[int, int], share: float) -> float | None:
    """The duration below which `share` (0–1) of a histogram's entries lie, by nearest rank; None when it is empty."""
    rank, seen = share * sum(histogram.values()), 0
    for bucket in sorted(histogram):
        seen += histogram[bucket]
        if histogram[bucket] and seen >= rank:
            return seconds_of(bucket)
    return None


def fields_of(case: Case, count: str, at: datetime, zone: ZoneInfo) -> list[str]:
    """The fields of the day of `at` that go up by one when `case` reaches `count`."""
    fields = [count, f"{count}/slot/{slot_of(at, zone)}", f"{count}/source/{case.source}"]
    fields.append(f"{count}/district/{case.district or 'unplaced'}")
    if count == "reported":
        fields.append(f"reported/category/{case.category or 'unknown'}")
    if count == "filed":
        fields.append(f"filing/{case.filed_by or 'person'}")
        fields.append(f"filing/bucket/{bucket_of((at - case.reported_at) // _SECOND)}")
    return fields


def changes(pairs: Iterable[tuple[Case | None, Case]], zone: ZoneInfo) -> Counts:
    """What pairs of (before, after) add to each local day's counts, and to TOTAL; an empty dict when nothing countable
    happened. A case that moved to another district or category is taken from where it was counted."""
    found: Counter[tuple[str, str]] = Counter()
    for before, after in pairs:
        found.update(counted(after, zone))
        if before is not None:
            found.subtract(counted(before, zone))
    by_day: Counts = {}
    for (day, name), n in found.items():
        if n:
            by_day.setdefault(day, {})[name] = n
    return by_day


def counted(case: Case, zone: ZoneInfo) -> list[tuple[str, str]]:
    """(day, field) of everything that a case counts for."""
    found = [(TOTAL, name) for name in total_fields(case)]
    for count, stamp in COUNTED.items():
        at = getattr(case, stamp)
        if at is not None:
            day = day_of(at, zone).isoformat()
            found += [(day, name) for name in fields_of(case, count, at, zone)]
    return found


def total_fields(case: Case) -> list[str]:
    """The cumulative counts that a case is part of: diverted from 110, crossing areas, tiers or departments; and of
    these the finished ones."""
    kinds = [NON_POLICE] if NON_POLICE in case.tags else []
    kinds += ["cross"] if case.cross else []
    return kinds + [f"{kind}/finished" for kind in kinds if case.finished_at]
