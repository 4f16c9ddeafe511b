"""Brings a database to the newest version of its tables."""

from datetime import UTC, date, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.columns import microseconds
from storage.database import Database

_HERE = Path(__file__).parent / "migrations"
_MONTHS_BACK, _MONTHS_AHEAD = 14, 3


def upgrade(database: Database, today: date | None = None) -> None:
    """Run the versions that are missing, and on PostgreSQL make the months' partitions around `today`."""
    with database.engine.begin() as connection:
        command.upgrade(configuration(connection), "head")
    prepare_months(database, today)


def configuration(connection: Connection) -> Config:
    """Where the versions are, and the connection that they run on."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config


def prepare_months(database: Database, today: date | None = None) -> None:
    """On PostgreSQL, the partitions of the months around `today`; nothing elsewhere. The worker asks once a day."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            prepare_months_in(connection, today)


def prepare_months_in(connection: Connection, today: date | None = None) -> None:
    """The same in a transaction that is under way."""
    make_partitions(connection, today or datetime.now(UTC).date())


def is_known(revision: str) -> bool:
    """Whether this program has the version of the tables, so that it can bring them to its own."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return revision in {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}


def make_partitions(connection: Connection, today: date) -> None:
    """A partition for each month; rows outside them go to the default one, and move when their month is made."""
    for offset in range(-_MONTHS_BACK, _MONTHS_AHEAD + 1):
        first, last = _month(today, offset), _month(today, offset + 1)
        name = f"cases_{first:%Y_%m}"
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar_one() is None:
            _make_partition(connection, name, _start(first), _start(last))


def _make_partition(connection: Connection, name: str, first: int, last: int) -> None:
    """PostgreSQL refuses a partition whose rows lie in the default one: they move before it is attached."""
    mine = f"reported_at >= {first} AND reported_at < {last}"
    connection.execute(text(f"CREATE TABLE {name} (LIKE cases INCLUDING DEFAULTS)"))
    moved = f"DELETE FROM cases_other WHERE {mine} RETURNING *"
    connection.execute(text(f"WITH moved AS ({moved}) INSERT INTO {name} SELECT * FROM moved"))
    connection.execute(text(f"ALTER TABLE cases ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({last})"))


def _month(day: date, offset: int) -> date:
    months = day.year * 12 + day.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)


def _start(day: date) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
