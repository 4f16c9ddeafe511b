"""The editions of contingency plans in SQL: one row each, never changed."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Integer, String, Table, Text, and_, func, insert, select

from operations.ports import Row
from storage.columns import Instant, Json
from storage.tables import metadata

plan_editions = Table(
    "plan_editions",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", String(12), nullable=False),
    Column("body", Json),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(80), nullable=False),
    Column("saved_name", Text, nullable=False),
)


class SqlPlans:
    def __init__(self, connection: Connection):
        self._connection = connection

    def newest(self, key: str) -> Row | None:
        return next(iter(self.editions(key, limit=1)), None)

    def newest_of_all(self) -> Sequence[Row]:
        last = select(plan_editions.c.key, func.max(plan_editions.c.version).label("version"))
        newest = last.group_by(plan_editions.c.key).subquery()
        same = and_(plan_editions.c.key == newest.c.key, plan_editions.c.version == newest.c.version)
        query = select(plan_editions).join(newest, same).order_by(plan_editions.c.key)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def editions(self, key: str, limit: int = 200) -> Sequence[Row]:
        query = select(plan_editions).where(plan_editions.c.key == key).order_by(plan_editions.c.version.desc())
        return [dict(row) for row in self._connection.execute(query.limit(limit)).mappings()]

    def add(self, edition: Row) -> None:
        self._connection.execute(insert(plan_editions).values(**edition))
