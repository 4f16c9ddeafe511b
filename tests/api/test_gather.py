"""Reports that arrive together are written together, and each request hears of its own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest

from api.gather import MOST, Gather
from domain.account import Actor, Role
from domain.case import CaseReport
from operations.cases import Outcome
from tests.conftest import until

ONE, OTHER = Actor("k1", "one", Role.MACHINE), Actor("k2", "other", Role.MACHINE)


def a_report(n: int) -> CaseReport:
    return CaseReport("HEAT", str(n), "text", datetime(2026, 11, 24, tzinfo=UTC))


class Slow:
    """A write that lasts until it is let go, and remembers what it wrote for whom."""

    def __init__(self) -> None:
        self.written: list[tuple[str, list[str]]] = []
        self.go = Event()
        self.breaks = False

    def write(self, actor: Actor, reports: Sequence[CaseReport]) -> list[Outcome]:
        self.written.append((actor.id, [report.external_id for report in reports]))
        assert self.go.wait(60)
        if self.breaks:
            raise ConnectionError("the database is away")
        return [Outcome("new", f"case {report.external_id}") for report in reports]


@pytest.fixture
def slow() -> Slow:
    return Slow()


def all_sent(gather: Gather, slow: Slow, actors: Sequence[Actor]) -> list[Outcome]:
    """Send one report for each actor; the first is being written while the others arrive."""
    with ThreadPoolExecutor(len(actors)) as pool:
        first = pool.submit(gather.report, actors[0], a_report(0))
        until(lambda: slow.written, what="the first write")
        others = [pool.submit(gather.report, actor, a_report(n)) for n, actor in enumerate(actors[1:], 1)]
        until(lambda: len(gather._waiting) == len(others), what="the others to wait")
        slow.go.set()
        return [future.result(60) for future in (first, *others)]


def test_a_report_that_comes_alone_is_written_alone(slow: Slow):
    slow.go.set()
    assert Gather(slow.write).report(ONE, a_report(7)).id == "case 7"
    assert slow.written == [("k1", ["7"])]


def test_what_arrives_during_a_write_is_written_together_and_each_hears_of_its_own(slow: Slow):
    outcomes = all_sent(Gather(slow.write), slow, [ONE] * 20)
    assert [outcome.id for outcome in outcomes] == [f"case {n}" for n in range(20)]
    assert [len(ids) for _actor, ids in slow.written] == [1, 19]


def test_nobodys_report_is_written_under_anothers_key(slow: Slow):
    all_sent(Gather(slow.write), slow, [ONE, OTHER, ONE, OTHER, ONE])
    assert sorted((actor, sorted(ids)) for actor, ids in slow.written) == [
        ("k1", ["0"]),
        ("k1", ["2", "4"]),
        ("k2", ["1", "3"]),
    ]


def test_a_write_that_fails_fails_for_everyone_in_it_and_the_next_one_works(slow: Slow):
    gather = Gather(slow.write)
    slow.breaks = True
    with pytest.raises(ConnectionError):
        all_sent(gather, slow, [ONE] * 5)
    slow.breaks = False
    assert gather.report(ONE, a_report(9)).id == "case 9"


def test_a_transaction_stays_short(slow: Slow):
    outcomes = all_sent(Gather(slow.write), slow, [ONE] * (MOST + 10))
    assert len(outcomes) == MOST + 10
    assert max(len(ids) for _actor, ids in slow.written) == MOST
