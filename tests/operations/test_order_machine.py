"""Whatever happens to orders, in whatever sequence: the ledger sums to the targets, every timer that the ladder wants
is there at its time and is settled for a reason only, nothing fires after the end, and nobody is told twice over one
channel for one version. What the ladder wants is worked out here once more, without the code under test."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from sqlalchemy import select

from domain.delivery import Channel
from domain.order import ANSWERS, Line, Order, OrderState, counts
from domain.step import Step, What
from domain.timers import TimerState
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
RUNGS = {"district": (0, 1 / 3, 2 / 3, 1), "township": (0.3, 0.5, 0.8)}  # of LADDER, in limits of the tier
NOT_READ = "rung1.1"  # the rung of a township that asks whether the order was read
ROUNDS = 5


class Crash(Exception):
    """The process dies before it commits."""


@cache
def empty() -> Path:
    path = Path(tempfile.mkdtemp(prefix="zs-machine-")) / "empty.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


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


def expected(order: Order, line: Line, returned: list[datetime]) -> dict[str, datetime]:
    """Every timer that a line must have had, and when it is due: its rungs, once more each time it came back, and the
    wait for what completes it."""
    limit, within = timedelta(seconds=limit_of(order, line.tier)), order.ladder.get("completes_within_s")
    found = {
        f"{line.id}/rung{round_}.{n}": start + limit * at
        for round_, start in enumerate([line.queued_at, *returned], 1)
        for n, at in enumerate(RUNGS[line.tier])
    }
    if within and order.completes != "received" and was_acknowledged(order, line):
        waits = enumerate(
            [*([] if line.answers[0].answer == order.completes else [line.acknowledged_at]), *returned], 2
        )
        found |= {f"{line.id}/back{n}.0": at + timedelta(seconds=within) for n, at in waits if n <= ROUNDS}
    return found


def limit_of(order: Order, tier: str) -> int:
    return order.limits.get(tier) or max(order.limits.values())  # a tier that joined later has the longest


def was_acknowledged(order: Order, line: Line) -> bool:
    """While the order ran; what comes in the very moment of its end may be either."""
    at = line.acknowledged_at
    return at is not None and (order.ended_at is None or at < order.ended_at)


def groups_of(order: Order) -> dict[str, datetime]:
    groups = enumerate(order.ladder.get("groups", ())) if order.wanted else ()
    return {f"{order.id}//group1.{n}": order.issued_at + timedelta(seconds=one["after_s"]) for n, one in groups}


def had_nothing_to_do(timer: str, order: Order, lines: dict[str, Line], at: datetime) -> bool:
    """Whether a timer whose time came at `at` found everything done already."""
    _, post, what = timer.split("/")
    if not post:
        return enough(order, lines, at)
    line = lines[post]
    if what == NOT_READ and line.tier == "township" and line.read_at:
        return line.read_at <= at
    if what.startswith("rung1."):
        return line.acknowledged_at is not None and line.acknowledged_at <= at
    return order.completes in answers_by(line, at)


def answers_by(line: Line, at: datetime) -> list[str]:
    return [one.answer for one in line.answers if one.at <= at]


def enough(order: Order, lines: dict[str, Line], at: datetime) -> bool:
    said = Counter(answers[-1] for line in lines.values() if (answers := answers_by(line, at)))
    return bool(order.wanted) and all(said[answer] >= n for answer, n in order.wanted.items())


class Orders(RuleBasedStateMachine):
    running = Bundle("running")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="zs-machine-"))
        shutil.copy(empty(), self.folder / "city.db")
        self.clock, self.known, self.by_hand = FakeClock(), [], set()
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
            self.by_hand |= self.fired(order) - before

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
