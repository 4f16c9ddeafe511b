"""Orders and their ledgers in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, insert, or_, select, tuple_, update

from domain.order import Answer, Grade, Kind, KnownBy, Line, LineState, Mode, Order, OrderState
from operations.ports import Row
from storage.grid import worker_lines
from storage.tables import order_lines, orders

_ORDER = tuple(field.name for field in fields(Order))
_LINE = tuple(field.name for field in fields(Line))
_LISTS, _MAPPINGS = ("answers", "checklist"), ("limits", "tiers", "wanted", "ladder")
_CHUNK = 400


class SqlOrders:
    def __init__(self, connection: Connection):
        self._connection = connection

    def get(self, order_id: str) -> Order | None:
        row = self._connection.execute(select(orders).where(orders.c.id == order_id)).mappings().first()
        return _to_order(row) if row else None

    def add(self, order: Order, lines: Sequence[Line]) -> None:
        self._connection.execute(insert(orders).values(_order_values(order)))
        self.add_lines(lines)

    def add_lines(self, lines: Sequence[Line]) -> None:
        self._connection.execute(insert(order_lines), [_line_values(line) for line in lines])

    def save(self, order: Order) -> None:
        self._connection.execute(update(orders).where(orders.c.id == order.id).values(_order_values(order)))

    def lines(self, order_id: str) -> list[Line]:
        query = select(order_lines).where(order_lines.c.order == order_id).order_by(order_lines.c.post)
        return [_to_line(row) for row in self._connection.execute(query).mappings()]

    def lines_of(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Line]:
        found: dict[tuple[str, str], Line] = {}
        for start in range(0, len(keys), _CHUNK):
            wanted = tuple_(order_lines.c.order, order_lines.c.post).in_(keys[start : start + _CHUNK])
            for row in self._connection.execute(select(order_lines).where(wanted)).mappings():
                found[(row["order"], row["post"])] = _to_line(row)
        return found

    def save_lines(self, lines: Sequence[Line]) -> None:
        if not lines:
            return
        where = and_(order_lines.c.order == bindparam("_order"), order_lines.c.post == bindparam("_post"))
        values = [_line_values(line) | {"_order": line.order, "_post": line.post} for line in lines]
        for value in values:
            del value["order"], value["post"]
        changed: dict[str, Any] = {name: bindparam(name) for name in _LINE if name not in ("order", "post")}
        self._connection.execute(update(order_lines).where(where).values(changed), values)

    def running(self) -> list[Order]:
        return self._orders(orders.c.state == OrderState.RUNNING, limit=1000)

    def latest(self, limit: int) -> list[Order]:
        return self._orders(None, limit=limit)

    def newest_for(self, post: str, since: datetime) -> list[Order]:
        mine = orders.c.id.in_(select(order_lines.c.order).where(order_lines.c.post == post))
        current = or_(orders.c.state == OrderState.RUNNING, orders.c.ended_at >= since)
        return self._orders(and_(mine, current), limit=50)

    def reach(self, template: str, limit: int) -> list[int]:
        return self._reach(orders.c.template == template, limit)

    def reach_from(self, root: str, limit: int) -> list[int]:
        live = and_(orders.c.mode == Mode.LIVE, orders.c.kind == Kind.ORDER)
        return self._reach(and_(orders.c.post == root, live), limit)

    def _reach(self, these: ColumnElement[bool], limit: int) -> list[int]:
        workers = select(func.count()).where(worker_lines.c.order == orders.c.id).scalar_subquery()
        query = select(orders.c.tiers, workers.label("workers")).where(these, orders.c.edition == 1)
        rows = self._connection.execute(query.order_by(orders.c.issued_at.desc()).limit(limit))
        return [sum(row.tiers.values()) + row.workers for row in rows]

    def district_delays(self, since: datetime) -> list[tuple[str, float]]:
        first = select(
            order_lines.c.post, order_lines.c.acknowledged_at.label("acknowledged_at"), orders.c.issued_at
        ).join(orders, orders.c.id == order_lines.c.order)
        wanted = first.where(
            orders.c.issued_at >= since,
            orders.c.mode == Mode.LIVE,
            orders.c.kind == Kind.ORDER,
            order_lines.c.tier == "district",
            order_lines.c.acknowledged_at.is_not(None),
        )
        rows = self._connection.execute(wanted)
        return [(row.post, (row.acknowledged_at - row.issued_at).total_seconds()) for row in rows]

    def issued_between(self, start: datetime, end: datetime) -> list[Order]:
        return self._orders(and_(orders.c.issued_at >= start, orders.c.issued_at < end), limit=200)

    def of_kind(self, kind: Kind, since: datetime) -> list[Order]:
        return self._orders(and_(orders.c.kind == kind, orders.c.issued_at >= since), limit=1000)

    def past(self, since: datetime, limit: int) -> list[tuple[Order, list[Line]]]:
        found = self._orders(orders.c.issued_at >= since, limit=limit)
        bare = [order_lines.c[name] for name in _LINE if name != "answers"]
        query = select(*bare).where(order_lines.c.order.in_([order.id for order in found])).order_by(order_lines.c.post)
        lines: dict[str, list[Line]] = {order.id: [] for order in found}
        for row in self._connection.execute(query).mappings():
            lines[row["order"]].append(Line(**dict(row) | {"state": LineState(row["state"])}))
        return [(order, lines[order.id]) for order in found]

    def overdue(self, now: datetime) -> list[Order]:
        """Running orders whose validity has run out."""
        return self._orders(and_(orders.c.state == OrderState.RUNNING, orders.c.valid_until <= now), limit=100)

    def tally(self, order_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """For each order, how many lines are in each state."""
        query = select(order_lines.c.order, order_lines.c.state, func.count().label("n"))
        query = query.where(order_lines.c.order.in_(order_ids)).group_by(order_lines.c.order, order_lines.c.state)
        found: dict[str, dict[str, int]] = {order_id: {} for order_id in order_ids}
        for row in self._connection.execute(query):
            found[row.order][row.state] = row.n
        return found

    def _orders(self, where: Any, *, limit: int) -> list[Order]:
        query = select(orders).order_by(orders.c.issued_at.desc(), orders.c.id.desc()).limit(limit)
        query = query if where is None else query.where(where)
        return [_to_order(row) for row in self._connection.execute(query).mappings()]


def _order_values(order: Order) -> Row:
    values = {name: getattr(order, name) for name in _ORDER}
    return values | {name: list(values[name]) for name in _LISTS} | {name: dict(values[name]) for name in _MAPPINGS}


def _to_order(row: RowMapping) -> Order:
    values = {name: row[name] for name in _ORDER}
    values["grade"], values["mode"] = Grade(row["grade"]), Mode(row["mode"])
    values["state"], values["kind"] = OrderState(row["state"]), Kind(row["kind"])
    values |= {name: tuple(row[name]) for name in _LISTS}
    return Order(**values)


def _line_values(line: Line) -> Row:
    values = {name: getattr(line, name) for name in _LINE}
    values["answers"] = [
        {
            "at": answer.at.isoformat(),
            "answer": answer.answer,
            "note": answer.note,
            "by": answer.by,
            "claimed_at": answer.claimed_at and answer.claimed_at.isoformat(),
            "place": answer.place and list(answer.place),
        }
        for answer in line.answers
    ]
    return values


def _to_line(row: RowMapping) -> Line:
    values = {name: row[name] for name in _LINE}
    values["state"] = LineState(row["state"])
    values["known_by"] = row["known_by"] and KnownBy(row["known_by"])
    values["answers"] = tuple(_to_answer(answer) for answer in row["answers"])
    return Line(**values)


def _to_answer(kept: Mapping[str, Any]) -> Answer:
    claimed, place = kept["claimed_at"], kept.get("place")
    return Answer(
        at=datetime.fromisoformat(kept["at"]),
        answer=kept["answer"],
        note=kept["note"],
        by=kept["by"],
        claimed_at=datetime.fromisoformat(claimed) if claimed else None,
        place=place and (place[0], place[1]),
    )
