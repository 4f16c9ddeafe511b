"""How long the stages took, as bars from the median to the 95th percentile on a logarithmic axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

SHORTEST_S = (10, 1)  # where the axis begins; at the second one when a median lies before the first
LONGEST_S = 2 * 86_400  # at least this far to the right
TICKS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True)
class Span:
    """Where a stage's median and the end of its bar stand, in percent of the axis; None when nothing ended it."""

    stage: str
    median: float | None
    width: float


def axis(rows: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """The seconds at both ends."""
    quick = any(row["p50"] is not None and row["p50"] < SHORTEST_S[0] for row in rows)
    return SHORTEST_S[quick], max([LONGEST_S, *(row["p95"] * 1.1 for row in rows if row["p95"])])


def spans(rows: Sequence[Mapping[str, Any]]) -> list[Span]:
    ends = axis(rows)
    return [_span(row, ends) for row in rows]


def ticks(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Unit of time → where one of it stands, in percent."""
    ends = axis(rows)
    return {name: at(seconds, ends) for name, seconds in TICKS.items() if seconds >= ends[0]}


def at(seconds: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return round(100 * log(min(max(seconds, low), high) / low) / log(high / low), 2)


def _span(row: Mapping[str, Any], ends: tuple[float, float]) -> Span:
    if row["p50"] is None or row["p95"] is None:
        return Span(row["stage"], None, 0)
    left = at(row["p50"], ends)
    return Span(row["stage"], left, round(at(row["p95"], ends) - left, 2))
