"""Weeks of a made-up city as its rollups would be, for the trend page: `python -m tests.browser.trends_days`."""

import argparse
import random
import signal
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, request
from sqlalchemy import insert

from callbacks import headers, trends
from domain.account import Actor, Permission, Role
from domain.case import CaseReport, PastStep
from domain.city import City
from domain.counting import bucket_of
from domain.place import Places
from operations.cases import Cases
from operations.drafts import OrderRequest
from operations.ledger import Ledger
from operations.orders import Orders
from operations.receipts import Receipt
from operations.targets import Targets
from operations.trends import TrendDesk
from storage import day_tables
from tests.browser.harness import cities
from tests.browser.station import PINS, serving
from tests.databases import a_database
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 23, 22, 31, tzinfo=UTC)  # 06:31 on Tuesday the 24th in the city
WEEK = (0.99, 1.005, 1, 1.01, 1, 0.865, 0.835)
STAGES = {"file": (19, 0.6, 0.99), "assign": (41, 0.8, 0.985), "finish": (34_000, 0.9, 0.94)}  # median, spread, share
ORDERS = (  # hours before now, title, mode, the slowest district's and township's seconds
    (13.2, "暴雪蓝色预警转发", "live", 43, 478),
    (16.5, "防滑物资点名", "drill", 39, 400),
    (22.0, "早班点名", "live", 66, 391),
    (23.6, "主干道结冰巡查", "live", 37, None),
)
LEADER = Actor("l1", "演示领导", Role.LEADER)


class House:
    """One city's trend page: `days` of rollups before now, about `volume` cases each."""

    def __init__(self, folder: Path, city: City, *, days: int = 36, volume: int = 12_050, now: datetime = NOW) -> None:
        self.city, self.clock, self.random = city, FakeClock(now), random.Random(11)
        self.database = a_database(folder)
        begin, read = self.database.begin, self.database.read
        told: dict[str, Any] = {"clock": self.clock, "city": city}
        self.cases = Cases(begin, read, places=Places(city), **told)
        self.orders = Orders(begin, read, connected=set, reserved_take_part=True, **told)
        self.ledger = Ledger(begin, read, clock=self.clock, hasher=PINS)
        self.desk = TrendDesk(read, **told)
        self.today, self.volume = (now + timedelta(hours=8)).date(), volume
        for back in range(days, 0, -1):
            self.a_day(self.today - timedelta(days=back), yesterday=back == 1)

    # ---- counts ----
    def a_day(self, day: date, *, yesterday: bool = False, silent: frozenset[str] = frozenset()) -> None:
        n = round(self.volume * WEEK[day.weekday()] * self.random.uniform(0.985, 1.015) * (1.03 if yesterday else 1))
        rows = [self._row(day, "all", "", n)]
        districts = self._parts(n, [each.population or 300_000 for each in self.city.districts])
        leaves = [each.code for each in self.city.categories if each.parent] or ["C01"]
        shares = [1.4 ** -min(rank, 18) for rank in range(len(leaves))]
        if yesterday:
            shares[len(shares) // 2 and 2] *= 1.7
        kinds = self._parts(n, shares)
        for district, size in zip(self.city.districts, districts, strict=True):
            rows.append(self._row(day, "district", district.code, size))
        for code, size in zip(leaves, kinds, strict=True):
            rows.append(self._row(day, "category", code, size))
            some = self.random.sample(self.city.districts, min(3, len(self.city.districts)))
            rows += [self._row(day, "district/category", f"{each.code}/{code}", max(1, size // 7)) for each in some]
        sources = self._parts(n, [0.5**rank for rank in range(len(self.city.sources))])
        for source, size in zip(self.city.sources, sources, strict=True):
            rows.append(self._row(day, "source", source.code, size))
        stages = [
            {"day": day.isoformat(), "stage": key, "district": ""} | {"histogram": self._spread(key, n)}
            for key in STAGES
        ]
        with self.database.begin() as work:
            work.connection.execute(insert(day_tables.day_counts), rows)
            work.connection.execute(insert(day_tables.day_stages), stages)
            at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=22, minutes=20)
            work.connection.execute(insert(day_tables.rolled_days).values(day=day.isoformat(), rolled_at=at))

    def _row(self, day: date, dimension: str, key: str, n: int) -> dict[str, Any]:
        due = round(n * 0.93)
        late = (
            sum(self.random.random() < 0.024 for _ in range(due))
            if due < 500
            else round(due * self.random.uniform(0.015, 0.033))
        )
        counts = {
            "reported": n,
            "received": n,
            "filed": round(n * 0.97),
            "finished": round(n * 0.94),
            "due": due,
            "overdue": late,
        }
        return {"day": day.isoformat(), "dimension": dimension, "key": key} | counts

    def _parts(self, n: int, weights: list[float]) -> list[int]:
        rough = [n * weight * self.random.uniform(0.9, 1.1) for weight in weights]
        found = [round(each * n / (sum(rough) or 1)) for each in rough]
        found[0] += n - sum(found)
        return found

    def _spread(self, stage: str, n: int) -> dict[str, int]:
        median, spread, share = STAGES[stage]
        found: dict[str, int] = {}
        for _ in range(min(2_000, n)):
            bucket = str(bucket_of(median * self.random.lognormvariate(0, spread)))
            found[bucket] = found.get(bucket, 0) + max(1, round(n * share / 2_000))
        return found

    def own_totals(self, first: int, last: int) -> None:
        """The sources' own totals of the days from `first` to `last` days ago."""
        at = self.clock.real()
        rows = [
            {
                "day": (self.today - timedelta(days=back)).isoformat(),
                "source": "GRID",
                "measure": "reported",
                "value": 11_800 - back * 9,
                "at": at,
            }
            for back in range(first, last, -1)
        ]
        with self.database.begin() as work:
            work.feeds.put_daily(rows)

    # ---- cases and orders ----
    def some_cases(self, n: int = 120) -> None:
        actor = Actor("k", "grid", Role.MACHINE, extra=frozenset({Permission.REPORT_CASES, Permission.STEP_CASES}))
        leaves = [each.code for each in self.city.categories if each.parent] or ["C01"]
        told = self.cases.report(actor, [self._case(number, leaves) for number in range(n)])
        for case in [outcome.case for outcome in told[:3] if outcome.case]:
            self.cases.flag_cross(actor, case.id, ["area"], version=case.version)

    def _case(self, number: int, leaves: list[str]) -> CaseReport:
        at = self.clock.now() - timedelta(hours=7, minutes=3 * number)
        steps = [PastStep("receive", at, "a"), PastStep("file", at + timedelta(seconds=20), "a")]
        if number % 3 == 0:
            steps += [PastStep(step, at + timedelta(minutes=2), "a", unit="U04") for step in ("assign", "finish")]
        place = self.city.districts[number % len(self.city.districts)].code
        source = self.city.sources[number % len(self.city.sources)].code
        words = f"第 {number} 件，联系人电话 13800000000"
        return CaseReport(
            source, f"x{number}", words, at, category=leaves[number % len(leaves)], district=place, history=tuple(steps)
        )

    def some_orders(self) -> None:
        officer, now = Actor("o1", "演示值班长", Role.OFFICER, dispatch_root=self.city.code), self.clock.at
        people = [
            {"id": f"p-{post.code}", "post": post.code, "name": "演示员", "duty": "duty", "phone": "", "pin_hash": None}
            for post in self.city.posts
        ]
        with self.database.begin() as work:
            work.people.put(people)
        for hours, title, mode, district_s, township_s in ORDERS:
            self.clock.at = now - timedelta(hours=hours)
            request = OrderRequest(Targets(tiers=("district", "township")), title=title, text="请确认", mode=mode)
            order = self.orders.issue(officer, request)
            self._confirmed(order.id, "district", district_s)
            self._confirmed(order.id, "township", township_s)
        self.clock.at = now

    def _confirmed(self, order: str, tier: str, slowest_s: int | None) -> None:
        """All posts of a tier, the last after `slowest_s`; with None all but three."""
        issued, posts = self.clock.at, [post.code for post in self.city.posts_of([tier])]
        self.clock.at = issued + timedelta(seconds=20)
        self._say(order, posts[1:] if slowest_s else posts[3:])
        if slowest_s:
            self.clock.at = issued + timedelta(seconds=slowest_s)
            self._say(order, posts[:1])
        self.clock.at = issued

    def _say(self, order: str, posts: list[str]) -> None:
        actors = {post: Actor(f"t:{post}", post, Role.POST, post=post, known_by="device") for post in posts}
        problems = self.ledger.record(
            [Receipt(order, post, 1, "acknowledged", actors[post], person=f"p-{post}") for post in posts]
        )
        assert not any(problems), problems

    # ---- the page ----
    def server(self, *, demo: bool = True, who: Callable[[], Actor | None] = lambda: LEADER) -> Flask:
        server = Flask("trends", static_folder=None)
        app = trends.mount(
            server,
            city=self.city,
            who=who,
            language_of=lambda: request.args.get("lang") or "zh-CN",
            trends=self.desk,
            cases=self.cases,
            offload=lambda act, *arguments: act(*arguments),
            demo=demo,
            build="b1",
        )
        headers.install(server, https=False, script_hashes=app.csp_hashes)
        return server


KINDS: dict[str, Callable[[Path], House]] = {
    "full": lambda folder: full(folder, "zhengzhou"),
    "long": lambda folder: full(folder, "long:16"),
    "empty": lambda folder: House(folder, cities.of("zhengzhou"), days=0),
    "one": lambda folder: House(folder, cities.of("zhengzhou"), days=1, volume=240),
    "boston": lambda folder: full(folder, "boston"),
    "young": lambda folder: young(folder),
    "holiday": lambda folder: House(folder, cities.of("zhengzhou"), now=datetime(2026, 10, 12, 22, 31, tzinfo=UTC)),
}


def full(folder: Path, city: str) -> House:
    house = House(folder, cities.of(city))
    house.some_cases()
    if city == "zhengzhou":
        house.some_orders()
    return house


def young(folder: Path) -> House:
    """Our own count is nine days old; before it there are the sources' own totals, and one source fell silent."""
    house = House(folder, cities.of("zhengzhou"), days=9)
    house.own_totals(28, 9)
    with house.database.begin() as work:
        silent = day_tables.day_counts.c.key == house.city.sources[2].code
        yesterday = day_tables.day_counts.c.day == (house.today - timedelta(days=1)).isoformat()
        work.connection.execute(day_tables.day_counts.delete().where(silent, yesterday))
    return house


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--kind", choices=KINDS, default="full")
    asked = words.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="zs-trends-") as folder,
        serving(KINDS[asked.kind](Path(folder)).server(), asked.port) as address,
    ):
        print(f"{address}/trends/", flush=True)  # noqa: T201
        signal.pause()


if __name__ == "__main__":
    main()
