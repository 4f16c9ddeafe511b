"""What the source systems say of themselves: their daily totals, kept beside our counts and never added to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.account import Actor, Permission
from domain.city import City
from domain.citytime import day_of
from operations.ports import Begin, Clock, LiveWriter
from operations.problems import Problem
from operations.zones import zone_of

MEASURES = ("reported", "received", "filed", "finished")
_LONGEST = timedelta(days=400)
_CHUNK = 100  # rows in one transaction: a long history must not hold up reports
_AHEAD = timedelta(days=1)  # a source's midnight may come a little before ours
_REVISED = timedelta(days=2)  # a source may still correct yesterday and the day before


@dataclass(frozen=True)
class Figure:
    """One source's own total of one measure on one local day."""

    day: date
    source: str
    measure: str
    value: int


class Figures:
    def __init__(self, begin: Begin, read: Begin, *, live: LiveWriter, clock: Clock, city: City):
        self._begin, self._read, self._live, self._clock, self._city = begin, read, live, clock, city

    def wanted_since(self) -> date:
        """The first day still to be asked for: two days before the last known, at most 400 days back."""
        first = self._today() - _LONGEST
        with self._read() as work:
            known = [row["day"] for row in work.feeds.daily(first)]
        return max(first, date.fromisoformat(max(known)) - _REVISED) if known else first

    def keep(self, actor: Actor, figures: Sequence[Figure], at: datetime) -> list[Problem]:
        """Keep daily totals as of `at`, newest days first, and show today's beside our own count. Returns what was
        refused. Raises NotAllowed."""
        actor.must(Permission.REPORT_CASES)
        problems = [problem for figure in figures if (problem := self._problem(figure))]
        good = sorted((f for f in figures if self._problem(f) is None), key=lambda f: f.day, reverse=True)
        for figure in good:
            if figure.day == self._today() and figure.measure == "reported":
                self._live.source_total(figure.source, figure.day, figure.value, at)
        for start in range(0, len(good), _CHUNK):
            with self._begin() as work:
                work.feeds.put_daily([self._row(figure, at) for figure in good[start : start + _CHUNK]])
        return problems

    def _row(self, figure: Figure, at: datetime) -> dict[str, object]:
        day = figure.day.isoformat()
        return {"day": day, "source": figure.source, "measure": figure.measure, "value": figure.value, "at": at}

    def _problem(self, figure: Figure) -> Problem | None:
        if figure.source not in self._city.source_by_code:
            return Problem("source", f"source {figure.source!r} is not one of this city's")
        if figure.measure not in MEASURES:
            return Problem("measure", f"{figure.measure!r} is not one of {', '.join(MEASURES)}")
        if figure.value < 0:
            return Problem(figure.measure, "is negative")
        if figure.day > self._today() + _AHEAD:
            return Problem("day", "lies in the future")
        return None

    def _today(self) -> date:
        return day_of(self._clock.now(), zone_of(self._city))
