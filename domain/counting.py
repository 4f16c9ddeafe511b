"""What a change of a case means for the day's counts: the same fields whether counted one by one or from all rows."""

from collections import defaultdict
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
    """What pairs of (before, after) add to each local day's counts; an empty dict when nothing countable happened."""
    found: Counts = defaultdict(lambda: defaultdict(int))
    for before, after in pairs:
        for name, n in _total_changes(before, after):
            found[TOTAL][name] += n
        for count, stamp in COUNTED.items():
            at = getattr(after, stamp)
            if at is not None and (before is None or getattr(before, stamp) is None):
                for name in fields_of(after, count, at, zone):
                    found[day_of(at, zone).isoformat()][name] += 1
    return {day: dict(fields) for day, fields in found.items()}


def total_fields(case: Case) -> list[str]:
    """The cumulative counts that a case is part of: diverted from 110, crossing areas, tiers or departments; and of
    these the finished ones."""
    kinds = [NON_POLICE] if NON_POLICE in case.tags else []
    kinds += ["cross"] if case.cross else []
    return kinds + [f"{kind}/finished" for kind in kinds if case.finished_at]


def _total_changes(before: Case | None, after: Case) -> list[tuple[str, int]]:
    was, now = set(total_fields(before)) if before else set(), set(total_fields(after))
    return [(name, 1) for name in sorted(now - was)] + [(name, -1) for name in sorted(was - now)]
