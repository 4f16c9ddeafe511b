"""What tests share: real Redis, PostgreSQL, Mosquitto and Chromium, started once per run and thrown away."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from live import embedded
from processes import settle_memory
from storage.database import Database
from storage.migrate import upgrade
from tests.browsers import chromium, contexts, moving_page, new_context, page
from tests.databases import no_waiting_for_the_disk
from tests.outside import a_free_port, listens, missing, program, running, until

__all__ = ["a_free_port", "listens", "missing", "program", "running", "until"]
__all__ += ["chromium", "contexts", "moving_page", "new_context", "no_waiting_for_the_disk", "page"]  # fixtures

ROOT = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30  # bytes


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Folders of tests lie in memory where there is room for them: a disk cost a quarter of a database test's time."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories first: a file of them is told by one process, which a long one that comes last would leave alone."""
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("faults")))


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: walking through them took the collector a fifth of the time of the rest."""
    settle_memory()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function that names a port nobody listens on."""
    return a_free_port


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for unix sockets, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="zs-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def redis_server(short_folder: Path) -> Iterator[str]:
    """URL of a Redis as the product starts it, shared by the tests of this run."""
    folder = short_folder / "redis"
    with running(embedded.command(folder)):
        until(lambda: embedded.answers(folder), what="Redis")
        yield embedded.url(folder)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """URL of a Redis with nothing in it."""
    from redis import Redis

    with Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of this run alone, on a unix socket in a temporary folder."""

    folder: Path
    user: str

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def run(self, statement: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)


def postgres_program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    return str(found[-1]) if found else program(name)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """PostgreSQL refuses to run as root, so then it runs as the user its package made."""
    initdb, postgres = postgres_program("initdb"), postgres_program("postgres")
    root = os.geteuid() == 0
    user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if root else {}
    with tempfile.TemporaryDirectory(prefix="zs-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if root:
            shutil.chown(folder, "postgres", "postgres")
        make = [initdb, "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        serve = [postgres, "-D", f"{folder}/data", "-k", name, "-c", "listen_addresses=", "-c", "fsync=off"]
        with running([*serve, "-c", "max_connections=60"], cwd=folder, **user):
            cluster = Cluster(folder, "postgres")
            until(lambda: answers(cluster), 30, "PostgreSQL")
            yield cluster


def answers(cluster: Cluster) -> bool:
    import psycopg

    try:
        cluster.run("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """URL of an empty database of this test alone, as a person would write it in DATABASE_URL."""
    name = f"test_{time.monotonic_ns()}"
    postgres_cluster.run(f"CREATE DATABASE {name} TEMPLATE template0")
    yield postgres_cluster.url(name)
    postgres_cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


# No row and every trigger again, as after the migration, past triggers and keys that refuse a person the same.
EMPTY_AGAIN = """
SET session_replication_role = replica;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
      AND NOT relispartition AND relname <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', one.relname);
  END LOOP;
  FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', one.relname);
  END LOOP;
  FOR one IN SELECT DISTINCT tgrelid::regclass AS relation FROM pg_trigger
      WHERE tgenabled = 'D' AND NOT tgisinternal LOOP
    EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', one.relation);
  END LOOP;
END $$;
RESET session_replication_role;
"""


@pytest.fixture(scope="session")
def every_table(postgres_cluster: Cluster) -> Database:
    """A database with every table, which the tests share one after the other, and so the statements compiled for it."""
    postgres_cluster.run("CREATE DATABASE every_table TEMPLATE template0")
    database = Database(postgres_cluster.url("every_table"))
    upgrade(database)
    return database


@pytest.fixture
def postgres_city(postgres_cluster: Cluster, every_table: Database) -> Iterator[Database]:
    """A PostgreSQL database of the newest version with no row in it."""
    yield every_table
    every_table.close()
    postgres_cluster.run(EMPTY_AGAIN, "every_table")


@pytest.fixture(scope="session")
def mosquitto_url(short_folder: Path) -> Iterator[str]:
    """URL of a real MQTT broker."""
    port, settings = a_free_port(), short_folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    with running([program("mosquitto"), "-c", str(settings)]):
        until(lambda: listens(port), what="Mosquitto")
        yield f"mqtt://127.0.0.1:{port}"


@dataclass
class Program:
    """`python app.py …` in a folder of its own, as a person would run it."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, within: float = 120, **settings: str) -> subprocess.CompletedProcess[str]:
        """To its end."""
        return subprocess.run(
            [sys.executable, str(ROOT / "app.py"), *arguments],
            cwd=self.folder,
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """In the background; the caller stops it (`running` is for commands that need no output)."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), *arguments],
            cwd=self.folder,
            env={**self.environment, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@contextmanager
def a_program() -> Iterator[Program]:
    """The program with a free port and an empty VAR_DIR; nothing of the caller's own settings reaches it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="zs-app-", ignore_cleanup_errors=True) as folder:
        yield Program(Path(folder), {**kept, "PORT": str(a_free_port()), "PYTHONUNBUFFERED": "1"})


@pytest.fixture
def the_program() -> Iterator[Program]:
    """`python app.py` for one test."""
    with a_program() as program:
        yield program
