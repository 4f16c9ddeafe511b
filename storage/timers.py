"""The timers of escalation, its steps and its notices, in SQL: they outlive every process."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain.order import OrderState
from domain.step import Notice, Step, What
from domain.timers import Timer, TimerKind, TimerState
from storage.columns import Instant
from storage.tables import metadata, orders

_WAITING = text("state = 'waiting'")

timers = Table(
    "timers",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("order", String(24), ForeignKey("orders.id"), nullable=False, index=True),
    Column("post", String(40), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("round", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(10), nullable=False, server_default="waiting"),
    Column("settled_at", Instant),
    Index("ix_timers_waiting", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

line_steps = Table(
    "line_steps",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("order", String(24), ForeignKey("orders.id"), nullable=False, index=True),
    Column("post", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(12), nullable=False),
    Column("why", String(20), nullable=False),
    Column("round", Integer, nullable=False),
    Column("rung", Integer),
    Column("whom", String(10), nullable=False),
    Column("to", String(40), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("person", String(24)),
    Column("name", Text, nullable=False),
    Column("phone", String(40), nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("late_s", Float, nullable=False),
    Column("n", Integer, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("post", String(40), nullable=False),
    Column("order", String(24), ForeignKey("orders.id"), nullable=False),
    Column("key", String(20), nullable=False),
    Column("about", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant),
    Index("ix_notices_post", "post", "order"),
)

TABLES = (timers, line_steps, notices)
_TIMER, _STEP = tuple(field.name for field in fields(Timer)), tuple(field.name for field in fields(Step))
_CHUNK = 400


class SqlTimers:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, timers_: Sequence[Timer]) -> None:
        self._new(timers, [vars(timer) for timer in timers_])

    def next_due(self) -> datetime | None:
        query = select(timers.c.due_at).where(timers.c.state == TimerState.WAITING).order_by(timers.c.due_at).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def take(self, now: datetime, limit: int) -> list[Timer]:
        return self._waiting(timers.c.due_at <= now, limit=limit)

    def waiting(self, order_id: str, post: str) -> list[Timer]:
        return self._waiting(timers.c.order == order_id, timers.c.post == post, limit=_CHUNK)

    def _waiting(self, *where: ColumnElement[bool], limit: int) -> list[Timer]:
        query = select(*(timers.c[name] for name in _TIMER)).where(timers.c.state == TimerState.WAITING, *where)
        query = query.order_by(timers.c.due_at, timers.c.id).limit(limit).with_for_update(skip_locked=True)
        return [_timer(row) for row in self._connection.execute(query).mappings()]

    def settle(self, ids: Sequence[str], state: TimerState, at: datetime) -> None:
        for chunk in _chunks(ids):
            change = update(timers).where(timers.c.id.in_(chunk)).values(state=state, settled_at=at)
            self._connection.execute(change)

    def drop(self, order_id: str, at: datetime) -> None:
        mine = (timers.c.order == order_id) & (timers.c.state == TimerState.WAITING)
        self._connection.execute(update(timers).where(mine).values(state=TimerState.DROPPED, settled_at=at))

    def counts(self, order_id: str) -> dict[str, int]:
        query = select(timers.c.state, func.count()).where(timers.c.order == order_id).group_by(timers.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def add_steps(self, steps: Sequence[Step]) -> list[Step]:
        new = self._new(line_steps, [vars(step) for step in steps])
        return [step for step in steps if step.id in new]

    def steps(self, order_id: str) -> list[Step]:
        query = select(line_steps).where(line_steps.c.order == order_id).order_by(line_steps.c.at, line_steps.c.id)
        return [_step(row) for row in self._connection.execute(query).mappings()]

    def add_notices(self, notices_: Sequence[Notice]) -> list[Notice]:
        new = self._new(notices, [vars(one) for one in notices_])
        return [notice for notice in notices_ if notice.id in new]

    def notices(self, post: str, now: datetime) -> list[Notice]:
        running = select(orders.c.id).where(orders.c.state == OrderState.RUNNING)
        shown = or_(notices.c.order.in_(running), notices.c.until > now)
        query = select(notices).where(notices.c.post == post, shown)
        rows = self._connection.execute(query.order_by(notices.c.at, notices.c.id)).mappings()
        return [Notice(**row) for row in rows]

    def _new(self, table: Table, values: Sequence[dict[str, Any]]) -> set[str]:
        """Insert the rows whose id is not there; the ids inserted."""
        ids = [one["id"] for one in values]
        known = {key for chunk in _chunks(ids) for key in self._connection.execute(_ids(table, chunk)).scalars()}
        new = {one["id"]: one for one in values if one["id"] not in known}
        if new:
            dialect: Any = postgresql if self._connection.dialect.name == "postgresql" else sqlite
            made = dialect.insert(table).on_conflict_do_nothing(index_elements=["id"])
            self._connection.execute(made, list(new.values()))
        return set(new)


def _ids(table: Table, chunk: Sequence[str]) -> Select[Any]:
    return select(table.c.id).where(table.c.id.in_(chunk))


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def _timer(row: Any) -> Timer:
    return Timer(**{name: row[name] for name in _TIMER} | {"kind": TimerKind(row["kind"])})


def _step(row: Any) -> Step:
    return Step(**{name: row[name] for name in _STEP} | {"what": What(row["what"])})
