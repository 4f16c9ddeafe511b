"""The storage tests run on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.databases import a_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_city")
        return
    database = a_database(tmp_path)
    yield database
    database.close()
