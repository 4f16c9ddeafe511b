"""Yesterday for leadership: what the trend page shows, put together from the rollups of days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from domain.account import Actor, Permission
from domain.city import City
from domain.citytime import day_of, start_of
from domain.counting import percentile
from domain.order import Line, Order, OrderState
from domain.rollup import STAGES
from domain.workdays import DayKind, kind_of
from operations.ports import Begin, Clock, Row, Work
from operations.zones import zone_of

SHOWN_DAYS = 28
WITHIN_S = 60
Histograms = Mapping[str, Mapping[int, int]]  # stage → how many took how long
Known = tuple[Mapping[str, Row], Mapping[date, Histograms]]  # counts by ISO date, histograms by day
SMALL = 20  # fewer cases than this make a rate that says little; it is shown with its n


@dataclass(frozen=True)
class Figure:
    """One number with what it is compared with. `value` None: no rows yet. `n`: how many cases it rests on; `since`:
    for cumulative figures, the day of the first."""

    value: float | None
    n: int = 0
    before: float | None = None
    before_n: int = 0
    since: date | None = None


@dataclass(frozen=True)
class DayColumn:
    """`origin`: ours (the rollup), sources (the source systems' own totals), or none."""

    day: date
    reported: int | None
    kind: DayKind
    origin: str


@dataclass(frozen=True)
class DistrictRow:
    """`per_10k`: reported yesterday per 10,000 residents; `overdue` of `due` yesterday; `open_overdue` now."""

    code: str
    reported: int
    per_10k: float | None
    due: int
    overdue: int
    open_overdue: int


@dataclass(frozen=True)
class StageRow:
    """Median and 95th percentile in seconds of the cases that ended the stage yesterday."""

    stage: str
    p50: float | None
    p95: float | None
    n: int


@dataclass(frozen=True)
class OrderSummary:
    """Seconds until every post of a tier had confirmed; None while, or because, some have not."""

    id: str
    no: str
    title: str
    mode: str
    state: str
    issued_at: datetime
    complete_s: Mapping[str, float | None]
    confirmed: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class CategoryRow:
    """A kind of case yesterday and on the same weekday of the week before."""

    code: str
    n: int
    before: int
    districts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class SourceRow:
    """What came through a source yesterday and on the same weekday of the week before."""

    code: str
    n: int
    before: int


@dataclass(frozen=True)
class Trends:
    day: date
    compared_day: date
    as_of: datetime | None
    figures: Mapping[str, Figure]
    days: tuple[DayColumn, ...]
    districts: tuple[DistrictRow, ...]
    categories: tuple[CategoryRow, ...]
    sources: tuple[SourceRow, ...]
    stages: tuple[StageRow, ...]
    still_open: int
    oldest_open: datetime | None
    orders: tuple[OrderSummary, ...]


class TrendDesk:
    def __init__(self, read: Begin, *, clock: Clock, city: City):
        self._read, self._clock, self._city = read, clock, city
        self._zone = zone_of(city)

    def yesterday(self, actor: Actor) -> date:
        """The last whole local day."""
        actor.must(Permission.SEE_CASES)
        return day_of(self._clock.now(), self._zone) - timedelta(days=1)

    def view(self, actor: Actor, day: date | None = None) -> Trends:
        """Everything the page shows of `day` (yesterday unless given). Raises NotAllowed."""
        day = day or self.yesterday(actor)
        actor.must(Permission.SEE_CASES)
        with self._read() as work:
            return self._view(work, day, day - timedelta(days=7))

    def _view(self, work: Work, day: date, before: date) -> Trends:
        now = self._clock.now()
        totals = {row["day"]: row for row in work.trends.counts("all", *_span(day, SHOWN_DAYS))}
        stages = {each: _city_wide(work, each) for each in (day, before)}
        still_open, oldest = work.trends.still_open()
        figures = self._figures(work, (totals, stages), day, before)
        return Trends(
            day=day,
            compared_day=before,
            as_of=work.trends.rolled(day.isoformat(), day.isoformat()).get(day.isoformat()),
            figures=figures,
            days=tuple(self._columns(work, totals, day)),
            districts=tuple(self._districts(work, day, now)),
            categories=tuple(_categories(work, day, before)),
            sources=tuple(self._sources(work, day, before)),
            stages=tuple(_stage(stage, stages[day].get(stage, {})) for stage in STAGES),
            still_open=still_open,
            oldest_open=oldest,
            orders=tuple(self._orders(work, day)),
        )

    def _figures(self, work: Work, known: Known, day: date, before: date) -> dict[str, Figure]:
        totals, stages = known
        now, then = totals.get(day.isoformat()), totals.get(before.isoformat())
        filed = [stages[each].get("file", {}) for each in (day, before)]
        finish = [stages[each].get("finish", {}) for each in (day, before)]
        in_time = [_share(_n(row, "due") - _n(row, "overdue"), _n(row, "due")) for row in (now, then)]
        return {
            "reported": _count("reported", now, then),
            "filed_in_time": _figure(_share_within, filed),
            "finished_in_time": Figure(in_time[0], _n(now, "due"), in_time[1], _n(then, "due")),
            "finish_median": _figure(lambda histogram: percentile(histogram, 0.5), finish),
            "satisfied": Figure(None),
            "cross": self._cross(work),
        }

    def _cross(self, work: Work) -> Figure:
        since = work.cases.first_of_kinds().get("cross")
        total, finished = work.trends.crossing()
        first = day_of(since, self._zone) if since else None
        return Figure(_share(finished, total), total, since=first)

    def _columns(self, work: Work, totals: Mapping[str, Row], day: date) -> list[DayColumn]:
        first = day - timedelta(days=SHOWN_DAYS - 1)
        theirs: dict[str, int] = {}
        for row in work.feeds.daily(first):
            if row["measure"] == "reported":
                theirs[row["day"]] = theirs.get(row["day"], 0) + row["value"]
        return [self._column(first + timedelta(days=i), totals, theirs) for i in range(SHOWN_DAYS)]

    def _column(self, day: date, totals: Mapping[str, Row], theirs: Mapping[str, int]) -> DayColumn:
        kind, key = kind_of(day, self._city.calendar), day.isoformat()
        ours = totals.get(key)
        if ours and ours["reported"]:
            return DayColumn(day, ours["reported"], kind, "ours")
        return DayColumn(day, theirs.get(key), kind, "sources" if key in theirs else "none")

    def _districts(self, work: Work, day: date, now: datetime) -> list[DistrictRow]:
        """In the city's order; a district without a case yesterday is there with a zero."""
        rows = {row["key"]: row for row in work.trends.counts("district", day.isoformat(), day.isoformat())}
        late = work.trends.overdue_now(now)
        return [_district(each.code, each.population, rows.get(each.code), late) for each in self._city.districts]

    def _sources(self, work: Work, day: date, before: date) -> list[SourceRow]:
        """In the city's order; a silent source is there with a zero."""
        now, then = _reported(work, "source", day), _reported(work, "source", before)
        return [SourceRow(each.code, now.get(each.code, 0), then.get(each.code, 0)) for each in self._city.sources]

    def _orders(self, work: Work, day: date) -> list[OrderSummary]:
        start, end = start_of(day, self._zone), start_of(day + timedelta(days=1), self._zone)
        orders = [o for o in work.orders.issued_between(start, end) if o.state is not OrderState.CORRECTED]
        return [_summary(order, work.orders.lines(order.id)) for order in orders]


def _span(day: date, days: int) -> tuple[str, str]:
    return (day - timedelta(days=days - 1)).isoformat(), day.isoformat()


def _n(row: Row | None, measure: str) -> int:
    return int(row[measure]) if row else 0


def _count(measure: str, now: Row | None, then: Row | None) -> Figure:
    value = float(now[measure]) if now else None
    return Figure(value, _n(now, measure), float(then[measure]) if then else None, _n(then, measure))


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if whole and part is not None else None


def _figure(measure: Any, histograms: Sequence[Mapping[int, int]]) -> Figure:
    now, then = histograms
    return Figure(measure(now), sum(now.values()), measure(then), sum(then.values()))


def _share_within(histogram: Mapping[int, int]) -> float | None:
    within = sum(n for bucket, n in histogram.items() if bucket < WITHIN_S)
    return _share(within, sum(histogram.values()))


def _city_wide(work: Work, day: date) -> Histograms:
    rows = work.trends.stages(day.isoformat(), day.isoformat())
    return {
        row["stage"]: {int(bucket): int(n) for bucket, n in row["histogram"].items()}
        for row in rows
        if not row["district"]
    }


def _stage(stage: str, histogram: Mapping[int, int]) -> StageRow:
    return StageRow(stage, percentile(histogram, 0.5), percentile(histogram, 0.95), sum(histogram.values()))


def _district(code: str, population: int | None, row: Row | None, late: Mapping[str, int]) -> DistrictRow:
    reported = _n(row, "reported")
    per_10k = reported / population * 10_000 if population else None
    return DistrictRow(code, reported, per_10k, _n(row, "due"), _n(row, "overdue"), late.get(code, 0))


def _reported(work: Work, dimension: str, day: date) -> dict[str, int]:
    rows = work.trends.counts(dimension, day.isoformat(), day.isoformat())
    return {row["key"]: row["reported"] for row in rows}


def _categories(work: Work, day: date, before: date) -> list[CategoryRow]:
    """The kinds of cases of the day, most first, with the districts that had most of them."""
    now, then = _reported(work, "category", day), _reported(work, "category", before)
    places: dict[str, list[tuple[str, int]]] = {}
    for row in work.trends.counts("district/category", day.isoformat(), day.isoformat()):
        district, _, category = row["key"].partition("/")
        places.setdefault(category, []).append((district, row["reported"]))
    ranked = sorted(now.items(), key=lambda each: (-each[1], each[0]))
    return [
        CategoryRow(code, n, then.get(code, 0), tuple(sorted(places.get(code, []), key=lambda p: (-p[1], p[0]))[:3]))
        for code, n in ranked
        if n
    ]


def _summary(order: Order, lines: Sequence[Line]) -> OrderSummary:
    complete: dict[str, float | None] = {}
    confirmed: dict[str, tuple[int, int]] = {}
    for tier in order.tiers:
        times = [line.acknowledged_at for line in lines if line.tier == tier]
        known = [at for at in times if at is not None]
        whole = bool(times) and len(known) == len(times)
        complete[tier] = (max(known) - order.issued_at).total_seconds() if whole else None
        confirmed[tier] = (len(known), len(times))
    return OrderSummary(order.id, order.no, order.title, order.mode, order.state, order.issued_at, complete, confirmed)
