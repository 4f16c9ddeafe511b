"""What Redis forgot, counted anew: from FLUSHALL to exact counters over 30 days of 12,100 cases.

The floor reads each of these cases once: how many of them fall on each day. `--days`, `--per-day` for another size.
"""

import argparse
import logging
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from redis import Redis

from benchmarks import year as years
from benchmarks.running import until
from data_feeds import city as cities
from domain.citytime import day_of
from live import embedded, keys, wire
from live.connection import connect
from live.counters import days_of
from live.relay import Relay
from operations.rows import case_row
from operations.zones import zone_of
from storage.database import Database
from storage.leases import SqlLeases
from storage.migrate import upgrade
from storage.outbox import Outbox

CITY = cities.load(Path(__file__).resolve().parent.parent / "cities" / "zhengzhou")
GOAL_S, TRIES = 5.0, 7
FLOOR = "SELECT reported_at / 86400000000, count(*) FROM cases GROUP BY 1"


@contextmanager
def a_redis(folder: Path) -> Iterator[Redis]:
    process = subprocess.Popen(embedded.command(folder), stdout=subprocess.DEVNULL)
    try:
        until(lambda: embedded.answers(folder), 10)
        with connect(embedded.url(folder)) as client:
            yield client
    finally:
        process.terminate()
        process.wait()


def relay_of(database: Database, redis: Redis, now: datetime) -> Relay:
    zone = zone_of(CITY)
    return Relay(
        redis=redis,
        announcements=Outbox(database, zone, case_row),
        leases=SqlLeases(database),
        emit=lambda _event, _data, _rooms: None,
        handed=lambda _order, _posts: None,
        today=lambda: day_of(now, zone),
        now=lambda: now,
        holder="benchmark",
    )


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def forgotten(relay: Relay) -> float:
    """Seconds from Redis without a word to every counter, and they are those of SQL."""
    relay.redis.flushall()
    took = seconds(relay.cycle)
    truth = relay.announcements.recount(days_of(relay.today())).counts
    found = {
        day: {wire.text(name): int(n) for name, n in relay.redis.hgetall(keys.counts(day)).items()} for day in truth
    }
    assert found == truth
    assert sum(counts.get("reported", 0) for counts in truth.values()) > 0
    return took


def floor(database: Database) -> float:
    with database.read() as work:
        return seconds(lambda: work.connection.exec_driver_sql(FLOOR).all())


def one(kind: str, url: str, folder: Path, chosen: argparse.Namespace) -> None:
    days, morning = years.last_days(chosen.days)
    evening = morning - timedelta(hours=7)  # the last of the days, half an hour before it ends
    database = Database(url)
    upgrade(database)
    n = years.load(database, years.Year(CITY, per_day=chosen.per_day, now=morning), days, None)
    with a_redis(folder) as redis:
        relay = relay_of(database, redis, evening)
        took = [forgotten(relay) for _ in range(TRIES)]
        least = statistics.median(floor(database) for _ in range(TRIES))
    median, worst = statistics.median(took), max(took)
    verdict = "met" if worst <= GOAL_S else "MISSED"
    print(f"{kind}: {n:,} cases of {len(days)} days; FLUSHALL -> exact: median {median:.2f} s, worst {worst:.2f} s")
    print(f"  goal {GOAL_S:g} s {verdict}; {median / least:.1f} x the floor of {least * 1000:.0f} ms", flush=True)
    database.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=int, default=30)
    options.add_argument("--per-day", type=int, default=12_100)
    chosen = options.parse_args()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with years.a_folder() as folder:
        one("SQLite", f"sqlite:///{folder / 'city.db'}", folder, chosen)
    programs = years.programs()
    if programs:
        with years.a_folder() as folder, years.postgres(folder, programs) as url, years.a_folder() as beside:
            one("PostgreSQL", url, beside, chosen)


if __name__ == "__main__":
    main()
