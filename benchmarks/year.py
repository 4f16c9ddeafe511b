"""A made-up year of a city's cases, loaded straight into the table that the product reads. Memory holds one day."""

import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from domain.city import City, Tier
from domain.citytime import start_of
from operations.zones import zone_of
from storage.columns import microseconds
from storage.database import Database
from storage.tables import cases

SECOND = 1_000_000
DAY_S = 86_400
# mean share of the hours of a day, from midnight on
HOURS = (8, 5, 4, 3, 4, 8, 20, 45, 80, 95, 92, 78, 60, 66, 84, 88, 82, 70, 52, 40, 32, 26, 18, 12)
WEEK = (0.99, 1.005, 1, 1.01, 1, 0.865, 0.835)
KEPT = (
    "reported_at",
    "source",
    "district",
    "category",
    "filed_at",
    "assigned_at",
    "finished_at",
    "closed_at",
    "due_at",
)


class Year:
    """Days of cases, all different and always the same: `frame(day)` is a row for each."""

    def __init__(self, city: City, *, per_day: int, now: datetime) -> None:
        self.city, self.per_day, self.now = city, per_day, microseconds(now)
        self.zone = zone_of(city)
        self.leaves = sorted(city.category_leaves)
        self.townships = [post for post in city.posts_of([Tier.TOWNSHIP]) if not post.reserved]
        self.units = [unit.code for unit in city.units]
        self.number = 0

    def frame(self, day: date) -> pd.DataFrame:
        chance = np.random.default_rng(day.toordinal())
        n = round(self.per_day * WEEK[day.weekday()] * chance.uniform(0.97, 1.03))
        reported = self._times(day, n, chance)
        filed = self._later(reported, chance.lognormal(3.0, 0.6, n), chance, missing=0.03)
        assigned = self._later(filed, chance.lognormal(3.7, 0.8, n), chance, missing=0.01)
        finished = self._later(filed, chance.lognormal(10.4, 0.9, n), chance, missing=0.01)
        closed = self._later(finished, chance.lognormal(8.5, 0.5, n), chance, missing=0.02)
        frame = pd.DataFrame(self._facts(day, n, chance))
        times = {"reported_at": reported, "entered_at": reported, "received_at": reported + SECOND}
        times |= {"filed_at": filed, "assigned_at": assigned, "finished_at": finished, "closed_at": closed}
        times["due_at"] = np.where(np.isnan(assigned), np.nan, filed + 48 * 3_600 * SECOND)
        for name, column in times.items():
            frame[name] = pd.array(np.where(column > self.now, np.nan, column) if name != "due_at" else column).astype(
                "Int64"
            )
        frame["state"] = np.where(
            frame["closed_at"].notna(), "closed", np.where(frame["filed_at"].notna(), "filed", "reported")
        )
        return frame[[column.name for column in cases.columns]]

    def _times(self, day: date, n: int, chance: np.random.Generator) -> Any:
        hours = chance.choice(24, n, p=np.array(HOURS) / sum(HOURS))
        seconds = np.sort(hours * 3_600 + chance.uniform(0, 3_600, n))
        return microseconds(start_of(day, self.zone)) + (seconds * SECOND).astype("int64").astype("float64")

    def _later(self, start: Any, seconds: Any, chance: np.random.Generator, *, missing: float) -> Any:
        """Whole microseconds as floats, NaN where the stage was never reached or is still to come."""
        later = start + np.floor(seconds * SECOND)
        return np.where((chance.random(len(seconds)) < missing) | (later > self.now), np.nan, later)

    def _facts(self, day: date, n: int, chance: np.random.Generator) -> dict[str, Any]:
        places = chance.choice(len(self.townships), n)
        first, self.number = self.number, self.number + n
        codes = np.array([post.code for post in self.townships])
        districts = np.array([post.district for post in self.townships])
        ids = [f"Y{number:012}" for number in range(first, self.number)]
        kinds = chance.zipf(1.3, n) % len(self.leaves)
        sources = np.minimum(chance.geometric(0.5, n) - 1, len(self.city.sources) - 1)
        crossing = chance.random(n) < 0.001
        return {
            "id": ids,
            "no": [f"{day:%Y%m%d}-{i:05}" for i in range(1, n + 1)],
            "source": np.array([each.code for each in self.city.sources])[sources],
            "external_id": ids,
            "category": np.array(self.leaves)[kinds],
            "title": "路面有积存垃圾",
            "text": "路边有垃圾堆积，请尽快清理。",
            "address": "人民路 1 号",
            "urgency": "normal",
            "district": districts[places],
            "township": codes[places],
            "lon": 113.6,
            "lat": 34.7,
            "placed_by": "named",
            "unit": np.array(self.units)[chance.choice(len(self.units), n)],
            "unit_reason": "类别",
            "filed_by": "rule",
            "tags": "[]",
            "cross": np.where(crossing, '{"crosses":["area"],"by":"a","at":"2026-01-01T00:00:00+00:00"}', None),
            "non_police": False,
            "crossing": crossing,
            "version": 5,
        }


def load(database: Database, year: Year, days: list[date], raw: duckdb.DuckDBPyConnection | None) -> int:
    """All days into the case table, its indexes made afterwards, and beside it the columns that are asked about into
    `raw`; how many cases."""
    n = 0
    for index in list(cases.indexes):
        index.drop(database.engine)
    for day in days:
        frame = year.frame(day)
        _write(database, frame)
        if raw is not None:
            _keep(raw, frame)
        n += len(frame)
    for index in cases.indexes:
        index.create(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return n


def _write(database: Database, frame: pd.DataFrame) -> None:
    if database.engine.dialect.name == "postgresql":
        _copy(database, frame)
        return
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    statement = f"INSERT INTO cases ({columns}) VALUES ({', '.join('?' * len(frame.columns))})"
    plain = frame.astype(object).where(frame.notna(), None)
    with database.engine.begin() as connection:
        driver = connection.connection.driver_connection
        driver.executemany(statement, plain.itertuples(index=False, name=None))


def _copy(database: Database, frame: pd.DataFrame) -> None:
    text = io.StringIO()
    frame.to_csv(text, index=False, header=False, na_rep="\\N", quoting=0)
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    with database.engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY cases ({columns}) FROM STDIN (FORMAT csv, NULL '\\N')") as copy,
        ):
            copy.write(text.getvalue())


def _keep(raw: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> None:
    asked = frame[[*KEPT, "crossing"]]
    raw.register("day", asked)
    raw.execute("CREATE TABLE IF NOT EXISTS cases AS SELECT * FROM day LIMIT 0")
    raw.execute("INSERT INTO cases SELECT * FROM day")
    raw.unregister("day")


def size_of(*paths: Path) -> float:
    """Gigabytes on the disk."""
    files = [one for path in paths for one in ([path] if path.is_file() else path.rglob("*")) if one.is_file()]
    return sum(one.stat().st_size for one in files) / 1e9


def programs() -> Path | None:
    """Where PostgreSQL's programs are, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1]
    there = shutil.which("initdb")
    return Path(there).parent if there else None


@contextmanager
def postgres(folder: Path, programs: Path) -> Iterator[str]:
    """The URL of a PostgreSQL with its own settings, in a folder thrown away after; root runs it as `postgres`."""
    user: dict[str, Any] = {}
    if Path("/proc/self").stat().st_uid == 0:
        shutil.chown(folder, "postgres", "postgres")
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **user}
    made = [
        str(programs / "initdb"),
        "-D",
        f"{folder}/data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run([*made, "-N"], check=True, **quiet)
    command = [str(programs / "postgres"), "-D", f"{folder}/data", "-k", str(folder), "-c", "listen_addresses="]
    with subprocess.Popen(command, **quiet) as server:
        try:
            while not (folder / ".s.PGSQL.5432").exists():
                time.sleep(0.1)
            time.sleep(0.5)
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            server.terminate()


def last_days(n: int) -> tuple[list[date], datetime]:
    """The `n` days that end with yesterday, and the moment at which they are looked at: half past six."""
    today = datetime.now(UTC).date()
    now = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(hours=1, minutes=30)
    return [today - timedelta(days=back) for back in range(n, 0, -1)], now


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zs-year-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
