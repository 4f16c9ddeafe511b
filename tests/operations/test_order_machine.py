"""Whatever happens to orders, in whatever sequence: the ledger sums to the targets, no timer is lost, nothing fires
after the end, and nobody is told twice over one channel for one version."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from sqlalchemy import select

from domain.delivery import Channel
from domain.order import ANSWERS, Order, OrderState, counts
from domain.step import What
from domain.timers import TimerState, group_timers, timers_of
from operations.delivery_ports import Way
from storage.database import Database
from storage.migrate import upgrade
from storage.timers import timers
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice

DISTRICTS, TOWNSHIPS = ("410105", "410102"), ("410105001", "410105003")
POSTS = (*DISTRICTS, *TOWNSHIPS)
NEXT = "410103"  # the group that follows
PLAN = {
    "ladder": LADDER | {"completes_within_s": 900, "groups": [{"after_s": 360, "posts": [NEXT]}]},
    "completes": "in_position",
    "wanted": {"in_position": 3},
}


class Crash(Exception):
    """The process dies before it commits."""


@cache
def empty() -> Path:
    path = Path(tempfile.mkdtemp(prefix="zs-machine-")) / "empty.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@contextmanager
def dying(begin: Callable[[], AbstractContextManager]) -> Iterator:
    with begin() as work:
        yield work
        raise Crash


class Orders(RuleBasedStateMachine):
    running = Bundle("running")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="zs-machine-"))
        shutil.copy(empty(), self.folder / "city.db")
        self.clock, self.known = FakeClock(), []
        self.open()

    def open(self) -> None:
        self.database = Database(f"sqlite:///{self.folder / 'city.db'}")
        self.office = EscalatingOffice(self.database, self.clock, LADDER, ways=(Way(Channel.VOICE),))
        self.office.seat(*POSTS, NEXT)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    @rule(target=running, posts=st.sets(st.sampled_from(POSTS), min_size=1), planned=st.booleans())
    def issue(self, posts: set[str], planned: bool) -> str:
        order = self.office.issue(*sorted(posts))
        if planned:
            self.office.changed(order, **PLAN)
        self.known.append(order.id)
        return order.id

    @rule(order=running, post=st.sampled_from((*POSTS, NEXT)), kind=st.sampled_from(("delivered", "read")))
    def receipt(self, order: str, post: str, kind: str) -> None:
        self.office.record(self.office.receipt(order, post, kind))

    @rule(order=running, post=st.sampled_from((*POSTS, NEXT)), answer=st.sampled_from(ANSWERS), first=st.booleans())
    def answer(self, order: str, post: str, answer: str, first: bool) -> None:
        kind = "acknowledged" if first else "answered"
        self.office.record(self.office.receipt(order, post, kind, person=f"duty-{post}", answer=answer))

    @rule(seconds=st.sampled_from((0, 1, 20, 40, 60, 180, 300, 600, 900, 7200)))
    def wait_and_fire(self, seconds: int) -> None:
        self.office.wait(seconds=seconds)
        while self.office.escalations.fire_due():  # a group that joins has rungs of its own, some of them due at once
            pass
        self.office.orders.expire_due()
        assert self.overdue() == []

    @rule(seconds=st.sampled_from((20, 180, 600)))
    def die_while_firing(self, seconds: int) -> None:
        self.office.wait(seconds=seconds)
        begin = self.database.begin
        try:
            replace(self.office.escalations, begin=lambda: dying(begin)).fire_due()
        except Crash:
            self.crash()

    @rule(order=running, post=st.sampled_from(POSTS))
    def escalate(self, order: str, post: str) -> None:
        if self.get(order).state is OrderState.RUNNING and post in self.office.lines(order):
            self.office.escalations.escalate(self.office.officer, order, post)

    @rule(target=running, order=consumes(running))
    def correct(self, order: str) -> str:
        if self.get(order).state is not OrderState.RUNNING:
            return order
        made = self.office.orders.correct(self.office.officer, order, {"text": "改正"}, reason="改正")
        self.known.append(made.id)
        return made.id

    @rule(order=running, how=st.sampled_from(("close", "cancel")))
    def end(self, order: str, how: str) -> None:
        if self.get(order).state is OrderState.RUNNING:
            getattr(self.office.orders, how)(self.office.officer, order, reason="结束")

    @rule()
    def crash(self) -> None:
        """Everything in memory is gone; what was committed is not."""
        self.database.close()
        self.open()

    @invariant()
    def the_ledger_sums_to_the_targets(self) -> None:
        for order_id in self.known:
            order, lines = self.office.orders.ledger(self.office.officer, order_id)
            assert sum(counts(lines).values()) == order.targets == len(lines)

    @invariant()
    def no_timer_is_lost(self) -> None:
        for order_id in self.known:
            order, lines = self.office.orders.ledger(self.office.officer, order_id)
            kept = {row.id for row in self.rows(order_id)}
            assert {timer.id for timer in (*timers_of(order, lines), *group_timers(order))} <= kept

    @invariant()
    def nothing_fires_after_the_end(self) -> None:
        for order in map(self.get, self.known):
            if order.ended_at is None:
                continue
            rows = self.rows(order.id)
            assert TimerState.WAITING not in {row.state for row in rows}
            assert all(row.settled_at <= order.ended_at for row in rows if row.state == TimerState.FIRED)
            assert all(step.at <= order.ended_at for step in self.office.steps(order))

    @invariant()
    def nobody_is_told_twice_over_one_channel_for_one_version(self) -> None:
        for order in map(self.get, self.known):
            steps = self.office.steps(order, What.TOLD, What.DIAL)
            told = Counter((step.to, step.person, step.channel) for step in steps)
            assert all(n == 1 for n in told.values())
            assert set(told) == {(one.post, one.person, one.channel) for one in self.office.messages(order)}

    def get(self, order_id: str) -> Order:
        return self.office.orders.get(self.office.officer, order_id)

    def rows(self, order_id: str) -> list:
        with self.database.read() as work:
            return list(work.connection.execute(select(timers).where(timers.c.order == order_id)))

    def overdue(self) -> list:
        """Timers that should have fired by now."""
        late = (timers.c.state == TimerState.WAITING) & (timers.c.due_at <= self.clock.real())
        with self.database.read() as work:
            return list(work.connection.execute(select(timers.c.id).where(late)))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
class TestOrders(Orders.TestCase):
    settings = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
