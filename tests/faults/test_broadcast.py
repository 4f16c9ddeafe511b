"""Any process may be killed in the middle of a broadcast: it is back within a second, every post still gets the order,
and no confirmation is lost or counted twice."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import pytest
import socketio

import config
from domain.account import SYSTEM
from office import Office
from operations.keys import robot_scope
from tests.conftest import a_program, until
from tests.faults.parts import Victim
from tests.test_start import started

pytestmark = [
    pytest.mark.faults,
    # the client library leaves the socket of a connection that was cut to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

LOOK_S = 0.25  # between two looks at what a whole city has done
TARGETS = 16 + 211  # a live city: the reserved posts are not ordered


@dataclass
class City:
    """A live city without robots, and a client that sits at every post."""

    url: str
    office: Office
    process: object
    dispatcher: httpx.Client
    posts: list[str]
    terminals: "Terminals" = field(init=False)

    def issue(self) -> str:
        body = {"targets": {"tiers": ["district", "township"]}, "title": "到岗", "text": "请确认", "grade": 2}
        answer = self.dispatcher.post("/api/v1/orders", json=body | {"mode": "live"})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def ledger(self, order: str) -> list[dict]:
        return self.dispatcher.get(f"/api/v1/orders/{order}/ledger").json()["lines"]


class Terminals:
    """Every post's terminal: confirms each order once it has it, again until its line says that it counts."""

    def __init__(self, url: str, token: str, posts: list[str]):
        self.posts, self.got, self.lines = posts, Counter(), {}
        self._lock = threading.Lock()
        self._sockets = []  # a client does not close the one whose server was killed
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=0.5)
        self.client.on("connect", self._join, namespace="/live")
        self.client.on("notice", lambda notice: notice["key"] == "resync" and self._join(), namespace="/live")
        self.client.on("rows", lambda data: self._take(data["rows"]), namespace="/live")
        self.client.connect(url, auth={"token": token}, namespaces=["/live"], transports=["websocket"], wait_timeout=20)

    def _join(self) -> None:
        self._sockets.append(self.client.eio.ws)
        rooms = [f"post:{post}" for post in self.posts]
        self.client.emit("join", rooms, namespace="/live", callback=lambda answer: self._take(answer.get("rows", [])))

    def _take(self, rows: list[dict]) -> None:
        with self._lock:
            for row in rows:
                if row["kind"] == "order":
                    self.got[row["id"]] += 1
                if row["kind"] == "line" and row["version"] >= self.lines.get(row["id"], row)["version"]:
                    self.lines[row["id"]] = row  # a join's answer may be older than what was heard meanwhile

    def confirm(self, order: str) -> None:
        """Say it for every post that has no counting line yet, as a terminal with a kept answer does."""
        for post in self.posts:
            line = self.lines.get(f"{order}/{post}")
            if not (line and line["acknowledged_at"]) and self.client.connected:
                said = {"order": order, "post": post, "version": 1, "person": f"p-{post}"}
                with suppress(socketio.exceptions.BadNamespaceError):  # it was cut at this moment
                    self.client.emit("acknowledged", said, namespace="/live")

    def close(self) -> None:
        self.client.shutdown()
        for each in self._sockets:
            each.shutdown()


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with a_program() as program:
        program.run("go-live")
        environment = program.environment | {"VAR_DIR": str(program.folder / "var")}
        with started(program, VAR_DIR=environment["VAR_DIR"]) as (process, _said):
            office = Office(config.read(environment))
            ordered = [p for p in office.city.posts if p.tier in ("district", "township") and not p.reserved]
            posts = [post.code for post in ordered]
            staff(office, posts)
            keys = office.access.keys
            token = keys.create(SYSTEM, "terminals", robot_scope(posts)).secret
            dispatch = keys.create(SYSTEM, "dispatch", keys.city_scope("dispatch")).secret
            url = f"http://127.0.0.1:{environment['PORT']}"
            http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {dispatch}"}, timeout=20)
            city = City(url, office, process, http, posts)
            city.terminals = Terminals(url, token, posts)
            yield city
            city.terminals.close()
            city.dispatcher.close()
            office.database.close()
            office.redis.close()


def staff(office: Office, posts: list[str]) -> None:
    row = {"name": "演示员01", "duty": "duty", "phone": "", "pin_hash": None}
    with office.database.begin() as work:
        work.people.put([{"id": f"p-{post}", "post": post} | row for post in posts])


@pytest.mark.parametrize("name", ["worker", "web", "redis-server"])
def test_a_process_killed_while_an_order_goes_out_and_posts_confirm_another_loses_nothing(city: City, name: str):
    """The posts are confirming the first order and the second is just on its way when the process is killed; it is
    started again within a second."""
    confirmed = city.issue()
    until(lambda: city.terminals.got[confirmed] > 0, 30, "the first order")
    victim = Victim(city.process, name)
    says = threading.Thread(target=city.terminals.confirm, args=(confirmed,))
    says.start()
    issued = city.issue()
    says.join()
    victim.kill()
    victim.is_started_again_within_a_second()
    until(lambda: city.terminals.got[issued] > 0, 30, f"the order after {name} was killed")
    for order in (confirmed, issued):
        confirm_until_whole(city, order)
        lines = city.ledger(order)
        assert len(lines) == TARGETS
        assert Counter(line["state"] for line in lines) == {"acknowledged": TARGETS}
        assert {len(line["answers"]) for line in lines} == {1}
        assert {line["by"] for line in lines} == {"演示员01"}


def confirm_until_whole(city: City, order: str) -> None:
    """The terminals repeat what has not been seen to count, as the product's do, until every line says so."""

    def is_whole() -> bool:
        city.terminals.confirm(order)
        threading.Event().wait(0.5)
        seen = [city.terminals.lines.get(f"{order}/{post}") for post in city.posts]
        return all(line and line["acknowledged_at"] for line in seen)

    until(is_whole, 60, "every confirmation to be seen by its post")


def test_timers_outlive_a_worker_killed_while_they_wait_and_a_redis_that_forgets(city: City):
    """Rungs at 0, 2, 4, 6 s for districts and 1.8, 3, 4.8 s for townships: every one fires, once; those that come after
    the worker is back come on time; and nothing fires after the end."""
    body = {"targets": {"tiers": ["district", "township"]}, "title": "到岗", "text": "请确认", "grade": 2}
    asked = body | {"acknowledge_within_s": 6, "mode": "live"}
    victim = Victim(city.process, "worker")
    order = city.dispatcher.post("/api/v1/orders", json=asked).json()
    victim.kill()
    city.office.redis.flushall()
    victim.is_started_again_within_a_second()
    districts = [post.code for post in city.office.city.posts_of(["district"])]
    rungs = dict.fromkeys(city.posts, 4)
    until(lambda: counts(fired(city, order["id"])) == rungs, 40, "every rung", every=LOOK_S)
    again = city.dispatcher.post("/api/v1/orders", json=asked).json()
    until(lambda: {*districts} <= fired(city, again["id"]).keys(), 20, "the first rungs", every=LOOK_S)
    began = fired(city, again["id"])
    assert max(began[post][0] for post in districts) <= 3
    city.dispatcher.post(f"/api/v1/orders/{again['id']}/close", json={})
    before = fired(city, again["id"])
    threading.Event().wait(2.5)  # two more rungs would have come
    assert fired(city, again["id"]) == before


def counts(found: dict[str, dict[int, float]]) -> dict[str, int]:
    return {post: len(rungs) for post, rungs in found.items()}


def fired(city: City, order: str) -> dict[str, dict[int, float]]:
    """Post → rung → seconds after the issue; a rung whose steps came at two moments fired twice."""
    steps = city.dispatcher.get(f"/api/v1/orders/{order}/steps").json()["steps"]
    issued = datetime.fromisoformat(city.dispatcher.get(f"/api/v1/orders/{order}").json()["issued_at"])
    found: dict[str, dict[int, float]] = {}
    for step in steps:
        seconds = (datetime.fromisoformat(step["at"]) - issued).total_seconds()
        assert found.setdefault(step["post"], {}).setdefault(step["rung"], seconds) == seconds
    return found
