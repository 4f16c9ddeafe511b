"""What a joining browser gets: read once for a storm, never older than what the room has heard."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from domain.account import Actor, Role
from live.joins import Joins

WALL = Actor("w", "wall", Role.WALL)


class Rows:
    """A room whose rows count how often they were read; `meanwhile` is done once they have been looked at."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None):
        self.meanwhile, self.readings = meanwhile, 0
        self.newest = 0

    def __call__(self, room: str, actor: Actor) -> list[dict]:
        self.readings += 1
        seen = self.newest
        self.meanwhile()
        return [{"kind": "case", "id": room, "version": seen}]


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Time as the joins know it, which stands still: `at` is moved by hand."""
    standing = SimpleNamespace(at=1000.0)
    monkeypatch.setattr("live.joins.time", SimpleNamespace(monotonic=lambda: standing.at))
    return standing


def test_a_storm_reads_once():
    rows = Rows(lambda: threading.Event().wait(0.05))  # long enough for the others to come meanwhile
    joins = Joins(rows)
    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: joins.rows("wall", WALL), range(40)))
    assert rows.readings == 1
    assert all(answer == answers[0] for answer in answers)


def test_what_was_read_before_an_emission_is_not_given_after_it():
    rows = Rows()
    joins = Joins(rows)
    joins.rows("wall", WALL)
    rows.newest = 1
    joins.emitted(["wall", "desk"])
    assert joins.rows("wall", WALL)[0]["version"] == 1


def test_an_emission_during_the_reading_makes_the_next_one_read_again():
    looked, emitted = threading.Event(), threading.Event()
    rows = Rows(lambda: looked.set() or emitted.wait(10))
    joins = Joins(rows)
    first = threading.Thread(target=joins.rows, args=("wall", WALL))
    first.start()
    assert looked.wait(10)
    rows.newest = 1
    joins.emitted(["wall"])
    emitted.set()
    first.join()
    assert joins.rows("wall", WALL)[0]["version"] == 1


def test_another_rooms_emission_changes_nothing():
    rows = Rows()
    joins = Joins(rows)
    joins.rows("wall", WALL)
    joins.emitted(["desk"])
    joins.rows("wall", WALL)
    assert rows.readings == 1


def test_rows_are_read_again_after_half_a_second(time: SimpleNamespace):
    rows = Rows()
    joins = Joins(rows)
    joins.rows("wall", WALL)
    time.at += 0.6
    joins.rows("wall", WALL)
    assert rows.readings == 2


def test_rooms_that_nobody_joins_any_more_are_forgotten(time: SimpleNamespace):
    joins = Joins(Rows())
    joins.rows("order:1", WALL)
    joins.emitted(["order:1", "post:1"])
    joins.tidy()
    assert dict(joins._emissions) == {"order:1": 1}
    time.at += 61
    joins.tidy()
    assert not joins._emissions
    assert not joins._shelves
