"""The tables of what happened. Accounts have a module of their own; both share this metadata."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from storage.columns import Instant, Json, RowNumber

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The report time is part of the key because PostgreSQL splits the table by month of report.
cases = Table(
    "cases",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("reported_at", Instant, primary_key=True),
    Column("no", String(40), nullable=False),
    Column("source", String(40), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("category", String(80)),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("urgency", String(10), nullable=False),
    Column("district", String(40)),
    Column("township", String(40)),
    Column("lon", Float),
    Column("lat", Float),
    Column("placed_by", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    Column("unit", String(40)),
    Column("unit_reason", Text, nullable=False),
    Column("filed_by", String(10)),
    Column("entered_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("filed_at", Instant),
    Column("assigned_at", Instant),
    Column("finished_at", Instant),
    Column("closed_at", Instant),
    Column("due_at", Instant),
    Column("tags", Json, nullable=False),
    Column("cross", Json),
    Column("non_police", Boolean, nullable=False),  # as the tags and the flag say, for counting
    Column("crossing", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_cases_reported", "reported_at", "source", "district", "category"),
    Index("ix_cases_received", "received_at", "source", "district"),
    Index("ix_cases_filed", "filed_at", "source", "district", "filed_by", "reported_at"),
    Index("ix_cases_finished", "finished_at", "source", "district"),
    Index(
        "ix_cases_non_police",
        "reported_at",
        "finished_at",
        sqlite_where=text("non_police = 1"),  # as SQLAlchemy asks: SQLite takes no other spelling of it
        postgresql_where=text("non_police"),
    ),
    Index(
        "ix_cases_crossing",
        "reported_at",
        "finished_at",
        sqlite_where=text("crossing = 1"),
        postgresql_where=text("crossing"),
    ),
    Index("ix_cases_due", "due_at", "district", "finished_at", "closed_at"),
    Index(
        "ix_cases_open",
        "finished_at",  # always null here, and so is the next: equal columns first, or SQLite's planner passes it over
        "closed_at",
        "filed_at",
        "district",
        "due_at",
        sqlite_where=text("filed_at IS NOT NULL AND finished_at IS NULL AND closed_at IS NULL"),
        postgresql_where=text("filed_at IS NOT NULL AND finished_at IS NULL AND closed_at IS NULL"),
    ),
    Index(
        "ix_cases_urgent",
        "urgency",
        "reported_at",
        sqlite_where=text("urgency IN ('high', 'critical') AND closed_at IS NULL"),
        postgresql_where=text("urgency IN ('high', 'critical') AND closed_at IS NULL"),
    ),
    postgresql_partition_by="RANGE (reported_at)",
)

# Which report became which case, and the digest of what was said last: the key that makes intake idempotent.
case_keys = Table(
    "case_keys",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("external_id", String(200), primary_key=True),
    Column("case_id", String(24), nullable=False),
    Column("digest", String(32), nullable=False),
)

# Reporter and raw payload, apart from the case so that no list, export or log can pick them up by accident.
case_private = Table(
    "case_private",
    metadata,
    Column("case_id", String(24), primary_key=True),
    Column("reporter", Json, nullable=False),
    Column("raw", Text, nullable=False),
)

case_history = Table(
    "case_history",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("case_id", String(24), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("step", String(20), nullable=False),
    Column("before", String(12)),
    Column("after", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changes", Json, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("no", String(20), nullable=False, unique=True),
    Column("chain", String(24), nullable=False, index=True),
    Column("edition", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("grade", Integer, nullable=False),
    Column("mode", String(8), nullable=False),
    Column("issued_at", Instant, nullable=False, index=True),
    Column("valid_until", Instant, nullable=False),
    Column("issued_by", String(80), nullable=False),
    Column("signer", Text, nullable=False),
    Column("post", String(40), nullable=False),
    Column("limits", Json, nullable=False),
    Column("answers", Json, nullable=False),
    Column("ground", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("template", String(80)),
    Column("references", String(24)),
    Column("superseded_by", String(24)),
    Column("state", String(12), nullable=False, index=True),
    Column("ended_at", Instant),
    Column("reason", Text, nullable=False),
    Column("tiers", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False, server_default="order"),
    Column("completes", String(20), nullable=False, server_default="received"),
    Column("wanted", Json, nullable=False, server_default="{}"),
    Column("ladder", Json, nullable=False, server_default="{}"),
    Column("checklist", Json, nullable=False, server_default="[]"),
    Column("plan_version", Integer),
    Column("second", Text),
    Column("override", Text, nullable=False, server_default=""),
    Column("meeting", Text, nullable=False, server_default=""),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order", String(24), ForeignKey("orders.id"), primary_key=True),
    Column("post", String(40), primary_key=True, index=True),
    Column("tier", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("delivered_at", Instant),
    Column("read_at", Instant),
    Column("acknowledged_at", Instant),
    Column("by", Text),
    Column("known_by", String(10)),
    Column("answers", Json, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("overdue_at", Instant),
)

people = Table(
    "people",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("post", String(40), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("duty", String(20), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("pin_hash", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("rooms", Json, nullable=False),
    Column("rows", Json, nullable=False),
    Column("counts", Json, nullable=False),
    Column("taken_at", Instant),
    Index("ix_outbox_waiting", "id", sqlite_where=text("taken_at IS NULL"), postgresql_where=text("taken_at IS NULL")),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("until", Instant, nullable=False),
)

job_runs = Table(
    "job_runs",
    metadata,
    Column("job", String(60), primary_key=True),
    Column("fire_time", Instant, primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text),
)

sequences = Table(
    "sequences",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Integer, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("device_class", String(20), primary_key=True),
    Column("id", String(80), primary_key=True),
    Column("bit", Integer, nullable=False),
    Column("district", String(40)),
    Index("uq_devices_bit", "device_class", "bit", unique=True),
)

# One bitmap for each slot instead of one row for each device and minute; slot 0 holds everything ever heard.
liveness_slots = Table(
    "liveness_slots",
    metadata,
    Column("device_class", String(20), primary_key=True),
    Column("slot", RowNumber, primary_key=True, autoincrement=False),
    Column("heard", LargeBinary, nullable=False),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("field", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("settled", String(12)),
    Column("form", String(12), nullable=False, server_default="report"),
    Column("feed", String(60), nullable=False, server_default=""),
)

intake_counts = Table(
    "intake_counts",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("outcome", String(12), primary_key=True),
    Column("n", Integer, nullable=False),
)

city_clock = Table(
    "city_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("real_base", Instant, nullable=False),
    Column("city_base", Instant, nullable=False),
    Column("speed", Float, nullable=False),
)

APPEND_ONLY = ("case_history",)
