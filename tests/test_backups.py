"""Backup and restore from the command line: on both databases, while others write, and refused where it would harm."""

import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select

import administration
from commands import Refused
from config import Settings
from domain.account import SYSTEM, Role
from domain.delivery import Channel, Delivery, DeliveryState
from live import keys
from operations import sessions
from operations.account_ports import Ground
from operations.delivery_ports import Way
from operations.device_tokens import DeviceTokens
from operations.sessions import Browser, Sessions
from storage.database import Database
from storage.timers import timers
from tests.backed_up import Place, here, here_postgres, place, put_back, take, there_postgres
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice
from tests.outside import until

__all__ = ["here", "here_postgres", "place", "there_postgres"]  # fixtures


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
    assert before <= n <= after + 1  # the last one may be in the database before its writer has been told so
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
    assert {path.name.partition(".before-")[0] for path in settings.folder.glob("*.before-*")} == {
        "secret_key",
        "zhongshu.db",
    }
    assert facts_of_rows(settings) == 0


def facts_of_rows(settings: Settings) -> int:
    with closing(Database(settings.database_url)) as database, database.read() as work:
        return work.connection.exec_driver_sql("SELECT count(*) FROM dead_letters").scalar_one()
