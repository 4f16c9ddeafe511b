"""What is kept of a day for good: its counts by place and kind, and how long each stage took."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.case import Case
from domain.citytime import day_of

MEASURES = ("reported", "received", "filed", "finished", "due", "overdue")
STAGES: dict[str, tuple[str, str]] = {  # stage → from which time to which; counted on the day that it ended
    "file": ("reported_at", "filed_at"),
    "assign": ("filed_at", "assigned_at"),
    "finish": ("filed_at", "finished_at"),
}
_STAMPS = ("reported_at", "received_at", "filed_at", "assigned_at", "finished_at", "due_at")


def days_touched(before: Case | None, after: Case, zone: ZoneInfo) -> set[str]:
    """The local days whose rollup a change makes wrong: those of every time that changed; the day a case was due when
    it is finished or ended; and every day of a case that now counts for another place, source or category."""
    stamps = [stamp for stamp in _STAMPS if before is None or getattr(before, stamp) != getattr(after, stamp)]
    moved = before is not None and _place(before) != _place(after)
    ended = before is not None and (before.finished_at, before.closed_at) != (after.finished_at, after.closed_at)
    if moved:
        stamps = list(_STAMPS)
    elif ended:
        stamps.append("due_at")
    times: Iterable[datetime | None] = (getattr(case, stamp) for case in (before, after) if case for stamp in stamps)
    return {day_of(at, zone).isoformat() for at in times if at is not None}


def _place(case: Case) -> tuple[str | None, ...]:
    return case.source, case.district, case.township, case.category
