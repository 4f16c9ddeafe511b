"""Write and announce in one transaction; nothing committed is missed, nothing rolled back is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from operations.rows import case_row
from storage.database import Database
from storage.leases import SqlLeases
from storage.outbox import Outbox
from tests.databases import a_database

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database, ZONE, case_row)


def test_what_was_rolled_back_is_never_told(database: Database, outbox: Outbox):
    def fail_halfway() -> None:
        with database.begin() as work:
            work.announce(["wall"], [{"id": "a"}])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert outbox.take(10) == []


def test_what_was_taken_is_not_taken_again(database: Database, outbox: Outbox):
    with database.begin() as work:
        work.announce(["wall", "desk"], [{"id": "a"}], {"2026-11-24": {"reported": 1}})
    [told] = outbox.take(10)
    assert (told.rooms, told.rows, told.counts) == (("wall", "desk"), ({"id": "a"},), {"2026-11-24": {"reported": 1}})
    outbox.mark([told.id])
    assert outbox.take(10) == []


def test_a_recount_names_what_it_already_contains(database: Database, outbox: Outbox):
    with database.begin() as work:
        work.announce(["wall"], [], {"2026-11-24": {"reported": 1}})
    [told] = outbox.take(10)
    assert outbox.recount([]).contained == (told.id,)


def test_a_hint_is_given_only_after_a_commit_that_announced(database: Database):
    hints: list[bool] = []
    database.after_commit = hints.append
    with database.begin():
        pass
    assert hints == []
    with database.begin() as work:
        work.announce(["wall"], [{"kind": "case", "id": "a"}])
        assert hints == []
    with database.begin() as work:
        work.announce(["wall"], [{"kind": "order", "id": "a"}])
    assert hints == [False, True]


def test_a_lease_has_one_holder_and_a_new_fence_for_each(database: Database):
    leases = SqlLeases(database)
    assert leases.hold("relay", "a", 30) == 1
    assert leases.hold("relay", "b", 30) is None
    assert leases.hold("relay", "a", 30) == 1
    leases.release("relay", "a")
    assert leases.hold("relay", "b", 0) == 2
    assert leases.hold("relay", "a", 30) == 3


def test_a_run_is_claimed_once_unless_its_holder_died(database: Database):
    leases, fire = SqlLeases(database), datetime(2026, 11, 24, tzinfo=UTC)
    assert leases.claim_run("rollup", fire, "a", 60)
    assert not leases.claim_run("rollup", fire, "b", 60)
    assert leases.claim_run("rollup", fire + timedelta(days=1), "a", -1)
    assert leases.claim_run("rollup", fire + timedelta(days=1), "b", 60)
    leases.finish_run("rollup", fire, "done")
    assert not leases.claim_run("rollup", fire, "b", 60)


def test_writers_of_one_file_take_turns_and_never_fail(tmp_path: Path):
    """Four writers that would not wait for SQLite's own lock at all."""
    database = a_database(tmp_path)
    event.listen(database.engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout=0"))
    database.engine.dispose()

    def write(number: int) -> int:
        for i in range(25):
            with database.begin() as work:
                work.announce(["wall"], [{"kind": "case", "id": f"{number}/{i}"}])
        return 25

    with ThreadPoolExecutor(4) as writers:
        assert sum(writers.map(write, range(4))) == 100
    assert len(Outbox(database, ZONE, case_row).take(200)) == 100
    database.close()
