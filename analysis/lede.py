"""Yesterday in a sentence or two: which clauses are said, and with what figures. Words are the catalogue's.

Each clause is chosen by a rule that can be tested, speaks of one period only, compares with the same weekday of the
week before (同期), and claims no cause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

STEADY = 0.02  # a change smaller than this is said to be level
LEAST_N = 30  # a kind of case is spoken of from this many a day on
GREW = 0.30  # and when it grew by at least this share
SMALL_RATE_N = 20  # a rate that rests on fewer cases is not put into a sentence


@dataclass(frozen=True)
class Clause:
    """`key` of the catalogue, `values` for its placeholders, `opens`: the rows that a click on it shows."""

    key: str
    values: Mapping[str, float | str] = field(default_factory=dict)
    opens: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of case: how many yesterday and on the same weekday before, and its districts, most first."""

    code: str
    n: int
    before: int
    districts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Yesterday:
    """What the sentences are made from; None where there are no rows."""

    reported: int | None
    before: int | None
    filed_in_time: float | None
    filed_n: int
    finished_in_time: float | None
    due_n: int
    kinds: Sequence[Kind] = ()
    worst: tuple[str, int, int] | None = None  # district, overdue, due


def lede(day: Yesterday) -> list[Clause]:
    """The clauses in the order of reading; one that says there is nothing when there are no rows."""
    if not day.reported:
        return [Clause("lede.nothing")]
    clauses = [_volume(day.reported, day.before), _filing(day), _grown(day.kinds), _late(day)]
    return [clause for clause in clauses if clause]


def change(now: int, before: int | None) -> float | None:
    """The relative change, or None where there is nothing to compare with."""
    return now / before - 1 if before else None


def grew(n: int, before: int) -> bool:
    """Whether a kind of case is large enough, and grew by enough, to be spoken of."""
    changed = change(n, before)
    return n >= LEAST_N and changed is not None and changed >= GREW


def worst(districts: Iterable[tuple[str, int, int]]) -> tuple[str, int, int] | None:
    """Of (district, overdue, due) the one with the largest share overdue, among those where enough were due."""
    known = [each for each in districts if each[2] >= SMALL_RATE_N]
    return max(known, key=lambda each: (each[1] / each[2], each[0]), default=None)


def _volume(reported: int, before: int | None) -> Clause:
    changed = change(reported, before)
    if changed is None:
        return Clause("lede.reported", {"n": reported}, "days")
    key = "lede.reported_level" if abs(changed) < STEADY else f"lede.reported_{'more' if changed > 0 else 'fewer'}"
    return Clause(key, {"n": reported, "share": abs(changed)}, "days")


def _filing(day: Yesterday) -> Clause | None:
    if day.filed_in_time is None or day.filed_n < SMALL_RATE_N:
        return None
    return Clause("lede.filed_in_time", {"share": day.filed_in_time}, "stages")


def _grown(kinds: Sequence[Kind]) -> Clause | None:
    """The kind that grew by the most cases, if it is large enough and grew by enough to be spoken of."""
    grown = [kind for kind in kinds if grew(kind.n, kind.before)]
    if not grown:
        return None
    most = max(grown, key=lambda kind: (kind.n - kind.before, kind.code))
    values: dict[str, float | str] = {"category": most.code, "n": most.n, "share": most.n / most.before - 1}
    places = [district for district, _n in most.districts[:2]]
    return Clause("lede.grown", values | {"districts": "/".join(places)}, "categories")


def _late(day: Yesterday) -> Clause | None:
    if day.finished_in_time is None or day.due_n < SMALL_RATE_N:
        return None
    if day.worst is None or not day.worst[1]:
        return Clause("lede.finished_in_time", {"share": day.finished_in_time}, "districts")
    district, overdue, due = day.worst
    values: dict[str, float | str] = {
        "share": day.finished_in_time,
        "district": district,
        "overdue": overdue,
        "due": due,
    }
    return Clause("lede.finished_in_time_worst", values, "districts")
