"""Requests for orders that wait for a second person, and the ticked steps of checklists, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, Text, and_, delete, insert, select, update

from operations.ports import Row
from storage.columns import Instant, Json
from storage.tables import metadata

order_requests = Table(
    "order_requests",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("action", String(10), nullable=False),
    Column("order", String(24)),
    Column("asked", Json, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("grade", Integer, nullable=False),
    Column("mode", String(8), nullable=False),
    Column("targets", Integer, nullable=False),
    Column("tiers", Json, nullable=False),
    Column("wide", Boolean, nullable=False),
    Column("by", String(80), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("by_role", String(20), nullable=False),
    Column("by_known", String(10), nullable=False),
    Column("root", String(40), nullable=False),
    Column("asked_at", Instant, nullable=False, index=True),
    Column("override_from", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("settled_at", Instant),
    Column("settled_by", String(80)),
    Column("settled_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made", String(24)),
    Column("version", Integer, nullable=False),
)

order_steps = Table(
    "order_steps",
    metadata,
    Column("order", String(24), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("done_at", Instant),
    Column("by", Text, nullable=False),
    Column("version", Integer, nullable=False),
)


class SqlOrderRequests:
    def __init__(self, connection: Connection):
        self._connection = connection

    def get(self, request_id: str) -> Row | None:
        return next(iter(self._rows(order_requests.c.id == request_id)), None)

    def add(self, request: Row) -> None:
        self._connection.execute(insert(order_requests).values(**request))

    def settle(self, request_id: str, state: str, at: datetime, **said: Any) -> bool:
        still = and_(order_requests.c.id == request_id, order_requests.c.state == "waiting")
        ends = {"state": state, "settled_at": at, "version": order_requests.c.version + 1}
        return self._connection.execute(update(order_requests).where(still).values(**ends, **said)).rowcount == 1

    def lead_to(self, request_id: str, order: str) -> None:
        ends = {"made": order, "version": order_requests.c.version + 1}
        self._connection.execute(update(order_requests).where(order_requests.c.id == request_id).values(**ends))

    def waiting(self) -> Sequence[Row]:
        return list(reversed(self._rows(order_requests.c.state == "waiting")))

    def latest(self, limit: int) -> Sequence[Row]:
        return self._rows(order_requests.c.id.is_not(None), limit)

    def overdue(self, now: datetime) -> Sequence[Row]:
        return self._rows(and_(order_requests.c.state == "waiting", order_requests.c.expires_at <= now))

    def _rows(self, where: Any, limit: int = 200) -> Sequence[Row]:
        newest = (order_requests.c.asked_at.desc(), order_requests.c.id.desc())
        query = select(order_requests).where(where).order_by(*newest).limit(limit)
        return [dict(row) for row in self._connection.execute(query).mappings()]


class SqlOrderSteps:
    def __init__(self, connection: Connection):
        self._connection = connection

    def of(self, order_id: str) -> Sequence[Row]:
        query = select(order_steps).where(order_steps.c.order == order_id).order_by(order_steps.c.n)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def put(self, step: Row) -> None:
        same = and_(order_steps.c.order == step["order"], order_steps.c.n == step["n"])
        self._connection.execute(delete(order_steps).where(same))
        self._connection.execute(insert(order_steps).values(**step))
