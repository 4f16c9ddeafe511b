"""Telling people: what a rung of a ladder says to whom over what, gathered for one order and written together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from domain.city import City, Tier
from domain.delivery import Channel, Delivery, DeliveryState, Wanted, key_of
from domain.escalation import By, Condition, Rung, Whom
from domain.order import Order
from domain.step import Notice, Step, What
from operations.deliveries import Deliveries
from operations.duty_book import DutyBook, Somebody
from operations.ports import Work
from operations.readiness import readiness_in
from operations.step_rows import announce_notices, announce_steps

HURRY, OVERDUE, ENOUGH, SILENT_BELOW, HELP_BELOW = "hurry", "overdue", "enough", "silent_below", "help_below"


@dataclass(frozen=True)
class Cause:
    """Why something is told about a post's line; `id` is the same however often it is tried."""

    id: str
    post: str
    why: str
    round: int = 1
    number: int | None = None
    late_s: float = 0.0
    at_once: bool = False  # the first second of the order: nobody has been silent yet


class Telling:
    """One order in one transaction. Nothing is written before `write`."""

    def __init__(
        self, work: Work, order: Order, book: DutyBook, *, deliveries: Deliveries, city: City, now: datetime
    ) -> None:
        self._work, self._order, self._book = work, order, book
        self._deliveries, self._city, self._now = deliveries, city, now
        self._steps: list[Step] = []
        self._notices: list[Notice] = []
        self._wanted: list[tuple[Step, Wanted]] = []

    def climb(self, rung: Rung, cause: Cause) -> None:
        """Tell everybody a rung names, over everything it names; in a city at war over every channel there is."""
        for whom in rung.tell:
            for by in dict.fromkeys((*rung.by, *self._besides)):
                self.tell(cause, whom, by)

    @cached_property
    def _besides(self) -> tuple[By, ...]:
        """The configured channels where the switch says that they go in parallel. A call is made once, not twice."""
        if not readiness_in(self._work, self._city).effects.channels_in_parallel:
            return ()
        return tuple(By(channel) for channel in self._deliveries.ways if channel is not Channel.VOICE)

    def tell(self, cause: Cause, whom: Whom, by: By) -> None:
        to = self._city.post_by_code[cause.post].parent if whom is Whom.ABOVE else cause.post
        step = self._step(cause, What.DESK, whom, to=to or "", channel=by)
        if to is None or self._city.post_by_code[to].tier is Tier.CITY:
            self._add(replace(step, id=f"{cause.id}/{whom}", channel=""))
        elif by is By.TERMINAL:
            self._notice(step, cause, whom, to)
        else:
            self._message(step, cause, whom, Channel.VOICE if by is By.PHONE else Channel(by))

    def say(self, cause: Cause, what: What, *, n: int = 0) -> None:
        """A step that tells nobody in particular."""
        self._add(replace(self._step(cause, what, None, to=cause.post, channel=""), n=n))

    def notify(self, cause: Cause, post: str, key: str) -> None:
        """A line on a post's terminal, without a step of its own."""
        self._notices.append(Notice(f"{cause.id}/{post}", post, self._order.id, key, cause.post, self._now))

    def write(self) -> int:
        """Write all of it in the order's transaction; how many steps were new."""
        self._enqueue()
        made = self._work.timers.add_steps(self._steps)
        announce_steps(self._work, self._order.id, made)
        announce_notices(self._work, self._work.timers.add_notices(self._notices))
        return len(made)

    def _notice(self, step: Step, cause: Cause, whom: Whom, to: str) -> None:
        below = HELP_BELOW if cause.why == Condition.NEED_SUPPORT else SILENT_BELOW
        key = below if whom is Whom.ABOVE else (HURRY if cause.round == 1 else OVERDUE)
        self._notices.append(Notice(step.id, to, self._order.id, key, cause.post, self._now))
        self._add(replace(step, what=What.NOTICE))

    def _message(self, step: Step, cause: Cause, whom: Whom, channel: Channel) -> None:
        there = self._book.who(step.to, Whom.ON_DUTY if whom is Whom.ABOVE else whom)
        if not there:
            self._add(replace(step, what=What.NOBODY, channel=channel))
            return
        if channel not in self._deliveries.channels:
            if cause.at_once and channel is not Channel.VOICE:
                self._add(replace(step, what=What.NO_CHANNEL, channel=channel))
                return
            channel = Channel.CALL
        for one in there:
            wanted = Wanted(step.to, one.id, channel, cause.why)
            if any(wanted == known for _, known in self._wanted):
                self._add(replace(_about(step, one), what=What.TOLD_BEFORE, channel=channel))
            else:
                self._wanted.append((_about(step, one), wanted))

    def _enqueue(self) -> None:
        """Who was told over a channel before, or has no address on it, is dialled instead: the ladder gets louder, and
        nothing is sent twice."""
        again = self._told(self._wanted)
        calls = [(step, replace(wanted, channel=Channel.CALL)) for step, wanted in again]
        for step, wanted in self._told([pair for pair in calls if pair not in again]):
            self._add(replace(step, what=What.TOLD_BEFORE, channel=wanted.channel))
        for step, wanted in again:
            if wanted.channel is Channel.CALL:
                self._add(replace(step, what=What.TOLD_BEFORE, channel=wanted.channel))

    def _told(self, pairs: Sequence[tuple[Step, Wanted]]) -> list[tuple[Step, Wanted]]:
        """Enqueue; those that have to be told in another way."""
        if not pairs:
            return []
        made = {one.id: one for one in self._deliveries.enqueue(self._work, self._order, [each for _, each in pairs])}
        others = []
        for step, wanted in pairs:
            new = made.pop(key_of(self._order.id, wanted), None)
            if new is None or (_is_lost(new) and step.phone and wanted.channel is not Channel.CALL):
                others.append((step, wanted))
            else:
                self._add(replace(step, what=_what(new), channel=wanted.channel))
        return others

    def _step(self, cause: Cause, what: What, whom: Whom | None, *, to: str, channel: str) -> Step:
        return Step(
            id=f"{cause.id}/{whom}/{channel}" if whom else cause.id,
            order=self._order.id,
            post=cause.post,
            at=self._now,
            what=what,
            why=cause.why,
            round=cause.round,
            rung=cause.number,
            whom=whom or "",
            to=to,
            channel=channel,
            late_s=cause.late_s,
        )

    def _add(self, step: Step) -> None:
        if all(step.id != known.id for known in self._steps):
            self._steps.append(step)


def _is_lost(one: Delivery) -> bool:
    return one.state is DeliveryState.FAILED


def _what(one: Delivery) -> What:
    if _is_lost(one):
        return What.NO_NUMBER
    return What.DIAL if one.channel is Channel.CALL else What.TOLD


def _about(step: Step, one: Somebody) -> Step:
    return replace(step, id=f"{step.id}/{one.id}", person=one.id, name=one.name, phone=one.phone, listed=one.listed)
