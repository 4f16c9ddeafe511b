"""Before sending: expected 14 of 16 in 10 minutes, likely silent these, call them; nothing without a past."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.account import Actor, NotAllowed, Role
from operations.reachability import Reachability
from tests.databases import a_database
from tests.fakes import FakeClock, FakeLive
from tests.operations.escalating import LADDER, EscalatingOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[EscalatingOffice]:
    database = a_database(tmp_path)
    yield EscalatingOffice(database, FakeClock(), LADDER)
    database.close()


@pytest.fixture
def live() -> FakeLive:
    return FakeLive()


@pytest.fixture
def reachability(office: EscalatingOffice, live: FakeLive) -> Reachability:
    return Reachability(office.database.read, clock=office.clock, city=office.city, live=live)


def districts(office: EscalatingOffice) -> list[str]:
    return [post.code for post in office.city.posts_of(["district"])]


def hold(office: EscalatingOffice, silent: set[str], times: int) -> None:
    """Orders to every district, answered by all but some."""
    for _ in range(times):
        order = office.issue(*districts(office))
        office.ledger.mark_sent(order.id, districts(office), office.clock.real())
        for post in set(districts(office)) - silent:
            office.acknowledge(order, post)
        office.wait(hours=1)
        office.orders.close(office.officer, order.id)
        office.wait(days=1)


def test_it_says_how_many_will_answer_who_will_not_and_whom_to_call(
    office: EscalatingOffice, reachability: Reachability, live: FakeLive
):
    posts = dict.fromkeys(districts(office), "district")
    office.seat(*posts)
    assert reachability.outlook(posts).forecast.expected is None
    hold(office, {"410105", "410102"}, times=6)
    live.posts = set(posts)
    outlook = reachability.outlook(posts)
    assert 12.5 < outlook.forecast.expected < 15
    assert (outlook.forecast.of, outlook.forecast.events, outlook.forecast.n) == (16, 6, 96)
    assert [one.score.post for one in outlook.silent] == ["410102", "410105"]
    assert outlook.silent[0].people[0].phone.startswith("1380000")
    assert outlook.silent[0].people[0].name.startswith("演示duty")


def test_connected_and_somebody_there_are_two_things(
    office: EscalatingOffice, reachability: Reachability, live: FakeLive
):
    office.seat(*districts(office))
    live.posts, live.used = {"410105", "410102"}, {"410105"}
    found = {one.post: one for one in reachability.standings(office.officer, ["410105", "410102", "410103"])}
    assert {code: (one.connected, one.active, one.score) for code, one in found.items()} == {
        "410105": (True, True, None),
        "410102": (True, False, None),
        "410103": (False, False, None),
    }
    with pytest.raises(NotAllowed):
        reachability.standings(Actor("w", "wall", Role.WALL))


def test_the_past_is_read_at_most_once_a_minute(office: EscalatingOffice, reachability: Reachability):
    posts = dict.fromkeys(districts(office), "district")
    office.seat(*posts)
    hold(office, set(), times=3)
    assert reachability.outlook(posts).forecast.events == 3
    order = office.issue(*posts)
    office.acknowledge(order, "410105")
    assert reachability.outlook(posts).forecast.events == 3
    office.wait(minutes=1)
    assert reachability.outlook(posts).forecast.events == 4
