"""The demo city as a person starts it: it fills, its posts confirm an order, and a killed demo makes no doubles."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from data_feeds.city import load
from data_feeds.demo.past import DAYS
from operations.zones import zone_of
from tests.conftest import a_program, until
from tests.faults.parts import Victim
from tests.test_start import SMALL, started

pytestmark = pytest.mark.faults

LOOK_S = 0.25  # between two looks from outside
CITY = SMALL  # some 600 cases a day, 4,300 devices, 22 wards
ORDER = {"targets": {"tiers": ["district"]}, "title": "Drill", "text": "Confirm.", "mode": "drill"}


@dataclass
class Demo:
    """The whole program playing, looked at from outside with its own keys."""

    folder: Path
    process: Any
    http: httpx.Client
    orders: str

    def ask(self, path: str, key: str = "") -> Any:
        key = key or json.loads((self.folder / "demo.json").read_text())["report"]
        return self.http.get(path, headers={"Authorization": f"Bearer {key}"}).json()

    def tiles(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("/vitals").get("tiles", {})
        return found

    def select(self, what: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self.folder / 'zhongshu.db'}?mode=ro", uri=True) as database:
            return database.execute(what).fetchall()

    def has_told(self, cases: int) -> bool:
        """Whether so many cases are there, or some of the oldest day, after which there is nothing more to tell."""
        told, oldest = self.select("SELECT count(*), min(reported_at) FROM cases")[0]
        if told > cases:
            return True
        zone = zone_of(load(Path(CITY)))
        day = datetime.fromtimestamp((oldest or 0) / 1_000_000, zone).date()
        return bool(told) and day <= datetime.now(zone).date() - timedelta(days=DAYS)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with a_program() as program, started(program, CITY_DIR=CITY) as (process, _said):
        made = program.run("key", "create", "--may", "dispatch", CITY_DIR=CITY)
        url = f"http://127.0.0.1:{program.environment['PORT']}/api/v1"
        with httpx.Client(base_url=url, trust_env=False, timeout=20) as http:
            yield Demo(program.folder / "var" / "demo", process, http, made.stdout.split()[-1])


@pytest.fixture(scope="module")
def order(demo: Demo) -> str:
    """An order issued before the demo is killed: the posts read and confirm it while the past is filled in."""
    answer = demo.http.post("/orders", json=ORDER, headers={"Authorization": f"Bearer {demo.orders}"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_the_wall_is_filled_by_itself(demo: Demo):
    until(lambda: demo.tiles().get("devices_camera", {}).get("online", 0) > 1000, 90, "devices", every=LOOK_S)
    tiles = demo.tiles()
    assert tiles["devices_sensor"]["registered"] == 3200
    yesterday = tiles["curve"]["yesterday"]
    assert len(yesterday) in (92, 96, 100)  # the clocks change twice a year
    until(lambda: demo.tiles()["cases_today"]["yesterday"] > 0, 30, "yesterday", every=LOOK_S)


def test_a_killed_demo_is_back_within_a_second_and_goes_on_without_doubles(demo: Demo, order: str):
    """Second, so that the killed demo still has most of its 30 days before it; on a machine that has filled them in
    by then, it must be content with them."""
    until(lambda: demo.has_told(1500), 120, "some of the past", every=LOOK_S)
    victim = Victim(demo.process, "demo")
    victim.kill()
    victim.is_started_again_within_a_second()
    before = demo.select("SELECT count(*) FROM cases")[0][0]
    until(lambda: demo.has_told(before + 500), 120, "more of the past", every=LOOK_S)
    ids = Counter(row for row in demo.select("SELECT source, external_id FROM cases"))
    assert max(ids.values()) == 1
    assert demo.select("SELECT count(*) FROM devices") == [(4300,)]


def test_the_source_systems_totals_are_beside_our_counts(demo: Demo):
    until(
        lambda: any(row[4] is not None for row in demo.tiles()["sources"]["rows"]),
        400,  # a day that has just begun is asked about after five minutes at the latest
        "a source's own total",
        every=LOOK_S,
    )


def test_the_posts_confirm_an_order_with_the_names_of_their_people(demo: Demo, order: str):
    until(lambda: acknowledged(demo, order) >= 3, 120, "three districts to confirm", every=LOOK_S)
    lines = [line for line in ledger(demo, order) if line["acknowledged_at"]]
    assert all(line["by"].startswith("Demo ") and line["known_by"] == "chosen" for line in lines)
    assert all(line["queued_at"] < line["delivered_at"] <= line["read_at"] < line["acknowledged_at"] for line in lines)


def ledger(demo: Demo, order: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = demo.ask(f"/orders/{order}/ledger", demo.orders)["lines"]
    return lines


def acknowledged(demo: Demo, order: str) -> int:
    return sum(line["acknowledged_at"] is not None for line in ledger(demo, order))


def test_no_case_of_the_demo_was_refused(demo: Demo):
    assert demo.select("SELECT field, reason FROM dead_letters LIMIT 5") == []
