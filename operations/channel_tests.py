"""Tests of channels: every post answers on each channel now and then, so that who cannot be reached is known before the
emergency. One missed test brings a reminder, two in a row tell the tier above."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.account import Actor, Permission, Role
from domain.channel_test import TERMINAL, ChannelTest, Miss, follows, missed_in_a_row
from domain.city import City, Tier
from domain.delivery import Channel, Delivery, DeliveryState, Wanted
from domain.escalation import Whom
from domain.order import Kind, Line, Mode, Order, OrderRefused, OrderState
from domain.roll_call import absent
from domain.shifts import DutyDays
from domain.step import Notice, Step, What
from operations.deliveries import MASS, Deliveries
from operations.drafts import OrderRequest
from operations.duty_book import DutyBook
from operations.orders import Orders
from operations.ports import Begin, Clock, Work
from operations.step_rows import announce_notices, announce_steps
from operations.targets import ORDERED, Targets
from operations.zones import zone_of

MISSED, MISSED_BELOW = "test_missed", "unreachable_below"  # what the terminals of the post and of the one above show
REASON = "channel_test"
_STAYS = timedelta(days=7)
_LOOKED_BACK = timedelta(days=400)
_COMPARED = 6  # tests of the same channel that say how many were missed in a row
_SETTLED_WITHIN = timedelta(days=3)
_ARRIVED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.CONFIRMED})


@dataclass(frozen=True)
class ChannelTests:
    """Times are real time."""

    begin: Begin
    read: Begin
    clock: Clock
    city: City
    orders: Orders
    deliveries: Deliveries

    def exists(self, channel: str) -> bool:
        """Whether this installation has the channel; from a demo nothing leaves over any but the terminal."""
        return channel == TERMINAL or (self.deliveries.outside and channel in self.deliveries.ways)

    def test(self, actor: Actor, channel: str, targets: Targets, *, within_s: int) -> Order:
        """Test a channel now. Raises NotAllowed, and OrderRefused also for a channel that is not there."""
        if not self.exists(channel):
            raise OrderRefused(f"there is no channel {channel!r} here to test")
        actor.must(Permission.DISPATCH)
        with self.begin() as work:
            return self._test(work, actor, channel, targets, within_s)

    def run_due(self) -> list[Order]:
        """Begin the tests whose time has come, and draw the consequences of those that are over; for the worker, every
        few seconds. Two workers at once begin each test once."""
        now = self.clock.real()
        self._settle_ended(now)
        return [order for rule in self.city.channel_tests if (order := self._begin_due(rule, now)) is not None]

    def _begin_due(self, rule: ChannelTest, now: datetime) -> Order | None:
        zone = zone_of(self.city)
        due = rule.due_on(now.astimezone(zone).date(), zone)
        if due is None or not due <= now < due + timedelta(seconds=rule.within_s) or not self.exists(rule.channel):
            return None
        with self.read() as work:
            if self._begun(work, rule.channel, due):
                return None
        with self.begin() as work:
            work.take_numbers("channel tests", 1)  # whoever else begins it waits here, and then sees that it began
            if self._begun(work, rule.channel, due):
                return None
            centre = Actor("system", self.city.centre, Role.MACHINE, dispatch_root=self.city.code, known_by="key")
            return self._test(work, centre, rule.channel, Targets(tiers=self._tiers()), rule.within_s)

    def _tiers(self) -> tuple[str, ...]:
        there = {post.tier for post in self.city.posts}
        return tuple(tier for tier in ORDERED if tier in there)

    def _begun(self, work: Work, channel: str, since: datetime) -> bool:
        return any(one.template == _subject(channel) for one in work.orders.of_kind(Kind.CHANNEL_TEST, since))

    def _test(self, work: Work, actor: Actor, channel: str, targets: Targets, within_s: int) -> Order:
        words = self.city.routine_words
        asked = OrderRequest(
            targets,
            title=words.channel_test_title,
            text=words.channel_test_text,
            variables={"channel": words.channels.get(channel, channel)},
            limits=within_s,
            answers=("received",),
            mode=Mode.LIVE,
        )
        subject = _subject(channel)
        order = self.orders.issue_routine(work, actor, asked, kind=Kind.CHANNEL_TEST, subject=subject)
        if channel != TERMINAL:
            self._send(work, order, Channel(channel))
        return order

    def _send(self, work: Work, order: Order, channel: Channel) -> None:
        """To whoever is on duty at each post, over the channel under test and no other."""
        posts = [line.post for line in work.orders.lines(order.id)]
        book = DutyBook(work, self.city, posts, days=DutyDays(self.city.calendar), now=order.issued_at)
        told = [Wanted(post, one.id, channel, REASON) for post in posts for one in book.who(post, Whom.ON_DUTY)]
        self.deliveries.enqueue(work, order, told, lane=MASS)

    def _settle_ended(self, now: datetime) -> None:
        with self.read() as work:
            recent = work.orders.of_kind(Kind.CHANNEL_TEST, now - _SETTLED_WITHIN)
            ended = [one for one in recent if _counts(one) and not _is_settled(work, one)]
        for order in ended:
            with self.begin() as work:
                self._settle(work, order, now)

    def _settle(self, work: Work, order: Order, now: datetime) -> None:
        lines = work.orders.lines(order.id)
        missed = absent(lines)
        over = Step(f"{order.id}/tested", order.id, "", now, What.TESTED, REASON, n=len(lines) - len(missed))
        if not work.timers.add_steps([over]):
            return  # another worker was first
        self._verify(work, order, [line for line in lines if line.acknowledged_at and not line.late])
        in_a_row = self._missed_in_a_row(work, order)
        told = [self._consequence(order, line.post, in_a_row.get(line.post, 1), now) for line in missed]
        steps = work.timers.add_steps([step for step, _ in told])
        announce_steps(work, order.id, [over, *steps])
        announce_notices(work, work.timers.add_notices([notice for _, notice in told if notice]))

    def _missed_in_a_row(self, work: Work, order: Order) -> dict[str, int]:
        """For each post how many of the newest tests of this channel it missed one after the other, this one too."""
        tests = work.orders.of_kind(Kind.CHANNEL_TEST, order.issued_at - _LOOKED_BACK)
        same = [one for one in tests if one.template == order.template and _counts(one)]
        same = [one for one in same if one.issued_at <= order.issued_at][:_COMPARED]
        answered: dict[str, list[bool]] = {}
        for test in reversed(same):
            for line in work.orders.lines(test.id):
                answered.setdefault(line.post, []).append(line.acknowledged_at is not None and not line.late)
        return {post: missed_in_a_row(rows) for post, rows in answered.items()}

    def _consequence(self, order: Order, post: str, missed: int, now: datetime) -> tuple[Step, Notice | None]:
        reminds = follows(missed) is Miss.REMINDER
        to = post if reminds else str(self.city.post_by_code[post].parent)
        step = Step(f"{order.id}/{post}/missed", order.id, post, now, What.NOTICE, MISSED, to=to, n=missed)
        step = replace(step, channel=str(order.template).removeprefix(_subject("")))
        if self.city.post_by_code[to].tier is Tier.CITY:
            return replace(step, what=What.DESK), None
        key = MISSED if reminds else MISSED_BELOW
        return step, Notice(step.id, to, order.id, key, post, now, until=now + _STAYS)

    def _verify(self, work: Work, order: Order, answered: Sequence[Line]) -> None:
        """A number over which somebody was reached and answered is known to work."""
        posts = {line.post: line.acknowledged_at for line in answered}
        reached = [one for one in work.deliveries.of_order(order.id) if one.post in posts and _by_number(one)]
        for one in reached:
            work.roster.verify(str(one.person), one.address, at=posts[one.post] or order.issued_at, by=order.id)


def _subject(channel: str) -> str:
    return f"channel:{channel}"


def _counts(order: Order) -> bool:
    """Whether the test was held to its end; one that was withdrawn says nothing about anybody."""
    return order.state in (OrderState.EXPIRED, OrderState.CLOSED)


def _is_settled(work: Work, order: Order) -> bool:
    return any(step.what is What.TESTED for step in work.timers.steps(order.id))


def _by_number(one: Delivery) -> bool:
    return one.channel in (Channel.SMS, Channel.VOICE) and one.state in _ARRIVED and bool(one.person and one.address)
