"""Proposals for orders, from outside alerts, in SQL."""

from datetime import datetime

from sqlalchemy import Column, Connection, Integer, String, Table, Text, UniqueConstraint, insert, or_, select, update

from operations.ports import Row
from storage.columns import Instant, Json
from storage.tables import metadata

KEY = ("sender", "identifier", "sent")  # what one message is known by

cap_proposals = Table(
    "cap_proposals",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("received_at", Instant, nullable=False, index=True),
    Column("sender", String(200), nullable=False),
    Column("identifier", String(200), nullable=False),
    Column("sent", Instant, nullable=False),
    Column("status", String(10), nullable=False),
    Column("event", Text, nullable=False),
    Column("severity", String(10), nullable=False),
    Column("expires", Instant),
    Column("rings", Json, nullable=False),
    Column("circles", Json, nullable=False),
    Column("posts", Json, nullable=False),
    Column("grade", Integer, nullable=False),
    Column("mode", String(8), nullable=False),
    Column("template", String(80)),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("order", String(24)),
    Column("settled_by", String(80)),
    Column("settled_at", Instant),
    UniqueConstraint(*KEY),
)


class SqlProposals:
    def __init__(self, connection: Connection):
        self._connection = connection

    def find(self, sender: str, identifier: str, sent: datetime) -> Row | None:
        return next((one for one in self.named(sender, identifier) if one["sent"] == sent), None)

    def named(self, sender: str, identifier: str) -> list[Row]:
        query = select(cap_proposals).where(cap_proposals.c.sender == sender, cap_proposals.c.identifier == identifier)
        return [
            dict(row)
            for row in self._connection.execute(query.order_by(cap_proposals.c.sent, cap_proposals.c.id)).mappings()
        ]

    def get(self, proposal_id: str) -> Row | None:
        query = select(cap_proposals).where(cap_proposals.c.id == proposal_id)
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row else None

    def add(self, proposal: Row) -> None:
        self._connection.execute(insert(cap_proposals).values(**proposal))

    def settle(self, proposal_id: str, state: str, *, by: str, at: datetime, order: str | None) -> None:
        change = update(cap_proposals).where(cap_proposals.c.id == proposal_id)
        self._connection.execute(change.values(state=state, settled_by=by, settled_at=at, order=order))

    def latest(self, limit: int, *, open_at: datetime | None) -> list[Row]:
        query = select(cap_proposals).order_by(cap_proposals.c.received_at.desc(), cap_proposals.c.id.desc())
        if open_at:
            runs = or_(cap_proposals.c.expires.is_(None), cap_proposals.c.expires > open_at)
            query = query.where(cap_proposals.c.state == "open", runs)
        return [dict(row) for row in self._connection.execute(query.limit(limit)).mappings()]
