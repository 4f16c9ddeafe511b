"""The editions of connections to business systems in SQL."""

from sqlalchemy import Boolean, Column, Connection, Integer, RowMapping, String, Table, Text, func, insert, select

from operations import connection_ports as asked
from storage.columns import Instant, Json
from storage.tables import metadata

connections = Table(
    "connections",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("every_s", Integer, nullable=False),
    Column("source", String(40)),
    Column("headers", Json, nullable=False),
    Column("mapping", Text, nullable=False),
    Column("stopped", Boolean, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("kind", String(8), nullable=False, server_default="json"),
)


class SqlConnections:
    def __init__(self, connection: Connection):
        self._connection = connection

    def newest(self) -> list[asked.Connection]:
        last = select(connections.c.name, func.max(connections.c.edition).label("edition"))
        last_ = last.group_by(connections.c.name).subquery()
        both = (connections.c.name == last_.c.name) & (connections.c.edition == last_.c.edition)
        query = select(connections).join(last_, both).order_by(connections.c.name)
        return [_to_connection(row) for row in self._connection.execute(query).mappings()]

    def editions(self, name: str) -> list[asked.Connection]:
        query = select(connections).where(connections.c.name == name).order_by(connections.c.edition.desc())
        return [_to_connection(row) for row in self._connection.execute(query).mappings()]

    def add(self, connection: asked.Connection) -> None:
        self._connection.execute(insert(connections).values(**vars(connection)))


def _to_connection(row: RowMapping) -> asked.Connection:
    return asked.Connection(**row)
