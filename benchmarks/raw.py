"""The trend page's questions, asked of the raw rows of a year in DuckDB's columns."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from domain.citytime import start_of
from storage.columns import microseconds

DAY_US = 86_400_000_000
STAGES = (("reported_at", "filed_at"), ("filed_at", "assigned_at"), ("filed_at", "finished_at"))
OPEN = "filed_at IS NOT NULL AND finished_at IS NULL AND closed_at IS NULL"
REPORTED = "reported_at >= ? AND reported_at < ?"
LATE = "count(*) FILTER (coalesce(least(finished_at, closed_at), 4000000000000000000) > due_at)"
Answers = dict[str, Any]


class Raw:
    """The rows of a year, and what the page would ask of them if there were no rollups."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> None:
        self.connection, self.zone = connection, zone

    def ask(self, text: str, *edges: int) -> list[tuple[Any, ...]]:
        return self.connection.execute(text, list(edges)).fetchall()

    def edges(self, day: date, days: int = 1) -> tuple[int, int]:
        """The first microsecond of `days` local days that end with `day`, and the first after them."""
        first, last = day - timedelta(days=days - 1), day + timedelta(days=1)
        return microseconds(start_of(first, self.zone)), microseconds(start_of(last, self.zone))

    def counted(self, columns: str, edges: tuple[int, int]) -> list[tuple[Any, ...]]:
        return self.ask(f"SELECT {columns}, count(*) FROM cases WHERE {REPORTED} GROUP BY ALL", *edges)

    def page(self, day: date, now: datetime) -> Answers:
        """Everything that the page of `day` says."""
        mine, before, weeks = self.edges(day), self.edges(day - timedelta(days=7)), self.edges(day, 28)
        return {
            "days": self.counted(f"(reported_at - {weeks[0]}) // {DAY_US}", weeks),
            "categories": [self.counted("category", edges) for edges in (mine, before)],
            "places": self.counted("district, category", mine),
            "sources": [self.counted("source", edges) for edges in (mine, before)],
            "districts": self.counted("district", mine),
            "due": [self.due(edges) for edges in (mine, before)],
            "stages": [self.stage(stage, edges) for stage in STAGES for edges in (mine, before)],
            "open": self.ask(f"SELECT count(*), min(filed_at) FROM cases WHERE {OPEN}"),
            "late": self.ask(
                f"SELECT district, count(*) FROM cases WHERE {OPEN} AND due_at < ? GROUP BY 1", int(microseconds(now))
            ),
            "cross": self.ask("SELECT count(*), count(finished_at), min(reported_at) FROM cases WHERE crossing"),
        }

    def due(self, edges: tuple[int, int]) -> list[tuple[Any, ...]]:
        return self.ask(
            f"SELECT district, count(*), {LATE} FROM cases WHERE due_at >= ? AND due_at < ? GROUP BY 1", *edges
        )

    def stage(self, stage: tuple[str, str], edges: tuple[int, int]) -> tuple[Any, ...]:
        """How many ended it, median and 95th percentile in microseconds, and how many within a minute."""
        start, end = stage
        took = f"{end} - {start}"
        columns = f"count(*), quantile_disc({took}, [0.5, 0.95]), count(*) FILTER ({took} < 60000000)"
        return self.ask(f"SELECT {columns} FROM cases WHERE {end} >= ? AND {end} < ?", *edges)[0]

    def month(self, day: date) -> list[tuple[Any, ...]]:
        return self.counted("district, category", self.edges(day, 30))
