"""The tables of the roster. Entries are ended and replaced, never rewritten: every past minute has its answer."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from storage.columns import Instant, Json
from storage.tables import metadata

# People are kept as [id, name]: who was on duty can be told after the person has left the list.
roster_rotations = Table(
    "roster_rotations",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("post", String(40), nullable=False),
    Column("duty", String(10), nullable=False),
    Column("layer", Integer, nullable=False),
    Column("people", Json, nullable=False),
    Column("shift_hours", Integer, nullable=False),
    Column("handover", String(5), nullable=False),
    Column("starts_on", String(10), nullable=False),
    Column("day_kinds", Json, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(80), nullable=False),
    Index("ix_roster_rotations_post", "post", "valid_to"),
)

roster_overrides = Table(
    "roster_overrides",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("post", String(40), nullable=False),
    Column("duty", String(10), nullable=False),
    Column("person", Json, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(80), nullable=False),
    Index("ix_roster_overrides_post", "post", "ends_at"),
)

roster_swaps = Table(
    "roster_swaps",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("post", String(40), nullable=False),
    Column("duty", String(10), nullable=False),
    Column("first", Json, nullable=False),
    Column("second", Json, nullable=False),
    Column("first_starts", Instant, nullable=False),
    Column("first_ends", Instant, nullable=False),
    Column("second_starts", Instant, nullable=False),
    Column("second_ends", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("settled", String(10)),
    Column("valid_from", Instant),
    Column("valid_to", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(80), nullable=False),
    Index("ix_roster_swaps_post", "post", "asked_at"),
)

# When somebody last answered this number; another number of the same person is another one.
contact_checks = Table(
    "contact_checks",
    metadata,
    Column("person", String(24), primary_key=True),
    Column("phone", String(40), nullable=False),
    Column("verified_at", Instant, nullable=False),
    Column("verified_by", String(80), nullable=False),
)
