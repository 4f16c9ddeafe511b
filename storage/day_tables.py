"""The tables of days: what the sources say of them, their rollups, and which are to be rolled up again."""

from sqlalchemy import Column, Index, Integer, String, Table

from storage.columns import Instant, Json, RowNumber
from storage.tables import metadata

# What the source systems themselves say of a day; beside our counts, never added to them.
daily_figures = Table(
    "daily_figures",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("measure", String(12), primary_key=True),
    Column("value", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

# One row for each local day and place in the city: dimension is all, source, district, township, category or
# district/category, and key names the one.
day_counts = Table(
    "day_counts",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("dimension", String(20), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("reported", Integer, nullable=False),
    Column("received", Integer, nullable=False),
    Column("filed", Integer, nullable=False),
    Column("finished", Integer, nullable=False),
    Column("due", Integer, nullable=False),
    Column("overdue", Integer, nullable=False),
    Index("ix_day_counts_dimension", "dimension", "day"),
)

# How long a stage took, for the cases that ended it on a day: histogram of domain.counting's buckets.
day_stages = Table(
    "day_stages",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("stage", String(12), primary_key=True),
    Column("district", String(40), primary_key=True),
    Column("histogram", Json, nullable=False),
)

# A mark for each change of a day, written in the transaction that changes it: two writers never wait for one row.
touched_days = Table(
    "touched_days",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("day", String(10), nullable=False, index=True),
)

rolled_days = Table(
    "rolled_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("rolled_at", Instant, nullable=False),
)
