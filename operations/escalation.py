"""Escalation: timers that fire, answers that ask for help, groups that follow. Everything it does is a step on the
ledger with its reason, written in the transaction that settles the timer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from domain.escalation import (
    ASKS_FOR_HELP,
    By,
    Condition,
    Ladder,
    Rung,
    Whom,
    conditions,
    is_completed,
    is_filled,
    ladder_of,
)
from domain.order import FINAL, Kind, Line, Order, OrderRefused, OrderState
from domain.shifts import DutyDays
from domain.step import Step, What, lateness
from domain.timers import Timer, TimerKind, TimerState, back, climb
from operations.deliveries import Deliveries
from operations.duty_book import DutyBook
from operations.next_group import order_group
from operations.order_reading import OrderUnknown
from operations.order_rows import announce_lines
from operations.planning import haste_in
from operations.ports import Begin, Clock, Work
from operations.rows import line_row
from operations.telling import ENOUGH, OVERDUE, Cause, Telling

FILLED, TOO_FEW, BY_HAND = "filled", "too_few", "by_hand"
_AT_ONCE = 200  # timers in one transaction: an acknowledgement waits no longer than these take
_PLAINEST_FIRST = (
    Condition.NEED_SUPPORT,
    Condition.NOT_DELIVERED,
    Condition.NOT_READ,
    Condition.NOT_ACKNOWLEDGED,
    Condition.NOT_COMPLETED,
)
_TO_ABOVE = Rung(None, 0, frozenset({Condition.NEED_SUPPORT}), (Whom.ABOVE,), (By.TERMINAL,))


@dataclass(frozen=True)
class Change:
    """A line before and after a receipt."""

    order: Order
    before: Line
    after: Line


@dataclass(frozen=True)
class _Firing:
    """What the timers of one order need while they fire."""

    work: Work
    order: Order
    ladder: Ladder
    lines: dict[tuple[str, str], Line]
    telling: Telling
    now: datetime


@dataclass(frozen=True)
class Escalations:
    """`reserved_take_part` as for Orders."""

    begin: Begin
    read: Begin
    clock: Clock
    city: City
    deliveries: Deliveries
    reserved_take_part: bool

    @cached_property
    def _days(self) -> DutyDays:
        return DutyDays(self.city.calendar)

    def steps(self, actor: Actor, order_id: str) -> list[Step]:
        """What escalation did for an order, oldest first. Raises OrderUnknown, NotAllowed."""
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        with self.read() as work:
            if work.orders.get(order_id) is None:
                raise OrderUnknown(order_id)
            return work.timers.steps(order_id)

    def escalate(self, actor: Actor, order_id: str, post: str) -> list[Step]:
        """Climb a line's next rung now, whatever its time and condition; past the last one tell the tier above. The
        steps that this made. Raises OrderUnknown, NotAllowed, OrderRefused for an order that has ended or a post
        without a line in it."""
        actor.must(Permission.DISPATCH)
        with self.begin() as work:
            order = work.orders.get(order_id)
            if order is None:
                raise OrderUnknown(order_id)
            self._check_line(work, actor, order, post)
            before = {step.id for step in work.timers.steps(order_id)}
            self._climb_now(work, order, post)
            work.audit(actor, "order.escalate", order.id, {"no": order.no, "post": post})
            return [step for step in work.timers.steps(order_id) if step.id not in before]

    def _check_line(self, work: Work, actor: Actor, order: Order, post: str) -> None:
        if not self.city.is_within(order.post, str(actor.dispatch_root)):
            raise NotAllowed(f"order {order.no} was issued above {actor.name}'s authority")
        if order.state is not OrderState.RUNNING:
            raise OrderRefused(f"order {order.no} is already {order.state}")
        if not work.orders.lines_of([(order.id, post)]):
            raise OrderRefused(f"post {post} has no line in order {order.no}")

    def _climb_now(self, work: Work, order: Order, post: str) -> None:
        now = self.clock.real()
        telling = self._telling(work, order, [post], now)
        rungs = [timer for timer in work.timers.waiting(order.id, post) if timer.kind is TimerKind.RUNG]
        if rungs:
            [line] = work.orders.lines_of([(order.id, post)]).values()
            rung = ladder_of(order.ladder).of(line.tier)[rungs[0].number]
            telling.climb(rung, replace(_cause(rungs[0], BY_HAND, now), late_s=0))
            work.timers.settle([rungs[0].id], TimerState.FIRED, now)
        else:
            telling.tell(Cause(f"{order.id}/{post}/{BY_HAND}", post, BY_HAND), Whom.ABOVE, By.TERMINAL)
        telling.write()

    def fire_due(self) -> int:
        """Fire the timers whose time has come; how many. Called by every worker twice a second: however many call it at
        once, no timer fires twice."""
        now, fired = self.clock.real(), 0
        with self.read() as work:
            first = work.timers.next_due()
        while first is not None and first <= now:
            some = self._fire_some(now)
            fired += some
            if some < _AT_ONCE:
                break
        return fired

    def _fire_some(self, now: datetime) -> int:
        with self.begin() as work:
            due = sorted(work.timers.take(now, _AT_ONCE), key=lambda timer: (timer.order, timer.due_at, timer.id))
            for order_id, mine in groupby(due, key=lambda timer: timer.order):
                self._fire(work, order_id, list(mine), now)
        return len(due)

    def answered(self, work: Work, changes: Sequence[Change]) -> None:
        """What receipts set going, in their own transaction: help is asked for at once of the tier above; whoever
        acknowledged is waited for until the completing answer; enough answers stop everything."""
        by_order: dict[str, list[Change]] = {}
        for change in changes:
            if change.order.kind is Kind.ORDER and change.order.state is OrderState.RUNNING:
                by_order.setdefault(change.order.id, []).append(change)
        for some in by_order.values():
            self._after_answers(work, some[0].order, some)

    def _after_answers(self, work: Work, order: Order, changes: Sequence[Change]) -> None:
        now, ladder = self.clock.real(), ladder_of(order.ladder)
        timers = [timer for change in changes for timer in _wait_for_completion(ladder, change)]
        work.timers.add(timers)
        asking = [change.after for change in changes if _asks_for_help(change)]
        may_fill = any(change.after.answers != change.before.answers for change in changes) and bool(order.wanted)
        if not asking and not may_fill:
            return
        telling = self._telling(work, order, [line.post for line in asking], now)
        for line in asking:
            rung = next((one for one in ladder.of(line.tier) if _helps(one)), _TO_ABOVE)
            cause = Cause(f"{order.id}/{line.post}/help{len(line.answers)}", line.post, Condition.NEED_SUPPORT)
            for by in rung.by:
                telling.tell(cause, Whom.ABOVE, by)
        if may_fill:
            self._fill(work, order, telling, now)
        telling.write()

    def _fill(self, work: Work, order: Order, telling: Telling, now: datetime) -> None:
        lines = work.orders.lines(order.id)
        if not is_filled(order.wanted, lines):
            return
        telling.say(Cause(f"{order.id}/filled", "", FILLED), What.FILLED, n=sum(order.wanted.values()))
        work.timers.drop(order.id, now)
        for line in lines:
            if not line.answers and line.state not in FINAL:
                telling.notify(Cause(f"{order.id}/filled", line.post, FILLED), line.post, ENOUGH)

    def _fire(self, work: Work, order_id: str, timers: list[Timer], now: datetime) -> None:
        order = work.orders.get(order_id)
        if order is None or order.state is not OrderState.RUNNING or order.valid_until <= now:
            work.timers.settle([timer.id for timer in timers], TimerState.DROPPED, now)
            return
        posts = sorted({timer.post for timer in timers if timer.post})
        lines = work.orders.lines_of([(order_id, post) for post in posts])
        telling = self._telling(work, order, posts, now)
        firing = _Firing(work, order, ladder_of(order.ladder), lines, telling, now)
        done: dict[TimerState, list[str]] = {}
        for timer in timers:
            acted = self._act(firing, timer)
            done.setdefault(TimerState.FIRED if acted else TimerState.IDLE, []).append(timer.id)
        telling.write()
        for state, ids in done.items():
            work.timers.settle(ids, state, now)

    def _act(self, firing: _Firing, timer: Timer) -> bool:
        """Whether there was something to do."""
        if timer.kind is TimerKind.GROUP:
            return self._next_group(firing, timer)
        line = firing.lines[timer.order, timer.post]
        if timer.kind is TimerKind.BACK:
            return self._back(firing, timer, line)
        return _climb(firing, timer, line)

    def _back(self, firing: _Firing, timer: Timer, line: Line) -> bool:
        """Acknowledged and then silent: the line is back, its terminal and the tier above are told, and it climbs its
        ladder once more, past everybody who was told before."""
        order, now = firing.order, firing.now
        if is_completed(line, order.completes) or line.state in FINAL:
            return False
        line = firing.lines[timer.order, timer.post] = line.came_back(now)
        firing.work.orders.save_lines([line])
        announce_lines(firing.work, order.id, [line])
        firing.work.announce([f"post:{line.post}"], [line_row(line)])
        cause = _cause(timer, Condition.NOT_COMPLETED, now)
        firing.telling.say(cause, What.BACK)
        firing.telling.notify(cause, line.post, OVERDUE)
        firing.telling.tell(cause, Whom.ABOVE, By.TERMINAL)
        again = climb(firing.ladder, order, line, start=now, round_=timer.round, haste=haste_in(firing.work, self.city))
        again += back(firing.ladder, order, line.post, since=now, round_=timer.round + 1)
        firing.work.timers.add(again)
        return True

    def _next_group(self, firing: _Firing, timer: Timer) -> bool:
        """Order the next group, as further lines of the same order."""
        work, order = firing.work, firing.order
        if is_filled(order.wanted, work.orders.lines(order.id)):
            return False
        group = firing.ladder.groups[timer.number]
        n = order_group(work, self.city, order, group, now=firing.now, with_reserved=self.reserved_take_part)
        firing.telling.say(_cause(timer, TOO_FEW, firing.now), What.GROUP, n=n)
        return True

    def _telling(self, work: Work, order: Order, posts: Iterable[str], now: datetime) -> Telling:
        these = set(posts)
        above = {parent for post in these if (parent := self.city.post_by_code[post].parent)}
        book = DutyBook(work, self.city, these | above, days=self._days, now=now)
        return Telling(work, order, book, deliveries=self.deliveries, city=self.city, now=now)


def _climb(firing: _Firing, timer: Timer, line: Line) -> bool:
    rung = firing.ladder.of(line.tier)[timer.number]
    true = conditions(line, firing.order.completes)
    held = rung.when & true if timer.round == 1 else true & {Condition.NOT_COMPLETED}
    if not held:
        return False
    why = next(one for one in _PLAINEST_FIRST if one in held)
    firing.telling.climb(rung, replace(_cause(timer, why, firing.now), at_once=timer.due_at <= line.queued_at))
    return True


def _cause(timer: Timer, why: str, now: datetime) -> Cause:
    late = lateness(timer.due_at, now)
    return Cause(timer.id, timer.post, why, round=timer.round, number=timer.number, late_s=late)


def _wait_for_completion(ladder: Ladder, change: Change) -> list[Timer]:
    first = change.before.acknowledged_at is None and change.after.acknowledged_at is not None
    if not first or is_completed(change.after, change.order.completes):
        return []
    assert change.after.acknowledged_at is not None
    return back(ladder, change.order, change.after.post, since=change.after.acknowledged_at)


def _asks_for_help(change: Change) -> bool:
    """Whether the newest answer asks for help and is a new one."""
    answers = change.after.answers
    return len(answers) > len(change.before.answers) and answers[-1].answer in ASKS_FOR_HELP


def _helps(rung: Rung) -> bool:
    return Condition.NEED_SUPPORT in rung.when and Whom.ABOVE in rung.tell
