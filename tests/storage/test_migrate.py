"""The versions lead to the tables that the code means, on a fresh database and on one that is already there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from storage import account_tables
from storage.database import Database
from storage.migrate import configuration, upgrade
from storage.tables import metadata
from tests.storage.test_cases import a_case, keep
from tests.storage.test_orders import an_order, lines_for
from tests.storage.test_orders import keep as keep_orders

FIRST_RELEASE = "0002"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """One that no other test has: these change its tables."""
    postgresql = request.param == "postgresql"
    database = Database(request.getfixturevalue("postgres_url") if postgresql else f"sqlite:///{tmp_path / 'city.db'}")
    upgrade(database)
    yield database
    database.close()


def test_the_versions_lead_to_the_tables_of_the_code(database: Database):
    assert account_tables.metadata is metadata
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []


def is_ours(_object: object, name: str, kind: str, _reflected: bool, _compare_to: object) -> bool:
    return not (kind == "table" and name.startswith(("cases_", "alembic"))) and kind != "index"


def test_a_second_upgrade_changes_nothing(database: Database):
    upgrade(database)


def test_a_database_of_the_first_release_is_brought_to_the_tables_of_today_with_its_orders(database: Database):
    """Back through every version's own way down, then up again as a city's database would go."""
    order = an_order()
    keep_orders(database, order)
    with database.engine.begin() as connection:
        command.downgrade(configuration(connection), FIRST_RELEASE)
    with database.engine.connect() as connection:
        assert "kind" not in {column["name"] for column in inspect(connection).get_columns("orders")}
    upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []
    with database.read() as work:
        assert work.orders.get(order.id) == order
        assert work.orders.lines(order.id) == lines_for(order)


def test_postgresql_gets_a_partition_for_each_month(database: Database):
    if database.engine.dialect.name != "postgresql":
        return
    upgrade(database, date(2027, 12, 15))
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT inhrelid::regclass::text FROM pg_inherits")).scalars().all()
    assert {"cases_other", "cases_2026_10", "cases_2027_12", "cases_2028_03"} <= set(found)


def test_cases_of_a_month_without_a_partition_move_into_it_when_it_is_made(database: Database):
    """A city that ran on beyond the months that were made starts again, with every case it has."""
    if database.engine.dialect.name != "postgresql":
        return
    late, later = (a_case(n, reported_at=datetime(2028, 6, day, tzinfo=UTC)) for n, day in enumerate((1, 30), 1))
    keep(database, late, later)
    upgrade(database, date(2028, 6, 15))
    with database.read() as work:
        assert [work.cases.get(case.id) for case in (late, later)] == [late, later]
        counted = work.connection.execute(text("SELECT count(*) FROM ONLY cases_2028_06")).scalar_one()
        left = work.connection.execute(text("SELECT count(*) FROM cases_other")).scalar_one()
    assert (counted, left) == (2, 0)
