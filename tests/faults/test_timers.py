"""Timers are rows, not threads: a worker that is killed while they wait loses none, and the next one fires each at its
time, or at once when its time has passed meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

import config
from domain.account import Actor, Role
from domain.order import Order
from office import Office
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.conftest import Program, until

pytestmark = pytest.mark.faults
LIMIT_S = 24  # the rungs of a district come at 0, 1/3, 2/3 and 1 of it: 0, 8, 16 and 24 s
LATE_S = 54  # the second rung at 18 s: a worker that starts after 8 s is there by then, or fires it at once
LOOK_S = 0.1
SOON = timedelta(seconds=1)
POST, CANARY = "410105", "410102"


@dataclass
class City:
    """A live city without web and supervisor: what fires does so in the worker that the test started."""

    program: Program
    office: Office

    def __post_init__(self) -> None:
        self.officer = Actor("o1", "officer", Role.OFFICER, dispatch_root=self.office.city.code)

    def issue(self, post: str, limit_s: int) -> Order:
        said = OrderRequest(Targets(posts=(post,)), title="到岗", text="请确认", limits=limit_s)
        return self.office.orders.issue(self.officer, said)

    def fired(self, order: Order) -> dict[int, datetime]:
        """Rung → when it fired; a rung whose steps came at two moments fired twice."""
        found: dict[int, datetime] = {}
        for step in self.office.escalations.steps(self.officer, order.id):
            assert found.setdefault(step.rung, step.at) == step.at
        return found

    def rung(self, order: Order, number: int, within: float = 90) -> datetime:
        until(lambda: number in self.fired(order), within, f"rung {number}", every=LOOK_S)
        return self.fired(order)[number]

    @contextmanager
    def worker(self) -> Iterator[datetime]:
        """A worker until the block ends with kill -9; since when it works, seen by an order that is due at once."""
        canary = self.issue(CANARY, LIMIT_S)
        process = self.program.start("worker")
        try:
            up = self.rung(canary, 0)
            self.office.orders.close(self.officer, canary.id, reason="seen")
            yield up
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.fixture
def city(the_program: Program, redis_url: str) -> Iterator[City]:
    the_program.environment |= {"VAR_DIR": str(the_program.folder / "var"), "REDIS_URL": redis_url}
    assert [the_program.run(command).returncode for command in ("go-live", "migrate")] == [0, 0]
    office = Office(config.read(the_program.environment, the_program.folder))
    yield City(the_program, office)
    office.database.close()
    office.redis.close()


def test_a_step_fires_at_its_time_after_a_kill_and_at_once_when_the_time_passed_meanwhile(city: City):
    with city.worker():
        waiting, missed = city.issue(POST, LATE_S), city.issue(POST, LIMIT_S)
        for order in (waiting, missed):
            city.rung(order, 0)
    passed = next_due(missed, LIMIT_S)
    threading.Event().wait((passed - datetime.now(UTC)).total_seconds() + 0.2)
    assert sorted(city.fired(missed)) == [0]
    with city.worker() as up:
        assert up > passed
        assert abs(city.rung(missed, 1) - up) <= SOON
        due = next_due(waiting, LATE_S)
        assert due <= city.rung(waiting, 1) <= max(due, up) + SOON


def next_due(order: Order, limit_s: int) -> datetime:
    """When the second rung is to fire."""
    return order.issued_at + timedelta(seconds=limit_s / 3)
