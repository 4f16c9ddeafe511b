"""Grid workers, their lines and saved groups, on both databases."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from domain.delivery import Channel
from domain.grid import GridRole, GridWorker, WorkerLine
from domain.order import Answer, Grade, Line, LineState, Mode, Order
from operations.grid_ports import Group
from storage.database import Database, SqlWork
from storage.grid import worker_lines

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
PEOPLE = [
    GridWorker("w1", "T1", "01", "甲", GridRole.CHIEF, "13800000001"),
    GridWorker("w2", "T1", "01", "乙_%", GridRole.WORKER, "", Channel.VOICE, on_duty=False),
    GridWorker("w3", "T2", "02", "丙"),
]


def an_order(order_id: str = "o1") -> Order:
    return Order(
        id=order_id,
        no=order_id,
        chain=order_id,
        edition=1,
        title="t",
        text="t",
        grade=Grade.IV,
        mode=Mode.LIVE,
        issued_at=NOW,
        valid_until=NOW + timedelta(hours=1),
        issued_by="o",
        signer="o",
        post="C",
        limits={"township": 60},
        answers=("received",),
        template="plan",
        tiers={"township": 1},
    )


def lines() -> list[WorkerLine]:
    return [WorkerLine("o1", one.id, one.township, one.grid, one.name, LineState.QUEUED, NOW) for one in PEOPLE]


@pytest.fixture
def ordered(database: Database) -> Database:
    with database.begin() as work:
        work.orders.add(an_order(), [Line("o1", "T1", "township", LineState.QUEUED, NOW)])
        add(work, lines(), ["d1", "d2", "d3"])
    return database


def add(work: SqlWork, lines: list[WorkerLine], digests: list[str]) -> None:
    """Lines as they stand, whoever is on duty."""
    rows = [asdict(line) | {"answers": [], "digest": digest} for line, digest in zip(lines, digests, strict=True)]
    work.connection.execute(insert(worker_lines), [row | {"answer": None, "waits": True} for row in rows])


def test_workers_are_kept_found_counted_and_removed(database: Database):
    with database.begin() as work:
        work.grid.put(PEOPLE)
        work.grid.put([PEOPLE[2]])
    with database.read() as work:
        assert work.grid.of(["T1", "T2"]) == PEOPLE
        assert work.grid.of(["T1"], on_duty_only=True) == PEOPLE[:1]
        assert work.grid.counts(["T1", "T2", "T3"]) == {"T1": (2, 1), "T2": (1, 1)}
        assert work.grid.search(["T1"], containing="_%", after=None, limit=9) == [PEOPLE[1]]
        assert work.grid.search(["T1", "T2"], containing="", after="w1", limit=1) == [PEOPLE[1]]
        assert work.grid.get("w3") == PEOPLE[2]
    with database.begin() as work:
        work.grid.remove(["w1", "w2"])
        assert work.grid.of(["T1", "T2"]) == PEOPLE[2:]
        assert work.grid.get("w1") is None


@pytest.fixture
def listed(database: Database) -> Database:
    """Three workers, and two orders without lines for them."""
    with database.begin() as work:
        work.grid.put(PEOPLE)
        for one in ("o1", "o2"):
            work.orders.add(an_order(one), [Line(one, "T1", "township", LineState.QUEUED, NOW)])
    return database


def test_everybody_on_duty_of_the_townships_gets_a_line_in_one_statement(listed: Database):
    with listed.begin() as work:
        assert work.worker_lines.call("o1", ["T1"], {Channel.SMS}, NOW) == 1
        assert work.worker_lines.call("o2", ["T1", "T2", "T9"], None, NOW) == 2
        [line] = work.worker_lines.of_order("o1")
        assert line == WorkerLine("o1", "w1", "T1", "01", "甲", LineState.QUEUED, NOW)
        assert sorted(work.worker_lines.waiting(9)) == [("o1", "w1"), ("o2", "w1"), ("o2", "w3")]


def test_whom_no_channel_reaches_has_failed_and_waits_for_nothing(listed: Database):
    with listed.begin() as work:
        work.worker_lines.call("o1", ["T1", "T2"], {Channel.VOICE}, NOW)
        work.worker_lines.call("o2", ["T1", "T2"], {Channel.SMS}, NOW)
        states = [[line.state for line in work.worker_lines.of_order(order)] for order in ("o1", "o2")]
        assert states == [["failed", "failed"], ["queued", "failed"]]  # 丙 has no number
        assert work.worker_lines.waiting(9) == [("o2", "w1")]


def test_who_was_called_is_called_again_on_duty_or_not_and_who_left_the_list_is_not_reached(listed: Database):
    with listed.begin() as work:
        work.worker_lines.call("o1", ["T1", "T2"], {Channel.SMS}, NOW)
        work.grid.put([replace(PEOPLE[0], on_duty=False), replace(PEOPLE[1], on_duty=True)])
        work.grid.remove(["w3"])
        assert work.worker_lines.call_again("o2", "o1", {Channel.SMS}, NOW) == 2
        found = {line.worker: str(line.state) for line in work.worker_lines.of_order("o2")}
        assert found == {"w1": "queued", "w3": "failed"}
        assert work.worker_lines.call_again("o2", "nobody", None, NOW) == 0


def test_a_page_is_found_once_it_has_its_digest(listed: Database):
    with listed.begin() as work:
        work.worker_lines.call("o1", ["T1", "T2"], None, NOW)
        work.worker_lines.set_digests("o1", {"w1": "d1", "w9": "d9"})
        assert work.worker_lines.by_digest("d1").worker == "w1"
        assert work.worker_lines.by_digest("d9") is None


def test_a_line_keeps_every_answer_and_is_found_by_its_digest(ordered: Database):
    with ordered.begin() as work:
        line = work.worker_lines.by_digest("d2").answered(Answer(NOW, "received", "", "乙_%"))
        work.worker_lines.save(line.answered(Answer(NOW + timedelta(seconds=5), "need_support", "", "乙_%")))
    with ordered.read() as work:
        kept = work.worker_lines.get("o1", "w2")
        assert [one.answer for one in kept.answers] == ["received", "need_support"]
        assert (kept.state, kept.acknowledged_at, kept.read_at) == ("acknowledged", NOW, NOW)
        assert work.worker_lines.by_digest("d9") is None
        assert [one.worker for one in work.worker_lines.of_order("o1")] == ["w2", "w1", "w3"]


def test_what_was_acknowledged_stays_and_the_tally_grows_with_every_change(ordered: Database):
    with ordered.begin() as work:
        before = work.worker_lines.tally("o1")
        work.worker_lines.mark("o1", ["w1", "w2"], LineState.SENT, NOW)
        work.worker_lines.mark("o1", ["w1"], LineState.FAILED, NOW)
        work.worker_lines.save(work.worker_lines.get("o1", "w3").answered(Answer(NOW, "need_support", "", "丙")))
        after = work.worker_lines.tally("o1")
        work.worker_lines.stop("o1", LineState.WITHDRAWN)
        ended = work.worker_lines.tally("o1")
    counted = [{state: n for state, n in one.counts.items() if n} for one in (before, after, ended)]
    assert counted == [{"queued": 3}, {"sent": 2, "acknowledged": 1}, {"withdrawn": 2, "acknowledged": 1}]
    assert before.version < after.version < ended.version
    assert (before.need_support, ended.need_support) == (0, 1)


def test_nobody_is_called_twice_by_one_order_and_no_two_pages_share_a_token(ordered: Database):
    for worker, digest in (("w1", "d4"), ("w4", "d1")):
        line = WorkerLine("o1", worker, "T1", "01", "x", LineState.QUEUED, NOW)
        with pytest.raises(IntegrityError), ordered.begin() as work:
            add(work, [line], [digest])


def test_the_usual_reach_counts_workers_too(ordered: Database):
    with ordered.read() as work:
        assert work.orders.reach("plan", 5) == [4]


def test_groups_are_kept_by_name(database: Database):
    made = [Group(f"g{name}", name, "C", {"posts": ["T1"]}, "o", NOW) for name in ("b", "a")]
    with database.begin() as work:
        for group in made:
            work.groups.add(group)
    with database.begin() as work:
        assert work.groups.all() == made[::-1]
        assert work.groups.get("gb") == made[0]
        work.groups.remove("gb")
        assert work.groups.get("gb") is None


def test_devices_are_counted_by_the_districts_they_are_in(database: Database):
    with database.begin() as work:
        for kind in ("iot", "video"):
            work.devices.register([{"device_class": kind, "id": f"{kind}{i}", "district": f"D{i}"} for i in range(3)])
        assert work.devices.counts_in(["D0", "D2", "D9"]) == {"iot": 2, "video": 2}
        assert work.devices.counts_in([]) == {}
