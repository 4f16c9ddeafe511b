"""What tests share: real Redis, PostgreSQL, Mosquitto and Chromium, started once per run and thrown away."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from live import embedded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
OUR_HOSTS = {"127.0.0.1", "localhost", "::1"}


def missing(what: str) -> None:
    """Skip a test whose outside program is not here; under CI that is a failure, since setup-tests installs it."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing: deploy/setup-tests should have installed it.")
    pytest.skip(f"{what} is missing: deploy/setup-tests installs it.")


def program(*names: str) -> str:
    """Path of the first of these programs that is installed."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = next((path for name in names if (path := shutil.which(name, path=places))), None)
    if found is None:
        missing(names[0])
    return str(found)


def a_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(true: Callable[[], object], within: float = 10.0, what: str = "") -> None:
    """Wait for a condition, looking 50 times a second; fails the test when it does not come."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            pytest.fail(f"waited {within:g} s in vain for {what or true}")
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block lasts."""
    process = subprocess.Popen(command, **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options})
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


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

    def run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
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


@pytest.fixture(scope="session")
def mosquitto_url(short_folder: Path) -> Iterator[str]:
    """URL of a real MQTT broker."""
    port, settings = a_free_port(), short_folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    with running([program("mosquitto"), "-c", str(settings)]):
        until(lambda: listens(port), what="Mosquitto")
        yield f"mqtt://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """One headless browser for the run; it cannot resolve any other host's name."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(*CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


class Guard:
    """Remembers every request and socket of a browser context that was meant for another machine."""

    def __init__(self, context: "BrowserContext") -> None:
        self.strangers: list[str] = []
        context.on("request", lambda request: self.look(request.url))
        context.on("page", lambda page: page.on("websocket", lambda one: self.look(one.url)))

    def look(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OUR_HOSTS:
            self.strangers.append(url)


@pytest.fixture
def new_context(chromium: "Browser") -> Iterator[Callable[..., "BrowserContext"]]:
    """Makes browser contexts (one per person or device); the test fails if any of them asks another host."""
    contexts: list[BrowserContext] = []
    guards: list[Guard] = []

    def make(**options: Any) -> "BrowserContext":
        context = chromium.new_context(**options)
        contexts.append(context)
        guards.append(Guard(context))
        return context

    yield make
    for context in contexts:
        context.close()
    strangers = [url for guard in guards for url in guard.strangers]
    assert not strangers, f"requests left this machine: {strangers}"


@pytest.fixture
def page(new_context: Callable[..., "BrowserContext"]) -> "Page":
    """A page of 1920×1080 in a context of its own."""
    return new_context(viewport={"width": 1920, "height": 1080}).new_page()


@dataclass
class Program:
    """`python app.py …` in a folder of its own, as a person would run it."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, within: float = 30, **settings: str) -> subprocess.CompletedProcess[str]:
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
