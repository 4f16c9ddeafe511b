"""Replaying the real cases of Boston: all accounted for, and the figures of their days as counted from the file."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from redis import Redis

from data_feeds.replay import dry_run
from domain.city import City
from domain.place import Places
from live.reader import RedisReader
from tests.data_feeds import boston
from tests.data_feeds.test_replay import AFTER_ALL, ZONE, Run, boston_city, boston_door, replay
from tests.fakes import FakeClock
from tests.live.conftest import Told, redis, relay_of, tick_of
from tests.mounted import ROOT, Door
from tests.outside import missing

__all__ = ["boston_city", "boston_door", "redis", "replay"]
REAL = ROOT.parent / "shared" / "reference" / "real_cases" / "boston_2015_jan_feb.csv"


@pytest.fixture(scope="module")
def real_rows() -> list[dict[str, str]]:
    if not REAL.exists():
        missing(REAL.name, "lay the real cases into ../shared/reference/real_cases, beside the project")
    with REAL.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_real_cases_of_boston_are_all_accounted_for(boston_city: City, real_rows: list[dict[str, str]]):
    """16,580 rows with their dirt, looked at as the door looks at each."""
    now = datetime.now(UTC)
    tally = dry_run(REAL, boston.the_mapping(), city=boston_city, places=Places(boston_city), now=now)
    assert tally.rows == len(real_rows) == 16_580
    assert dict(tally.outcomes) == {"new": 16_580}


DAYS = ("01/20/2015", "01/27/2015", "02/28/2015")
SOURCES = {"CALL": "Constituent Call", "APP": "Citizens Connect App", "SELF": "Self Service", "TWITTER": "Twitter"}
SOURCES |= {"STAFF": "Employee Generated", "WORKER": "City Worker App", "MAXIMO": "Maximo Integration"}


@pytest.fixture
def replayed(replay: Run, real_rows: list[dict[str, str]], tmp_path: Path) -> Door:
    """Every row of the file that was opened or closed on one of the days, through the door."""
    of_the_days = [row for row in real_rows if {row["OPEN_DT"][:10], row["CLOSED_DT"][:10]} & set(DAYS)]
    with (tmp_path / "days.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(real_rows[0]))
        out.writeheader()
        out.writerows(of_the_days)
    tally = replay(tmp_path / "days.csv", start=AFTER_ALL)
    assert dict(tally.outcomes) == {"new": len(of_the_days)}
    assert len(of_the_days) > 1_000  # more than one batch
    return replay.door


def test_the_figures_of_real_days_equal_those_counted_from_the_file_by_hand(
    replayed: Door, real_rows: list[dict[str, str]]
):
    counts = Counter(row["OPEN_DT"][:10] for row in real_rows)
    closed = Counter(row["CLOSED_DT"][:10] for row in real_rows if row["CLOSED_DT"])
    with replayed.database.read() as work:
        rows = work.connection.exec_driver_sql("SELECT counts FROM outbox").all()
    found: Counter[tuple[str, str]] = Counter()
    for day, name, n in announced(rows):
        found[day, name] += n
    for day in DAYS:
        month, of_month, year = day.split("/")
        iso = f"{year}-{month}-{of_month}"
        assert found[iso, "reported"] == found[iso, "received"] == found[iso, "filed"] == counts[day]
        assert found[iso, "finished"] == closed[day]
        by_source = Counter(row["Source"] for row in real_rows if row["OPEN_DT"].startswith(day))
        assert found[iso, "reported/source/CALL"] == by_source["Constituent Call"]
        assert found[iso, "reported/source/WORKER"] == by_source["City Worker App"]
    assert found["2015-01-20", "reported"] == 719


@pytest.mark.parametrize("day", DAYS)
def test_what_the_wall_shows_of_a_real_day_equals_what_is_counted_from_the_file_by_hand(
    replayed: Door, real_rows: list[dict[str, str]], redis: Redis, day: str
):
    opened = [row for row in real_rows if row["OPEN_DT"].startswith(day)]
    tiles = published(replayed, redis, of_the_file(f"{day} 11:59:59 PM"))
    shown = tiles["cases_today"]
    assert shown["value"] == shown["counts"]["received"] == shown["counts"]["filed"] == len(opened)
    assert shown["counts"]["finished"] == sum(row["CLOSED_DT"].startswith(day) for row in real_rows)
    by_source = Counter(row["Source"] for row in opened)
    assert {code: n for code, n, *_ in tiles["sources"]["rows"]} == {c: by_source[n] for c, n in SOURCES.items()}
    times = [of_the_file(row["OPEN_DT"]) for row in opened]
    by_quarter = Counter(at.hour * 4 + at.minute // 15 for at in times)
    assert tiles["curve"]["today"] == [by_quarter[n] for n in range(96)]
    named = Counter(replayed.city.district_aliases[row["neighborhood"]] for row in opened if row["neighborhood"])
    by_district = {code: n for code, (n, _) in tiles["districts"]["rows"].items()}
    assert all(by_district[code] >= n for code, n in named.items())
    assert named.total() <= sum(by_district.values()) <= len(opened)  # between: placed by nothing but its point


def of_the_file(said: str) -> datetime:
    return datetime.strptime(said, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE)


def published(door: Door, redis: Redis, at: datetime) -> dict:
    """The tiles that every wall is sent at this moment of the city's time."""
    behind = SimpleNamespace(database=door.database, city=door.city, clock=FakeClock(at))
    while relay_of(behind, redis, Told()).cycle():
        pass
    tick_of(behind, redis, Told()).beat()
    return RedisReader(redis, behind.clock.real).vitals()["tiles"]


def announced(rows: list) -> list[tuple[str, str, int]]:
    said = [json.loads(row[0]) for row in rows]
    return [(day, name, n) for counts in said for day, fields in counts.items() for name, n in fields.items()]
