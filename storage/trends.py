"""Rollups of days as the trend page asks for them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, select

from operations.ports import Row
from storage.day_tables import day_counts, day_stages, rolled_days, touched_days
from storage.tables import cases

_OPEN = and_(cases.c.filed_at.is_not(None), cases.c.finished_at.is_(None), cases.c.closed_at.is_(None))


class SqlTrends:
    def __init__(self, connection: Connection):
        self._connection = connection

    def touch(self, days: Iterable[str]) -> None:
        marks = [{"day": day} for day in sorted(days)]
        if marks:
            self._connection.execute(insert(touched_days), marks)

    def counts(self, dimension: str, first: str, last: str) -> list[Row]:
        wanted = (day_counts.c.dimension == dimension, day_counts.c.day >= first, day_counts.c.day <= last)
        query = select(day_counts).where(*wanted).order_by(day_counts.c.day, day_counts.c.key)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def stages(self, first: str, last: str) -> list[Row]:
        query = select(day_stages).where(day_stages.c.day >= first, day_stages.c.day <= last)
        return [dict(row) for row in self._connection.execute(query.order_by(day_stages.c.day)).mappings()]

    def rolled(self, first: str, last: str) -> dict[str, datetime]:
        query = select(rolled_days).where(rolled_days.c.day >= first, rolled_days.c.day <= last)
        return {row.day: row.rolled_at for row in self._connection.execute(query)}

    def still_open(self) -> tuple[int, datetime | None]:
        row = self._connection.execute(select(func.count(), func.min(cases.c.filed_at)).where(_OPEN)).one()
        return row[0], row[1]

    def crossing(self) -> tuple[int, int]:
        query = select(func.count(), func.count(cases.c.finished_at)).where(cases.c.crossing)
        row = self._connection.execute(query).one()
        return row[0], row[1]

    def overdue_now(self, now: datetime) -> dict[str, int]:
        query = select(cases.c.district, func.count().label("n")).where(_OPEN, cases.c.due_at < now)
        return {row.district or "unplaced": row.n for row in self._connection.execute(query.group_by(cases.c.district))}
