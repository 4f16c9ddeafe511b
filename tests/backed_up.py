"""Cities for the tests of backups: one that has begun, places to restore it to, on both databases."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import administration
import backups
import checks
import config
from config import Settings
from storage.database import Database
from storage.migrate import upgrade
from tests.databases import an_empty_file

Place = Callable[[str], Settings]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Settings of a live city in a folder of its own; the first has a database with tables and nothing in it."""

    def made(name: str, **given: str) -> Settings:
        url = {"DATABASE_URL": request.getfixturevalue(f"{name}_postgres")} if request.param == "postgresql" else {}
        settings = config.read({"VAR_DIR": str(tmp_path / name), "DEMO": "0", **url, **given}, tmp_path)
        checks.folder(settings)
        return settings

    return made


@pytest.fixture
def here_postgres(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def there_postgres(postgres_cluster) -> Iterator[str]:
    postgres_cluster.run("CREATE DATABASE there TEMPLATE template0")
    yield postgres_cluster.url("there")
    postgres_cluster.run("DROP DATABASE there WITH (FORCE)")


@pytest.fixture
def here(place: Place) -> Iterator[tuple[Settings, Database]]:
    """A city that has begun: its tables, its first accounts."""
    settings = place("here")
    if settings.database_url.startswith("sqlite"):
        backups.database_file(settings).write_bytes(an_empty_file())
    database = Database(settings.database_url)
    upgrade(database)
    administration.first_accounts(settings)
    yield settings, database
    database.close()


def take(settings: Settings, folder: Path) -> Path:
    backups.backup(settings, Namespace(folder=folder))
    return folder


def put_back(settings: Settings, folder: Path, *, check: bool = False) -> None:
    backups.restore(settings, Namespace(folder=folder, check=check))


@pytest.fixture
def kept(here, tmp_path: Path) -> Path:
    return take(here[0], tmp_path / "kept")
