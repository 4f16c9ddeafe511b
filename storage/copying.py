"""A whole database as one SQLite file, as it was at one moment, and back: whatever database it came from."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Boolean, Connection, Table, func, inspect, select, text

from storage.database import Database
from storage.migrate import configuration, prepare_months_in, upgrade
from storage.tables import metadata

PAGES, ROWS = 2_000, 5_000  # copied between two words about how far it is
Told = Callable[[float], None]  # the share that is done


class NotEmpty(Exception):
    """The database that should take the copy holds something."""


def copy_out(database: Database, path: Path, told: Told) -> None:
    """Write the whole database to `path`, a file that is not there yet, while everybody goes on reading and writing.
    Raises sqlite3.Error, OSError or SQLAlchemy's errors."""
    if database.engine.dialect.name == "sqlite":
        _copy_pages(Path(str(database.engine.url.database)), path, told)
    else:
        _copy_rows(database, path, told)
    settle(path)


def settle(path: Path) -> None:
    """Bring everything that was written into the one file."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=DELETE")


def _copy_pages(source: Path, path: Path, told: Told) -> None:
    with closing(sqlite3.connect(source)) as city, closing(sqlite3.connect(path)) as file:
        city.isolation_level = None
        city.execute("BEGIN")  # held to the end: without it every write of somebody else would begin the copy anew
        city.execute("SELECT count(*) FROM sqlite_master").fetchone()
        city.backup(file, pages=PAGES, progress=lambda _, left, all_: told(1 - left / all_ if all_ else 1))


def _copy_rows(database: Database, path: Path, told: Told) -> None:
    made = Database(f"sqlite:///{path}")
    upgrade(made)
    made.close()
    with database.read() as work, closing(sqlite3.connect(path)) as file:
        n, done = sum(_counts(work.connection).values()), 0
        for table in metadata.sorted_tables:
            put = f"INSERT INTO {_name(table)} ({_columns(table)}) VALUES ({', '.join('?' * len(table.columns))})"
            for some in _rows_of(work.connection, table):
                file.executemany(put, some)
                done += len(some)
                told(done / n)
        file.commit()


def _rows_of(connection: Connection, table: Table) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows as PostgreSQL keeps them, without what the column types make of them; read a little at a time."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor(name="copying") as cursor:
        cursor.execute(f"SELECT {_columns(table)} FROM {_name(table)}")
        while some := cursor.fetchmany(ROWS):
            yield some


def copy_in(path: Path, database: Database, told: Told) -> None:
    """Make every table in an empty PostgreSQL database and fill it from the file, all of it or nothing. Raises
    NotEmpty, and what copy_out raises."""
    with database.engine.begin() as connection, closing(sqlite3.connect(path)) as file:
        if inspect(connection).get_table_names():
            raise NotEmpty
        command.upgrade(configuration(connection), "head")
        prepare_months_in(connection)
        n, done = sum(counts(path).values()), 0
        for table in metadata.sorted_tables:
            rows = file.execute(f"SELECT {_columns(table)} FROM {_name(table)}")
            while some := rows.fetchmany(ROWS):
                _put(connection, table, some)
                done += len(some)
                told(done / n)
            _go_on_counting(connection, table)


def _put(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    yes_or_no = [isinstance(column.type, Boolean) for column in table.columns]
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {_name(table)} ({_columns(table)}) FROM STDIN") as copy:
        for row in rows:
            pairs = zip(row, yes_or_no, strict=True)
            copy.write_row([bool(value) if is_bool and value is not None else value for value, is_bool in pairs])


def _go_on_counting(connection: Connection, table: Table) -> None:
    """The next row's number follows the last one's."""
    column = table.autoincrement_column
    if column is None or column.autoincrement is not True:
        return
    last = connection.execute(select(func.max(column))).scalar_one()
    if last is not None:
        where = {"named": _name(table), "column": column.name, "last": last}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:named, :column), :last)"), where)


def counts(path: Path) -> dict[str, int]:
    """How many rows each table of a file has."""
    with closing(sqlite3.connect(path)) as file:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        names = [name for (name,) in file.execute(query)]
        return {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def _counts(connection: Connection) -> dict[str, int]:
    query = {table.name: select(func.count()).select_from(table) for table in metadata.sorted_tables}
    return {name: connection.execute(one).scalar_one() for name, one in query.items()}


def revision(path: Path) -> str:
    """The version of a file's tables; empty where there is none. Raises sqlite3.Error for what is no database."""
    with closing(sqlite3.connect(path)) as file:
        if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return ""
        found = file.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else ""


def fault(path: Path) -> str:
    """What SQLite's own check finds wrong with a file; empty when it is sound."""
    with closing(sqlite3.connect(path)) as file:
        [(said,)] = file.execute("PRAGMA quick_check(1)").fetchall()
        return "" if said == "ok" else str(said)


def is_in_use(database: Database) -> bool:
    """Whether any other program has the database open."""
    if database.engine.dialect.name == "sqlite":
        return _is_open(Path(str(database.engine.url.database)))
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with database.engine.connect() as connection:
        return bool(connection.execute(text(f"{others} AND backend_type = 'client backend'")).scalar_one())


def _is_open(path: Path) -> bool:
    """A file leaves its write-ahead log only when nobody else has it open. One that is no database is not in use."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=0)) as file:
        try:
            return bool(file.execute("PRAGMA journal_mode=DELETE").fetchone() != ("delete",))
        except sqlite3.DatabaseError as error:
            return error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _name(table: Table) -> str:
    return f'"{table.name}"'


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)
