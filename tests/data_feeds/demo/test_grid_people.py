"""The played grid workers: they answer an order at human delays over the public door, and only in a demo."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from data_feeds.demo.door import Door as DemoDoor
from data_feeds.demo.door import DoorClosed
from data_feeds.demo.grid_people import GridPeople
from data_feeds.demo.profile import profile_of
from domain.account import Actor, Permission, Role
from domain.city import City, Tier
from domain.place import Places
from storage.database import Database
from tests.conftest import a_free_port
from tests.mounted import KEYS, Door, open_door, served

DISTRICT, EACH = "410105", 4
ORDER = {"targets": {"grid_workers_of": [DISTRICT]}, "title": "到岗", "text": "请到岗", "grade": 4, "mode": "live"}


@dataclass
class Play:
    door: Door
    url: str
    people: GridPeople
    running: dict[str, datetime]

    def issue(self) -> str:
        shown = self.door.ask("POST", "/api/v1/orders/preview", "dispatch", json=ORDER).json
        made = self.door.ask("POST", "/api/v1/orders", "dispatch", json=ORDER | {"confirmed_count": shown["count"]})
        assert made.status_code == 201, made.json
        self.running[made.json["id"]] = self.now
        return made.json["id"]

    @property
    def now(self) -> datetime:
        return self.door.clock.real()

    def until(self, seconds: int) -> None:
        """City time goes on while the played people look at it."""
        for _ in range(seconds // 5):
            self.door.clock.at += timedelta(seconds=5)
            self.people.turn(self.now)

    def lines(self, order: str) -> list[dict]:
        return self.door.get(f"/orders/{order}/grid-workers", "dispatch").json["lines"]


@pytest.fixture
def play(database: Database, city: City, places: Places) -> Iterator[Play]:
    door = open_door(database, city, places, demo=True)
    townships = [post.code for post in city.posts_of({Tier.TOWNSHIP}) if city.is_within(post.code, DISTRICT)]
    workers = [
        {"township": code, "grid": f"{n:02d}", "name": f"演示网格员{n}", "phone": "138"}
        for code in townships
        for n in range(EACH)
    ]
    door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": workers})
    KEYS["robot"] = Actor("r", "robot", Role.MACHINE, extra=frozenset({Permission.ANSWER}), posts=frozenset(townships))
    running: dict[str, datetime] = {}
    with served(door.server) as url:
        made = GridPeople(
            lambda: running,
            manners=replace(profile_of(city).grid, silent_share=0.2, need_support_share=0.2),
            reads=DemoDoor(url, lambda: "dispatch"),
            answers=DemoDoor(url, lambda: "robot"),
            seed=1,
        )
        yield Play(door, url, made, running)
    del KEYS["robot"]


def test_the_called_answer_at_their_own_pace_some_need_support_and_some_stay_silent(play: Play):
    order = play.issue()
    play.until(60)
    early = [line for line in play.lines(order) if line["acknowledged_at"]]
    play.until(1200)
    lines = play.lines(order)
    said = [line["answers"][-1]["answer"] for line in lines if line["answers"]]
    assert 0 < len(early) < len(said) < len(lines)
    assert {answer: said.count(answer) > 0 for answer in ("received", "need_support")} == {
        "received": True,
        "need_support": True,
    }
    assert all(len(line["answers"]) <= 1 for line in lines)


def test_nobody_answers_an_order_that_has_ended(play: Play):
    order = play.issue()
    play.until(10)
    before = sum(bool(line["answers"]) for line in play.lines(order))
    assert play.door.ask("POST", f"/api/v1/orders/{order}/close", "dispatch", json={}).status_code == 200
    play.until(600)  # the demo has not heard of it yet
    assert sum(bool(line["answers"]) for line in play.lines(order)) == before


def test_what_could_not_be_said_while_the_server_was_away_is_said_later(play: Play):
    order = play.issue()
    play.people.turn(play.now)
    answers = play.people._answers
    play.people._answers = DemoDoor(f"http://127.0.0.1:{a_free_port()}", lambda: "robot")
    with pytest.raises(DoorClosed):
        play.until(600)
    play.people._answers = answers
    play.until(1200)
    assert sum(bool(line["answers"]) for line in play.lines(order)) > EACH


def test_a_live_city_lets_nobody_answer_for_a_grid_worker(database: Database, city: City, places: Places):
    door = open_door(database, city, places)
    code = next(post.code for post in city.posts_of({Tier.TOWNSHIP}) if city.is_within(post.code, DISTRICT))
    worker = {"township": code, "grid": "1", "name": "演示网格员1", "phone": "1"}
    door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": [worker]})
    order = door.ask("POST", "/api/v1/orders", "dispatch", json=ORDER).json["id"]
    [line] = door.get(f"/orders/{order}/grid-workers", "dispatch").json["lines"]
    said = {"answers": [{"worker": line["worker"], "answer": "received"}]}
    KEYS["robot"] = Actor("r", "robot", Role.MACHINE, extra=frozenset({Permission.ANSWER}), posts=frozenset({code}))
    try:
        assert door.ask("POST", f"/api/v1/orders/{order}/grid-workers/answers", "robot", json=said).status_code == 403
    finally:
        del KEYS["robot"]
    assert door.get(f"/orders/{order}/grid-workers", "dispatch").json["lines"][0]["answers"] == []


def test_a_robot_answers_below_its_own_posts_alone_and_leaves_what_a_person_said(play: Play):
    order = play.issue()
    first, second, *_ = play.lines(order)
    robot = KEYS["robot"]
    path = f"/api/v1/orders/{order}/grid-workers/answers"
    said = {"answers": [{"worker": first["worker"], "answer": "need_support"}]}
    KEYS["robot"] = replace(robot, posts=frozenset({"410102"}))
    assert play.door.ask("POST", path, "robot", json=said).status_code == 403
    KEYS["robot"] = robot
    assert play.door.ask("POST", path, "robot", json=said).json == {"answered": 1}
    again = {"answers": [{"worker": one["worker"], "answer": "received"} for one in (first, second)]}
    assert play.door.ask("POST", path, "robot", json=again).json == {"answered": 1}
    assert [line["answers"][0]["answer"] for line in play.lines(order)[:2]] == ["need_support", "received"]
    assert (
        play.door.ask("POST", path, "robot", json={"answers": [{"worker": "x", "answer": "maybe"}]}).status_code == 422
    )
