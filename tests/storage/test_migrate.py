"""The versions lead to the tables that the code means, on a fresh database and on one that is already there."""

from datetime import date

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from storage import account_tables
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import metadata


def test_the_versions_lead_to_the_tables_of_the_code(database: Database):
    assert account_tables.metadata is metadata
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []


def is_ours(_object: object, name: str, kind: str, _reflected: bool, _compare_to: object) -> bool:
    return not (kind == "table" and name.startswith(("cases_", "alembic"))) and kind != "index"


def test_a_second_upgrade_changes_nothing(database: Database):
    upgrade(database)


def test_postgresql_gets_a_partition_for_each_month(database: Database):
    if database.engine.dialect.name != "postgresql":
        return
    upgrade(database, date(2027, 12, 15))
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT inhrelid::regclass::text FROM pg_inherits")).scalars().all()
    assert {"cases_other", "cases_2026_10", "cases_2027_12", "cases_2028_03"} <= set(found)
