"""The throws of the switch between peace and war, in SQL: the newest one holds."""

from sqlalchemy import Column, Connection, Integer, RowMapping, String, Table, Text, insert, select

from domain.readiness import Condition
from operations.readiness_ports import Switch
from storage.columns import Instant
from storage.tables import metadata

# The version is the key: of two throws after the same one, the database takes one.
readiness_switches = Table(
    "readiness_switches",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("condition", String(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
)


class SqlReadiness:
    def __init__(self, connection: Connection):
        self._connection = connection

    def newest(self) -> Switch | None:
        return next(iter(self.latest(1)), None)

    def add(self, switch: Switch) -> None:
        values = {column.name: getattr(switch, column.name) for column in readiness_switches.columns}
        self._connection.execute(insert(readiness_switches).values(values))

    def latest(self, limit: int) -> list[Switch]:
        query = select(readiness_switches).order_by(readiness_switches.c.version.desc()).limit(limit)
        return [_switch(row) for row in self._connection.execute(query).mappings()]


def _switch(row: RowMapping) -> Switch:
    return Switch(**dict(row) | {"condition": Condition(row["condition"])})
