"""Backup and restore from the command line: on both databases, while others write, and refused where it would harm."""

import json
import sqlite3
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select

import administration
import backups
import checks
import config
import manifest
from commands import Refused
from config import ConfigError, Settings
from domain.account import SYSTEM, Role
from domain.delivery import Channel, Delivery, DeliveryState
from live import keys
from operations import sessions
from operations.account_ports import Ground
from operations.delivery_ports import Way
from operations.device_tokens import DeviceTokens
from operations.sessions import Browser, Sessions
from storage.database import Database
from storage.migrate import upgrade
from storage.timers import timers
from tests.databases import an_empty_file
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice
from tests.outside import until

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


@contextmanager
def writing(database: Database) -> Iterator[list[int]]:
    """Somebody who enters cases in one transaction after the other: as many sources' counts as numbers taken."""
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            with database.begin() as work:
                n = work.take_numbers("written", 1)
                work.feeds.set_aside(
                    [{"source": "GRID", "at": datetime.now(UTC), "field": "", "reason": str(n), "payload": "x" * 900}]
                )
                written.append(n)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def facts(settings: Settings) -> tuple[int, int]:
    """The sequence, and how many rows it numbered."""
    with closing(Database(settings.database_url)) as database, database.read() as work:
        return tuple(
            work.connection.exec_driver_sql(query).scalar_one()
            for query in ("SELECT value FROM sequences WHERE name = 'written'", "SELECT count(*) FROM dead_letters")
        )


def test_what_is_written_meanwhile_is_in_it_wholly_or_not_at_all(here, place: Place, tmp_path: Path):
    settings, database = here
    with writing(database) as written:
        until(lambda: len(written) > 100, what="a hundred writes")
        before = len(written)
        folder = take(settings, tmp_path / "kept")
        after = len(written)
    there = place("there")
    put_back(there, folder)
    n, rows = facts(there)
    assert n == rows
    assert before <= n <= after
    administration.verify_audit(there, Namespace())
    assert (there.folder / "secret_key").read_text() == settings.secret_key
    with closing(Database(there.database_url)) as restored, restored.begin() as work:
        work.feeds.set_aside(
            [{"source": "GRID", "at": datetime.now(UTC), "field": "", "reason": "next", "payload": ""}]
        )


def an_office(database: Database, at: datetime) -> EscalatingOffice:
    return EscalatingOffice(database, FakeClock(at), LADDER, [Way(Channel.SMS), Way(Channel.VOICE)])


def rungs(database: Database, order: str) -> dict[str, int]:
    """How many timers of an order are in each state."""
    with database.read() as work:
        query = select(timers.c.state, func.count()).where(timers.c.order == order).group_by(timers.c.state)
        return {state: n for state, n in work.connection.execute(query)}  # noqa: C416


@pytest.mark.parametrize("away", [timedelta(minutes=2), timedelta(days=2)], ids=["two minutes", "two days"])
def test_after_a_restore_nobody_is_told_twice_and_timers_fire_or_are_dropped(
    here, place: Place, tmp_path: Path, away: timedelta, capsys: pytest.CaptureFixture[str]
):
    settings, database = here
    office = an_office(database, datetime.now(UTC))
    office.seat("410105")
    order = office.issue("410105")
    office.escalations.fire_due()  # the first rung: a message that waits
    assert [one.state for one in messages(database, order.id)] == [DeliveryState.WAITING]
    folder = take(settings, tmp_path / "kept")
    office.record(office.receipt(order.id, "410105", person="duty-410105"))  # is lost, as after any disaster
    there = place("there")
    put_back(there, folder)
    assert order.no in capsys.readouterr().out
    with closing(Database(there.database_url)) as restored:
        [message] = messages(restored, order.id)
        assert (message.state, message.outcome) == (DeliveryState.UNKNOWN, "restored")
        later = an_office(restored, office.clock.at + away)
        later.escalations.fire_due()
        told = [one.person for one in messages(restored, order.id)]
        if away < timedelta(hours=1):
            assert told == ["deputy-410105", "duty-410105", "leader-410105"]
            assert set(rungs(restored, order.id)) == {"fired"}
        else:
            assert told == ["duty-410105"]
            assert rungs(restored, order.id) == {"fired": 1, "dropped": 3}


def messages(database: Database, order: str) -> list[Delivery]:
    with database.read() as work:
        return sorted(work.deliveries.of_order(order), key=lambda one: str(one.person))


def test_people_log_in_again_and_walls_stay(here, place: Place, tmp_path: Path):
    settings, _ = here
    with administration.ground(settings) as base:
        person = base_session(base)
        token = DeviceTokens(base).create(SYSTEM, "hall", role=Role.WALL)
        wall = DeviceTokens(base).exchange(token.secret, Browser("127.0.0.1"))
        assert Sessions(base).asker(person)
        assert Sessions(base).asker(wall)
    folder = take(settings, tmp_path / "kept")
    there = place("there")
    put_back(there, folder)
    with administration.ground(there) as base:
        assert Sessions(base).asker(person) is None
        assert Sessions(base).asker(wall)


def base_session(base: Ground) -> str:
    """A person's browser."""
    with base.begin() as work:
        account = next(one for one in work.accounts.all() if one.name == "officer")
        return sessions.start(work, base.clock.real(), browser=Browser("127.0.0.1"), account=account.id)


def test_a_restore_puts_aside_what_was_there_and_makes_redis_count_anew(here, tmp_path: Path, redis_url: str):
    settings, database = here
    if not settings.database_url.startswith("sqlite"):
        folder = take(settings, tmp_path / "kept")
        with pytest.raises(Refused, match="holds tables already"):
            database.close() or put_back(settings, folder)
        return
    settings = replace(settings, redis_url=redis_url)
    folder = take(settings, tmp_path / "kept")
    with writing(database) as written:
        until(lambda: len(written) > 20, what="some writes")
    database.close()
    with Redis.from_url(redis_url) as redis:
        redis.mset({keys.EPOCH: "old", "another program's": "1"})
        put_back(settings, folder)
        assert redis.keys() == [b"another program's"]
    assert [path.name.partition(".before-")[0] for path in settings.folder.glob("*.before-*")] == [
        *("secret_key", "zhongshu.db")
    ]
    assert facts_of_rows(settings) == 0


def facts_of_rows(settings: Settings) -> int:
    with closing(Database(settings.database_url)) as database, database.read() as work:
        return work.connection.exec_driver_sql("SELECT count(*) FROM dead_letters").scalar_one()


@pytest.fixture
def kept(here, tmp_path: Path) -> Path:
    return take(here[0], tmp_path / "kept")


def test_a_running_city_is_not_overwritten(here, kept: Path):
    settings, database = here
    with database.read() as work:
        work.orders.running()
    with pytest.raises(Refused, match="in use: stop every process"):
        put_back(settings, kept)
    with closing(checks.lock(settings)), pytest.raises(ConfigError, match="running already"):
        put_back(settings, kept)
    put_back(settings, kept, check=True)  # which harms nothing


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda kept: flip(kept / "city.db"), "damaged: city.db is not the file"),
        (lambda kept: (kept / "secret_key").unlink(), "damaged: secret_key is missing"),
        (lambda kept: (kept / "manifest.json").unlink(), "no complete backup"),
        (lambda kept: (kept / "manifest.json").write_text("[]"), "no complete backup"),
        (lambda kept: say_otherwise(kept, city="boston"), "of the city boston, not of"),
        (lambda kept: say_otherwise(kept, demo=True), "set DEMO=1"),
        (lambda kept: say_otherwise(kept, revision="9999"), "made by a newer version"),
        (lambda kept: say_otherwise(kept, rows={"orders": 7}), "do not have the rows"),
        (lambda kept: say_otherwise(kept, files={"../city.db": ""}), "no complete backup"),
    ],
)
def test_what_must_not_be_restored_is_refused_with_a_sentence(place: Place, kept: Path, harm, says: str):
    harm(kept)
    there = place("there")
    with pytest.raises(Refused, match=says) as refused:
        put_back(there, kept)
    assert "\n" not in str(refused.value)
    assert not list(there.folder.glob("restoring-*"))
    assert not backups.database_file(there).exists()


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def say_otherwise(kept: Path, **said: object) -> None:
    file = kept / manifest.NAME
    file.write_text(json.dumps(json.loads(file.read_text()) | said))


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_key_that_pins_hang_on_has_to_be_the_same(place: Place, kept: Path, here, tmp_path: Path):
    with pytest.raises(Refused, match="SECRET_KEY is not the one of this backup"):
        put_back(place("there", SECRET_KEY="k" * 40), kept)
    other = take(replace(here[0], given_secret="s" * 40), tmp_path / "other")
    assert not (other / "secret_key").exists()
    with pytest.raises(Refused, match="had SECRET_KEY in its settings"):
        put_back(place("there"), other)
    put_back(place("there", SECRET_KEY="s" * 40), other)


def test_a_backup_is_made_in_a_folder_of_its_own_and_readable_by_its_owner_alone(here, kept: Path, tmp_path: Path):
    settings, database = here
    with pytest.raises(Refused, match="is not empty"):
        take(settings, kept)
    assert kept.stat().st_mode & 0o077 == 0
    with database.read() as work:
        [entry] = [one for one in work.audits.latest(5) if one["verb"] == "backup.made"]
    assert entry["about"] == manifest.digest_of(kept / manifest.NAME)
    if settings.database_url.startswith("sqlite"):
        with pytest.raises(Refused, match="no city in"):
            take(replace(settings, database_url=f"sqlite:///{tmp_path / 'none.db'}"), tmp_path / "none")
        flip_page(backups.database_file(settings), database)
        with pytest.raises(Refused, match=r"database itself is damaged|malformed"):
            take(settings, tmp_path / "damaged")
    assert not list(tmp_path.glob(".backup-*"))


def flip_page(file: Path, database: Database) -> None:
    """Damage the middle of a page, as a dying disk would."""
    database.close()
    with closing(sqlite3.connect(file)) as folded:
        folded.execute("PRAGMA journal_mode=DELETE")
        [(page,)] = folded.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'")
    with file.open("r+b") as disk:
        disk.seek((page - 1) * 4096)
        disk.write(b"\xff" * 4096)
