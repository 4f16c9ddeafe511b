"""Whatever happens to orders, in whatever sequence: the ledger sums to the targets, every timer that the ladder wants
is there at its time and is settled for a reason only, nothing fires after the end, and nobody is told twice over one
channel for one version. What the ladder wants is worked out in expected_timers.py, without the code under test."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from sqlalchemy import select

from domain.delivery import Channel
from domain.order import ANSWERS, Line, Order, OrderState, counts
from domain.step import Step, What
from domain.timers import TimerState
from operations.delivery_ports import Way
from storage.database import Database
from storage.timers import timers
from tests.databases import a_database, compiled_once
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice
from tests.operations.expected_timers import enough, expected, groups_of, had_nothing_to_do

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


class Dying:
    """Transactions of a process that dies before its `last` one commits."""

    def __init__(self, begin: Callable[[], AbstractContextManager], last: int) -> None:
        self.begin, self.left = begin, last

    @contextmanager
    def __call__(self) -> Iterator:
        with self.begin() as work:
            yield work
            self.left -= 1
            if not self.left:
                raise Crash


class Orders(RuleBasedStateMachine):
    running = Bundle("running")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="zs-machine-"))
        a_database(self.folder).close()
        self.clock, self.known, self.by_hand = FakeClock(), [], set()
        self.open()

    def open(self) -> None:
        self.database = compiled_once(Database(f"sqlite:///{self.folder / 'city.db'}"))
        self.office = EscalatingOffice(self.database, self.clock, LADDER, ways=(Way(Channel.VOICE),))
        self.office.seat(*POSTS, NEXT)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    @initialize(target=running)
    def issue_to_all(self) -> str:
        """So that every run has an order with everything that a plan can ask for."""
        return self.issue(set(POSTS), planned=True)

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

    @rule(order=running, posts=st.sets(st.sampled_from(POSTS), min_size=2))
    def arrive(self, order: str, posts: set[str]) -> None:
        """Acknowledged and in position at once: enough of them stop everything."""
        for post in sorted(posts):
            self.answer(order, post, "in_position", first=True)

    @rule(order=running, post=st.sampled_from(POSTS), times=st.integers(1, 3))
    def acknowledge_and_fall_silent(self, order: str, post: str, times: int) -> None:
        self.answer(order, post, "received", first=True)
        for _ in range(times):
            self.wait_and_fire(PLAN["ladder"]["completes_within_s"])

    @rule()
    def fire_before_anybody_noticed_that_the_time_was_over(self) -> None:
        self.office.wait(hours=9)
        self.office.escalations.fire_due()
        self.office.orders.expire_due()

    @rule(seconds=st.sampled_from((20, 180, 600)), last=st.sampled_from((1, 2)))
    def die_while_firing(self, seconds: int, last: int) -> None:
        self.office.wait(seconds=seconds)
        try:
            replace(self.office.escalations, begin=Dying(self.database.begin, last)).fire_due()
        except Crash:
            self.crash()

    @rule(order=running, post=st.sampled_from(POSTS))
    def escalate(self, order: str, post: str) -> None:
        if self.get(order).state is OrderState.RUNNING and post in self.office.lines(order):
            before = self.fired(order)
            self.office.escalations.escalate(self.office.officer, order, post)
            climbed = self.fired(order) - before
            assert len(climbed) <= 1
            self.by_hand |= climbed

    @rule(target=running, order=consumes(running))
    def correct(self, order: str) -> str:
        if self.get(order).state is not OrderState.RUNNING:
            return order
        before = self.get(order)
        made = self.office.orders.correct(self.office.officer, order, {"text": "改正"}, reason="改正")
        assert (made.ladder, made.completes, made.wanted) == (before.ladder, before.completes, before.wanted)
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
        for order, lines in self.ledgers():
            steps = self.office.steps(order, What.BACK)
            wanted = groups_of(order)
            for line in lines.values():
                wanted |= expected(order, line, [step.at for step in steps if step.post == line.post])
            kept = {row.id: row.due_at for row in self.rows(order.id)}
            assert wanted.keys() <= kept.keys()
            assert all(abs(kept[timer] - due) < timedelta(seconds=0.01) for timer, due in wanted.items())

    @invariant()
    def no_timer_is_settled_without_a_reason(self) -> None:
        for order, lines in self.ledgers():
            steps = self.office.steps(order)
            for row in self.rows(order.id):
                if row.state == TimerState.FIRED:
                    assert row.settled_at < order.valid_until, row
                    assert self.fired_rightly(row, steps), row
                elif row.state == TimerState.IDLE:
                    assert row.settled_at >= row.due_at, row
                    assert had_nothing_to_do(row.id, order, lines, row.settled_at), row
                elif row.state == TimerState.DROPPED:
                    over = order.ended_at is not None or order.valid_until <= row.settled_at
                    assert over or enough(order, lines, row.settled_at), row

    def fired_rightly(self, row, steps: list[Step]) -> bool:
        """Not before its time unless an officer climbed, and something stands on the ledger."""
        in_time = row.settled_at >= row.due_at or row.id in self.by_hand
        return in_time and any(step.id == row.id or step.id.startswith(f"{row.id}/") for step in steps)

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

    def ledgers(self) -> Iterator[tuple[Order, dict[str, Line]]]:
        for order_id in self.known:
            order, lines = self.office.orders.ledger(self.office.officer, order_id)
            yield order, {line.post: line for line in lines}

    def fired(self, order_id: str) -> set[str]:
        return {row.id for row in self.rows(order_id) if row.state == TimerState.FIRED}

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
        phases=(Phase.generate,),  # to shrink a failure takes minutes: add Phase.shrink by hand
    )
