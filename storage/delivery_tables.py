"""The tables of messages over outside channels, of addresses besides the telephone, and of the channels' health."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from storage.columns import Instant, Json
from storage.tables import metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("ref", String(24), nullable=False, unique=True),
    Column("order", String(24), nullable=False),
    Column("post", String(40), nullable=False),
    Column("person", String(80)),
    Column("channel", String(10), nullable=False),
    Column("address", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("wanted_at", Instant, nullable=False),
    Column("next_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("times", Json, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("claimed_by", String(120)),
    Column("left_at", Instant),
    Column("bundled_into", String(200)),
    Column("tried_at", Instant),  # when the last call went out, or the callee was last asked what became of it
    Index("ix_deliveries_order", "order", "channel", "state", "version"),  # the tally reads nothing else
    Index(
        "ix_deliveries_waiting",
        "channel",
        "lane",
        "wanted_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_deliveries_person", "channel", "person", "left_at"),
    Index(
        "ix_deliveries_bundled",
        "bundled_into",
        sqlite_where=text("bundled_into IS NOT NULL"),
        postgresql_where=text("bundled_into IS NOT NULL"),
    ),
    Index("ix_deliveries_tried", "channel", "state", "tried_at"),
)

addresses = Table(
    "addresses",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("address", Text, nullable=False),
)

channel_health = Table(
    "channel_health",
    metadata,
    Column("channel", String(10), primary_key=True),
    Column("last_success_at", Instant),
    Column("last_failure_at", Instant),
    Column("last_failure", Text, nullable=False, server_default=""),
)

TABLES = (deliveries, addresses, channel_health)
