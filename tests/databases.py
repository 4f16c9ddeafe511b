"""Databases for tests: every table there and no row, copied from one that was made once in each process."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool
from sqlalchemy.util import LRUCache

from config import Settings
from storage.database import Database
from storage.migrate import upgrade


@cache
def a_known_engine() -> Engine:
    """An engine that has been connected, whose statements every SQLite database of this process knows."""
    engine = Database("sqlite://").engine
    engine.connect().close()
    engine._compiled_cache = LRUCache(5_000)
    return engine


def compiled_once(database: Database) -> Database:
    """Compiling its statements anew was a tenth of a test: they are kept by dialect, so all share one."""
    known = a_known_engine()
    database.engine.dialect, database.engine._compiled_cache = known.dialect, known._compiled_cache
    return database


@cache
def an_empty_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "city.db"
        database = Database(f"sqlite:///{path}")
        upgrade(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return path.read_bytes()


def a_database(folder: Path, file: str = "city.db", *, after_commit: Callable[[bool], None] | None = None) -> Database:
    """A SQLite database of the newest version in this folder, as `zhongshu migrate` makes it."""
    (folder / file).write_bytes(an_empty_file())
    told = {"after_commit": after_commit} if after_commit else {}
    return compiled_once(Database(f"sqlite:///{folder / file}", **told))


def database_of(settings: Settings) -> Database:
    """The database of a city that nobody has started yet."""
    return a_database(settings.folder, Path(settings.database_url).name)


def without_waiting_for_the_disk(connection: Any, _record: object, _proxy: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """What a test writes in this process need not outlive a power cut; the product's own processes still wait."""
    event.listen(Pool, "checkout", without_waiting_for_the_disk)
    yield
    event.remove(Pool, "checkout", without_waiting_for_the_disk)
