"""Brings a database to the newest version of its tables."""

from datetime import UTC, date, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.columns import microseconds
from storage.database import Database

_HERE = Path(__file__).parent / "migrations"
_MONTHS_BACK, _MONTHS_AHEAD = 14, 3


def upgrade(database: Database, today: date | None = None) -> None:
    """Run the versions that are missing, and on PostgreSQL make the months' partitions around `today`."""
    with database.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(_HERE))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.dialect.name == "postgresql":
            make_partitions(connection, today or datetime.now(UTC).date())


def make_partitions(connection: Connection, today: date) -> None:
    """A partition for each month; rows outside them go to the default one."""
    for offset in range(-_MONTHS_BACK, _MONTHS_AHEAD + 1):
        first, last = _month(today, offset), _month(today, offset + 1)
        edges = f"FROM ({_start(first)}) TO ({_start(last)})"
        name = f"cases_{first:%Y_%m}"
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF cases FOR VALUES {edges}"))


def _month(day: date, offset: int) -> date:
    months = day.year * 12 + day.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)


def _start(day: date) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
