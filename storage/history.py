"""Days read from the case table as DataFrames, and their rollups. Only the worker loads this: pandas is large."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, delete, insert, select, text

from analysis.rollup import day_counts, overdue, stage_histograms
from domain.citytime import start_of
from domain.rollup import STAGES
from storage import day_tables
from storage.columns import microseconds
from storage.database import Database

_COLUMNS = ("source", "district", "township", "category")
_TIMES = ("reported_at", "received_at", "filed_at", "assigned_at", "finished_at", "closed_at", "due_at")
_CHUNK = 1000


class Rollups:
    """Keeps the rollups of days that were touched. One day is one short transaction."""

    def __init__(self, database: Database, zone: ZoneInfo):
        self._database, self._zone = database, zone

    def due(self, today: date, limit: int) -> list[str]:
        """The days up to `today` to be rolled up again, newest first. A day to come, on which cases are due, waits."""
        day = day_tables.touched_days.c.day
        with self._database.read() as work:
            query = select(day).where(day <= today.isoformat()).group_by(day).order_by(day.desc()).limit(limit)
            return list(work.connection.execute(query).scalars())

    def roll(self, day: str) -> int:
        """Roll up one day from its cases; how many were reported. A change that comes meanwhile keeps the day due."""
        marks = day_tables.touched_days
        with self._database.read() as work:
            seen = work.connection.execute(select(marks.c.id).where(marks.c.day == day)).scalars().all()
            counts, stages = self._read(work.connection, date.fromisoformat(day))
        with self._database.begin() as work:
            _write(work.connection, day, counts, stages)
            for start in range(0, len(seen), _CHUNK):  # these, not all up to the last: a late commit has a low number
                mine = marks.c.id.in_(seen[start : start + _CHUNK])
                work.connection.execute(delete(marks).where(mine))
        return int(counts["reported"].iloc[0])

    def roll_due(self, today: date, limit: int = 8) -> int:
        """Roll up the newest days that are due; how many. Called by the worker every few seconds."""
        days = self.due(today, limit)
        for day in days:
            self.roll(day)
        return len(days)

    def _read(self, connection: Connection, day: date) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
        frames = {stamp: _cases(connection, stamp, day, self._zone) for stamp in _TIMES if stamp != "closed_at"}
        measures = {name.removesuffix("_at"): frame for name, frame in frames.items()}
        measures["overdue"] = overdue(frames["due_at"])
        stages = stage_histograms({stage: frames[end] for stage, (_start, end) in STAGES.items()})
        rows = [
            {"day": day.isoformat(), "stage": stage, "district": district, "histogram": histogram}
            for (stage, district), histogram in stages.items()
        ]
        return day_counts(measures), rows


def _cases(connection: Connection, stamp: str, day: date, zone: ZoneInfo) -> pd.DataFrame:
    """The cases whose time `stamp` lies in a local day."""
    columns = (*_COLUMNS, *_TIMES)
    query = text(f"SELECT {', '.join(columns)} FROM cases WHERE {stamp} >= :start AND {stamp} < :end")
    edges = {"start": start_of(day, zone), "end": start_of(day + timedelta(days=1), zone)}
    found = connection.execute(query, {name: microseconds(at) for name, at in edges.items()})
    frame = pd.DataFrame(map(tuple, found), columns=list(columns))
    frame[list(_COLUMNS)] = frame[list(_COLUMNS)].astype(object)
    frame[list(_TIMES)] = frame[list(_TIMES)].astype("float64")  # exact: microseconds of our age stay below 2 ** 53
    return frame


def _write(connection: Connection, day: str, counts: pd.DataFrame, stages: Sequence[dict[str, Any]]) -> None:
    for table in (day_tables.day_counts, day_tables.day_stages, day_tables.rolled_days):
        connection.execute(delete(table).where(table.c.day == day))
    rows: list[Any] = counts.assign(day=day).to_dict("records")
    for start in range(0, len(rows), _CHUNK):
        connection.execute(insert(day_tables.day_counts), rows[start : start + _CHUNK])
    if stages:
        connection.execute(insert(day_tables.day_stages), list(stages))
    connection.execute(insert(day_tables.rolled_days).values(day=day, rolled_at=datetime.now(UTC)))
