"""The tables of who may come in and of what they did. Secrets are kept as digests only."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.columns import Instant, Json, RowNumber
from storage.tables import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("name_key", String(80), nullable=False, unique=True),  # the name as it is compared: case and width folded
    Column("display_name", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("post", String(40)),
    Column("dispatch_root", String(40)),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),  # the password is a one-time one
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(80), nullable=False),
)

# One row for each try that has not succeeded; a success takes the name's rows away.
login_failures = Table(
    "login_failures",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("name_key", String(80), nullable=False),
    Column("address", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_login_failures_name", "name_key", "at"),
    Index("ix_login_failures_address", "address", "at"),
    Index("ix_login_failures_at", "at"),
)

# The same for the PINs of the posts' people, which a terminal is given in place of a login.
wrong_pins = Table(
    "wrong_pins",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("person", String(24), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_wrong_pins_person", "person", "at"),
    Index("ix_wrong_pins_at", "at"),
)

device_tokens = Table(
    "device_tokens",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("role", String(20), nullable=False),  # wall or post
    Column("post", String(40)),
    Column("secret_digest", String(64), nullable=False, unique=True),
    Column("bound_at", Instant),  # first use: from then on only the device's own cookie counts
    Column("bound_to", String(20)),  # "browser" or "program"
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("revoked_at", Instant),
)

# Of a person (account) or of a device (token), never of both.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("secret_digest", String(64), nullable=False, unique=True),
    Column("account", String(24), ForeignKey("accounts.id"), index=True),
    Column("token", String(24), ForeignKey("device_tokens.id"), index=True),
    Column("address", String(80), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_why", String(40)),
    Index("ix_sessions_running", "ended_at", "seen_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("name", String(80), nullable=False, index=True),  # keys of one name take turns: at most two are valid
    Column("secret_digest", String(64), nullable=False, unique=True),
    Column("permissions", Json, nullable=False),
    Column("sources", Json, nullable=False),
    Column("posts", Json, nullable=False),
    Column("dispatch_root", String(40)),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String(80), nullable=False, index=True),
    Column("actor_name", Text, nullable=False),
    Column("known_by", String(10), nullable=False),
    Column("verb", String(60), nullable=False, index=True),
    Column("about", Text, nullable=False),
    Column("detail", Json, nullable=False),
)

# Each seal is the digest of an entry and of the seal before it: whoever changes an entry must change all that follow.
audit_seals = Table(
    "audit_seals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("entry", RowNumber, ForeignKey("audit.id"), nullable=False, unique=True),
    Column("seal", String(64), nullable=False),
)

APPEND_ONLY = ("audit", "audit_seals")
