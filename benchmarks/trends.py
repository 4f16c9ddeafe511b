"""The trend page over one year of 4.4 million cases: server time of the page, one day's rollup, and the same questions
asked of the raw rows with DuckDB, in one run. `--days 30` for a small one."""

import argparse
import gzip
import logging
import re
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from flask import Flask

from benchmarks import year as years
from benchmarks.raw import Raw
from callbacks import trends
from callbacks.language import language_of
from data_feeds import city as cities
from domain.account import Actor, Role
from domain.city import City
from domain.place import Places
from operations.cases import Cases
from operations.drafts import OrderRequest
from operations.orders import Orders
from operations.targets import Targets
from operations.trends import TrendDesk
from operations.zones import zone_of
from storage.database import Database
from storage.history import Rollups
from storage.migrate import upgrade

ROOT = Path(__file__).resolve().parent.parent
LEADER = Actor("l", "leader", Role.LEADER)
PAGE_GOAL_MS, MONTH_GOAL_MS = 300, 1_000
TRIES = 30


class Fixed:
    """The clock stands at half past six in the morning."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def real(self) -> datetime:
        return self.at


def timed(act: Callable[[], object], tries: int = TRIES) -> list[float]:
    """Milliseconds of each try."""
    found = []
    for _ in range(tries):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return found


def said(what: str, took: list[float], goal: float | None = None) -> str:
    worst = sorted(took)[int(0.95 * (len(took) - 1))]
    verdict = "" if goal is None else f"   goal {goal:g} ms {'met' if worst <= goal else 'MISSED'}"
    return f"  {what:<44} median {statistics.median(took):>8.1f} ms   p95 {worst:>8.1f} ms   n {len(took)}{verdict}"


class Page:
    """The trend page of one database, behind its own door."""

    def __init__(self, database: Database, city: City, clock: Fixed) -> None:
        begin, read = database.begin, database.read
        told: dict[str, Any] = {"clock": clock, "city": city}
        self.desk = TrendDesk(read, **told)
        self.orders = Orders(begin, read, connected=set, reserved_take_part=True, **told)
        server = Flask("trends", static_folder=None)
        trends.mount(
            server,
            city=city,
            who=lambda: LEADER,
            language_of=language_of,
            trends=self.desk,
            cases=Cases(begin, read, places=Places(city), **told),
            offload=lambda act, *arguments: act(*arguments),
            demo=True,
            build="b",
        )
        self.client = server.test_client()

    def some_orders(self, clock: Fixed, city: City, n: int = 4) -> None:
        """Orders of yesterday to every district and township."""
        at = clock.at
        for hours in range(n):
            clock.at = at - timedelta(hours=12 + hours)
            request = OrderRequest(Targets(tiers=("district", "township")), title="早班点名", text="请确认")
            self.orders.issue(Actor("o", "officer", Role.OFFICER, dispatch_root=city.code), request)
        clock.at = at

    def get(self, path: str = "/trends/") -> bytes:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status
        return answer.get_data()


def measure(database: Database, city: City, days: list[date], now: datetime) -> Page:
    """Roll up one loaded database, and look at its page."""
    clock, zone = Fixed(now), zone_of(city)
    rollups, page = Rollups(database, zone), Page(database, city, clock)
    page.some_orders(clock, city)
    began = time.perf_counter()
    for day in days:
        rollups.roll(day.isoformat())
    print(f"  rolled up {len(days)} days in {time.perf_counter() - began:.0f} s")
    print(said("one day's rollup", timed(lambda: rollups.roll(days[-2].isoformat()), 5)))
    print(said("the page, server time, view and layout", timed(page.get), PAGE_GOAL_MS))
    print(said("of this reading the rollups", timed(lambda: page.desk.view(LEADER))))
    print(said("its cases, first page", timed(lambda: page.get(f"/trends/cases?day={days[-1]}"), 10)))
    print(
        said("any month by district by category", timed(lambda: month(database, days), 10), MONTH_GOAL_MS), flush=True
    )
    return page


def month(database: Database, days: list[date]) -> dict[str, int]:
    """The cases of each district and category over the last 30 days."""
    found: dict[str, int] = {}
    with database.read() as work:
        for row in work.trends.counts("district/category", days[-min(30, len(days))].isoformat(), days[-1].isoformat()):
            found[row["key"]] = found.get(row["key"], 0) + row["reported"]
    return found


def agrees(page: Page, raw: Raw, day: date, now: datetime) -> None:
    """The page and the raw rows say the same; the median within the width of its bucket."""
    view, told = page.desk.view(LEADER, day), raw.page(day, now)
    figures = view.figures
    assert figures["reported"].value == sum(n for _, n in told["districts"])
    assert {row.code: row.reported for row in view.districts if row.reported} == dict(told["districts"])
    assert [(row.due, row.overdue) for row in sorted(view.districts, key=lambda row: row.code) if row.due] == [
        (due, late) for _, due, late in sorted(told["due"][0])
    ]
    n, (median, _), quick = told["stages"][0]
    assert (figures["filed_in_time"].n, round(figures["filed_in_time"].value * n)) == (n, quick)
    n, (median, _), _ = told["stages"][4]
    assert abs(figures["finish_median"].value * 1e6 / median - 1) < 0.03
    assert (view.still_open, figures["cross"].n) == (told["open"][0][0], told["cross"][0][0])


def sizes(page: Page) -> None:
    """What a phone loads at first, compressed with gzip, beside what the same page would load as a Dash page."""
    answer = page.get().decode()
    own = ["/trends/", *re.findall(r'(?:href|src)="(/trends/assets/[^"]+)"', answer)]
    dash = re.findall(r'src="(/trends/_dash[^"]+)"', answer)
    chart = ["/trends/_dash-component-suites/plotly/package_data/plotly.min.js"]
    phone, desk = (
        sum(len(gzip.compress(page.get(path), 6)) for path in paths) for paths in (own, [*own, *dash, *chart])
    )
    both = f"with Dash and plotly {desk / 1000:,.0f} kB, {desk / phone:.0f} x"
    print(f"  a phone's first load, gzip: {phone / 1000:.0f} kB; {both}", flush=True)


def with_raw(page: Page, connection: duckdb.DuckDBPyConnection, city: City, asked: tuple[date, datetime]) -> None:
    raw = Raw(connection, zone_of(city))
    agrees(page, raw, *asked)
    rollup, rows = timed(lambda: page.desk.view(LEADER)), timed(lambda: raw.page(*asked))
    print(said("the same questions of raw rows, DuckDB", rows))
    ratio = statistics.median(rows) / statistics.median(rollup)
    print(f"  the rollups answer {ratio:.1f} x as fast as DuckDB on all rows")


def one(kind: str, url: str, folder: Path, chosen: argparse.Namespace) -> None:
    city = cities.load(ROOT / "cities" / "zhengzhou")
    days, now = years.last_days(chosen.days)
    database, connection = Database(url), duckdb.connect(str(folder / "raw.duckdb"), config={"threads": 2})
    upgrade(database)
    began = time.perf_counter()
    n = years.load(database, years.Year(city, per_day=chosen.per_day, now=now), days, connection)
    took = time.perf_counter() - began
    print(f"{kind}: {n:,} cases of {len(days)} days in {took:.0f} s, {years.size_of(folder):.1f} GB", flush=True)
    page = measure(database, city, days, now)
    with_raw(page, connection, city, (days[-1], now))
    sizes(page)
    connection.close()
    database.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=int, default=365)
    options.add_argument("--per-day", type=int, default=12_600)
    options.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = options.parse_args()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if chosen.only != "postgresql":
        with years.a_folder() as folder:
            one("SQLite", f"sqlite:///{folder / 'city.db'}", folder, chosen)
    programs = years.programs()
    if programs and chosen.only != "sqlite":
        with years.a_folder() as folder, years.postgres(folder, programs) as url:
            one("PostgreSQL", url, folder, chosen)


if __name__ == "__main__":
    main()
