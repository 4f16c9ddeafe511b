"""Messages over outside channels in SQL: written once, claimed by one caller, saved with what came of the call."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.delivery import Channel, Delivery, DeliveryState, reference
from domain.order import OrderState
from domain.quiet import Why
from operations.ports import Row
from storage.delivery_tables import addresses, channel_health, deliveries
from storage.tables import order_lines, orders

_NAMES = tuple(field.name for field in fields(Delivery))
_CHUNK = 400
_LEFT = (DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.DIALLED, DeliveryState.RINGING)
_LEFT_OR_ARRIVED = (*_LEFT, DeliveryState.DELIVERED)
_WAITING = deliveries.c.state == DeliveryState.WAITING


class SqlDeliveries:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, wanted: Sequence[Delivery]) -> list[Delivery]:
        known = self._known([one.id for one in wanted])
        new = list({one.id: one for one in wanted if one.id not in known}.values())
        if new:
            self._connection.execute(insert(deliveries), [_values(one) | {"ref": reference(one.id)} for one in new])
        return new

    def _known(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(ids), _CHUNK):
            query = select(deliveries.c.id).where(deliveries.c.id.in_(ids[start : start + _CHUNK]))
            found.update(self._connection.execute(query).scalars())
        return found

    def get_many(self, ids: Sequence[str]) -> dict[str, Delivery]:
        found: list[Delivery] = []
        for start in range(0, len(ids), _CHUNK):
            these = deliveries.c.id.in_(ids[start : start + _CHUNK])
            found += self._many(select(deliveries).where(these).order_by(deliveries.c.id).with_for_update())
        return {one.id: one for one in found}

    def by_ref(self, ref: str) -> Delivery | None:
        found = self._many(select(deliveries).where(deliveries.c.ref == ref).with_for_update())
        return found[0] if found else None

    def of_order(self, order_id: str) -> list[Delivery]:
        return self._many(select(deliveries).where(deliveries.c.order == order_id).order_by(deliveries.c.id))

    def save(self, changed: Sequence[Delivery]) -> None:
        self._write(changed, {"claimed_by": None})

    def tell(self, delivery: Delivery) -> None:
        self._write([delivery], {})

    def _write(self, changed: Sequence[Delivery], more: dict[str, Any]) -> None:
        if not changed:
            return
        names = [name for name in _NAMES if name != "id"]
        values = [_values(one) | {"_id": one.id} for one in changed]
        for value in values:
            del value["id"]
        settled: dict[str, Any] = {name: bindparam(name) for name in names} | more
        self._connection.execute(update(deliveries).where(deliveries.c.id == bindparam("_id")).values(settled), values)

    def tally(self, order_id: str) -> tuple[dict[str, dict[str, int]], int]:
        n, changes = func.count().label("n"), func.sum(deliveries.c.version).label("changes")
        query = select(deliveries.c.channel, deliveries.c.state, n, changes).where(deliveries.c.order == order_id)
        found: dict[str, dict[str, int]] = {}
        version = 0
        for row in self._connection.execute(query.group_by(deliveries.c.channel, deliveries.c.state)):
            found.setdefault(row.channel, {})[row.state] = row.n
            version += int(row.changes)
        return found, version

    def is_due(self, channel: Channel, now: datetime) -> bool:
        return self._connection.execute(select(deliveries.c.id).where(_due(channel, now)).limit(1)).first() is not None

    def claim(self, channel: Channel, now: datetime, *, limit: int, holder: str) -> list[Delivery]:
        query = (
            select(deliveries)
            .where(_due(channel, now))
            .order_by(deliveries.c.lane, deliveries.c.wanted_at, deliveries.c.id)
        )
        found = self._many(query.limit(limit).with_for_update(skip_locked=True))
        values = {"claimed_by": holder, "tried_at": now, "attempts": deliveries.c.attempts + 1}
        self._change([one.id for one in found], values)
        return [replace(one, attempts=one.attempts + 1) for one in found]

    def orphans(self, channel: Channel, holder: str) -> list[Delivery]:
        mine = and_(_WAITING, deliveries.c.channel == channel, deliveries.c.claimed_by != holder)
        return self._many(select(deliveries).where(mine))

    def waiting(self) -> list[Delivery]:
        return self._many(select(deliveries).where(_WAITING).order_by(deliveries.c.id))

    def release(self, claimed: Sequence[Delivery]) -> None:
        self._change([one.id for one in claimed], {"claimed_by": None, "bundled_into": None})

    def told_since(self, channel: Channel, people: Sequence[str], since: datetime) -> list[tuple[str, str, datetime]]:
        c = deliveries.c
        on_the_way = and_(_WAITING, c.claimed_by.is_not(None), c.bundled_into.is_(None))
        query = select(c.person, c.id, func.coalesce(c.left_at, c.tried_at).label("at")).where(c.channel == channel)
        found: list[tuple[str, str, datetime]] = []
        for start in range(0, len(people), _CHUNK):
            mine = query.where(c.person.in_(people[start : start + _CHUNK]), or_(c.left_at > since, on_the_way))
            found += [(row.person, row.id, row.at) for row in self._connection.execute(mine)]
        return found

    def held_for(self, channel: Channel, people: Sequence[str]) -> list[Delivery]:
        c, found = deliveries.c, list[Delivery]()
        for start in range(0, len(people), _CHUNK):
            mine = and_(c.channel == channel, c.person.in_(people[start : start + _CHUNK]))
            query = select(deliveries).where(mine, _WAITING, c.claimed_by.is_(None), c.outcome.in_(list(Why)))
            found += self._many(query.order_by(c.lane, c.wanted_at, c.id).with_for_update())
        return found

    def bundle(self, some: Sequence[Delivery], *, into: str, holder: str) -> None:
        self._change([one.id for one in some], {"claimed_by": holder, "bundled_into": into})

    def bundled_into(self, carriers: Sequence[str]) -> list[Delivery]:
        found: list[Delivery] = []
        for start in range(0, len(carriers), _CHUNK):
            query = select(deliveries).where(deliveries.c.bundled_into.in_(carriers[start : start + _CHUNK]))
            found += self._many(query.order_by(deliveries.c.id).with_for_update())
        return found

    def awaiting(self, channel: Channel, since: datetime, *, now: datetime, limit: int) -> list[Delivery]:
        further = _LEFT_OR_ARRIVED if channel is Channel.VOICE else _LEFT  # somebody who answered may still key a digit
        left = and_(deliveries.c.state.in_(further), deliveries.c.channel == channel)
        query = select(deliveries).where(left, deliveries.c.wanted_at >= since)
        found = self._many(query.order_by(deliveries.c.tried_at.nulls_first()).limit(limit))
        self._change([one.id for one in found], {"tried_at": now})
        return found

    def over(self, limit: int, *, lane: int) -> list[tuple[Delivery, str]]:
        ended, mine = orders.c.state != OrderState.RUNNING, deliveries.c.claimed_by.is_(None)
        confirmed = and_(deliveries.c.lane == lane, order_lines.c.acknowledged_at > deliveries.c.wanted_at)
        line = and_(order_lines.c.order == deliveries.c.order, order_lines.c.post == deliveries.c.post)
        joined = deliveries.join(orders, orders.c.id == deliveries.c.order).outerjoin(order_lines, line)
        query = select(deliveries, ended.label("has_ended")).select_from(joined)
        query = query.where(_WAITING, mine, or_(ended, confirmed)).limit(limit)
        rows = self._connection.execute(query).mappings()
        return [(_to_delivery(row), "ended" if row["has_ended"] else "confirmed") for row in rows]

    def addresses(self, people: Sequence[str]) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for start in range(0, len(people), _CHUNK):
            query = select(addresses).where(addresses.c.person.in_(people[start : start + _CHUNK]))
            found |= {(row.person, row.kind): row.address for row in self._connection.execute(query)}
        return found

    def set_address(self, person: str, kind: str, address: str) -> None:
        this = and_(addresses.c.person == person, addresses.c.kind == kind)
        if not self._connection.execute(update(addresses).where(this).values(address=address)).rowcount:
            self._connection.execute(insert(addresses).values(person=person, kind=kind, address=address))

    def forget_addresses(self, person: str) -> None:
        self._connection.execute(delete(addresses).where(addresses.c.person == person))

    def note(self, channel: Channel, at: datetime, state: DeliveryState, words: str) -> None:
        values: Row = {"last_success_at": at}
        if state in (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.WAITING):
            values = {"last_failure_at": at, "last_failure": words}
        this = channel_health.c.channel == channel
        if not self._connection.execute(update(channel_health).where(this).values(values)).rowcount:
            self._connection.execute(insert(channel_health).values({"channel": str(channel)} | values))

    def health(self) -> dict[str, Row]:
        found: dict[str, Row] = {
            row["channel"]: dict(row) for row in self._connection.execute(select(channel_health)).mappings()
        }
        oldest = func.min(deliveries.c.wanted_at).label("oldest")
        query = select(deliveries.c.channel, func.count().label("waiting"), oldest).where(_WAITING)
        for row in self._connection.execute(query.group_by(deliveries.c.channel)).mappings():
            found.setdefault(row["channel"], {"channel": row["channel"]}).update(row)
        return found

    def tries(self, channel: Channel, since: datetime) -> int:
        query = select(func.count()).where(deliveries.c.channel == channel, deliveries.c.tried_at >= since)
        n: int = self._connection.execute(query).scalar_one()
        return n

    def _change(self, ids: Sequence[str], values: Row) -> None:
        for start in range(0, len(ids), _CHUNK):
            these = deliveries.c.id.in_(ids[start : start + _CHUNK])
            self._connection.execute(update(deliveries).where(these).values(values))

    def _many(self, query: Select[Any]) -> list[Delivery]:
        return [_to_delivery(row) for row in self._connection.execute(query).mappings()]


def _due(channel: Channel, now: datetime) -> ColumnElement[bool]:
    free = and_(_WAITING, deliveries.c.channel == channel, deliveries.c.claimed_by.is_(None))
    return and_(free, or_(deliveries.c.next_at.is_(None), deliveries.c.next_at <= now))


def _values(delivery: Delivery) -> Row:
    times = {state: at.isoformat() for state, at in delivery.times.items()}
    return {name: getattr(delivery, name) for name in _NAMES} | {"times": times}


def _to_delivery(row: RowMapping) -> Delivery:
    values = {name: row[name] for name in _NAMES}
    values["channel"], values["state"] = Channel(row["channel"]), DeliveryState(row["state"])
    values["times"] = {state: datetime.fromisoformat(at) for state, at in row["times"].items()}
    return Delivery(**values)
