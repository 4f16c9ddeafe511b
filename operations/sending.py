"""The one place that lets messages out: claims them in SQL, hands them to a channel, writes what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.delivery import TEST, Channel, Delivery, DeliveryState, reference
from domain.order import Mode, Order, OrderState
from operations.confirmed_by_phone import Answered, confirm_lines, nobody_waits
from operations.deliveries import ESCALATED
from operations.delivery_rows import announce_deliveries
from operations.grid_calls import note_workers
from operations.ports import Begin, Clock, Work
from operations.quiet import Quiet, Sorted, follow

MOST_TRIES = 6
NOT_CONNECTED, NO_ANSWER, HANGS, OWN_FAULT = "not_connected", "no_answer", "hangs", "own_fault"
TOO_MANY, TRY_LATER, SERVER_FAULT, NO_WORD = "too_many", "try_later", "server_fault", "no_word"
NO_RECEIPT, CALLER_DIED = "no_receipt", "caller_died"
OUTCOMES = (
    NOT_CONNECTED,
    NO_ANSWER,
    HANGS,
    OWN_FAULT,
    TOO_MANY,
    TRY_LATER,
    SERVER_FAULT,
    NO_WORD,
    NO_RECEIPT,
    CALLER_DIED,
)
_LOOKS = 20  # in one claim, as long as all that is found is held back
_STILL_ASKED = timedelta(hours=6)  # how long a callee is asked what became of a message
_WORDS = 200  # of a callee's answer
_LONGEST_PAUSE_S = 300.0


@dataclass(frozen=True)
class Message:
    """What leaves: `short` for channels that take a few hundred characters, `whole` for those that take a letter.
    `ref` names it to the callee."""

    ref: str
    channel: Channel
    address: str
    title: str
    short: str
    whole: str


@dataclass(frozen=True)
class Came:
    """What came of a call. WAITING asks for another try, after `again_s` if the callee said so."""

    state: DeliveryState
    words: str = ""
    again_s: float | None = None


class Adapter(Protocol):
    """A channel's way out. Both may block, and never raise. `idempotent`: the callee knows a repeated call by its key
    and sends nothing twice; `asks`: it can be asked what became of a message."""

    idempotent: bool
    asks: bool

    def send(self, message: Message) -> Came: ...
    def ask(self, ref: str) -> Came | None:
        """What became of a message, None when the callee cannot say."""


@dataclass(frozen=True)
class Job:
    """A claimed message on its way; `order` is None for one that only tries the channel."""

    delivery: Delivery
    order: Order | None
    message: Message


class Words(Protocol):
    """The words of messages (operations/wording.py)."""

    def words_of(self, order: Order, *, tier: str) -> str: ...
    def short_of(self, order: Order, *, tier: str) -> str: ...
    def tier_of(self, post: str) -> str: ...
    def more_of(self, orders: int, links: Sequence[str]) -> str: ...


class Outbound:
    """One channel's messages on their way out. `holder` names this process among its like; `outside`: False in a demo;
    `trial` is what a message says that only tries the channel; `answered` is told of lines that a key confirmed.
    Without `quiet` nothing is held back from anybody."""

    def __init__(  # noqa: PLR0913 - what the one place that sends must know; every one by name
        self,
        begin: Begin,
        read: Begin,
        *,
        clock: Clock,
        channel: Channel,
        adapter: Adapter,
        receipts: bool,
        words: Words,
        trial: str,
        outside: bool,
        holder: str,
        answered: Answered = nobody_waits,
        quiet: Quiet | None = None,
    ):
        self._quiet = quiet
        self._begin, self._read, self._clock, self._adapter, self._words = begin, read, clock, adapter, words
        self.channel, self._receipts, self._trial, self._outside = channel, receipts, trial, outside
        self._holder, self._answered = holder, answered
        self.asks = adapter.asks

    def claim(self, limit: int) -> list[Job]:
        """Up to `limit` messages whose turn has come, claimed for this process. Those that nobody needs any more are
        dropped here, and those that would tell somebody too often are held back."""
        with self._read() as work:  # most looks find nothing, and cost nobody the turn to write
            if not work.deliveries.is_due(self.channel, self._clock.real()):
                return []
        for _ in range(_LOOKS):
            jobs, claimed = self._claim(limit)
            if jobs or claimed < limit:
                return jobs
        return []

    def _claim(self, limit: int) -> tuple[list[Job], int]:
        """In one transaction; and how many were claimed, for all of them may have been held back."""
        now = self._clock.real()
        with self._begin() as work:
            claimed = work.deliveries.claim(self.channel, now, limit=limit, holder=self._holder)
            beside = self._quiet.held_beside(work, claimed) if self._quiet and claimed else []
            orders = {one: work.orders.get(one) for one in {each.order for each in (*claimed, *beside)} - {TEST}}
            dropped = self._needless(work, [*claimed, *beside], orders)
            gone = {one.id for one in dropped}
            wanted, others = ([one for one in some if one.id not in gone] for some in (claimed, beside))
            found = self._quiet.sort(work, wanted, others, orders, now) if self._quiet else Sorted(wanted)
            for carrier, along in found.along.items():
                work.deliveries.bundle(along, into=carrier, holder=self._holder)
            work.deliveries.save([*dropped, *found.later])
            announce_deliveries(work, [*dropped, *found.later])
        return [self._job(one, orders.get(one.order), found.along.get(one.id, ())) for one in found.go], len(claimed)

    def _needless(self, work: Work, claimed: Sequence[Delivery], orders: dict[str, Order | None]) -> list[Delivery]:
        lines = work.orders.lines_of(sorted({(one.order, one.post) for one in claimed if one.order != TEST}))
        now, found = self._clock.real(), []
        for one in claimed:
            order, line = orders.get(one.order), lines.get((one.order, one.post))
            if one.order != TEST and (order is None or order.state is not OrderState.RUNNING):
                found.append(one.reached(DeliveryState.DROPPED, now, "ended"))
            elif one.lane == ESCALATED and line and line.acknowledged_at and line.acknowledged_at > one.wanted_at:
                found.append(one.reached(DeliveryState.DROPPED, now, "confirmed"))
        return found

    def _job(self, delivery: Delivery, order: Order | None, along: Sequence[Delivery] = ()) -> Job:
        title, short, whole = self._trial, self._trial, self._trial
        if order is not None:
            tier = self._words.tier_of(delivery.post)
            title, short = order.title, self._words.short_of(order, tier=tier)
            whole = self._words.words_of(order, tier=tier)
        if delivery.link:
            short, whole = f"{short} {delivery.link}", f"{whole}\n{delivery.link}"
        others = len({one.order for one in along} - {delivery.order})
        if others:
            more = self._words.more_of(others, [one.link for one in along if one.link])
            short, whole = f"{short} {more}", f"{whole}\n{more}"
        ref = reference(delivery.id)
        return Job(delivery, order, Message(ref, self.channel, delivery.address, title, short, whole))

    def send(self, job: Job) -> Came:
        """Call the channel; may block. Nothing of a drill or of a demo passes here, whoever wrote it."""
        if not self._outside:
            return Came(DeliveryState.DROPPED, "demo")
        if job.order is not None and job.order.mode is not Mode.LIVE:
            return Came(DeliveryState.DROPPED, "drill")
        return self._adapter.send(job.message)

    def to_ask(self, limit: int) -> list[Delivery]:
        """Messages that left and that the callee may know more of by now."""
        now = self._clock.real()
        with self._begin() as work:
            return work.deliveries.awaiting(self.channel, now - _STILL_ASKED, now=now, limit=limit)

    def ask(self, delivery: Delivery) -> Came | None:
        return self._adapter.ask(reference(delivery.id))

    def settle(self, came: Sequence[tuple[Delivery, Came]]) -> None:
        """Write what came of calls, all in one transaction. A receipt that was faster than the call's own answer
        stays."""
        if not came:
            return
        now = self._clock.real()
        with self._begin() as work:
            stored = work.deliveries.get_many([delivery.id for delivery, _ in came])
            told = [(stored[delivery.id], what) for delivery, what in came if delivery.id in stored]
            after = [(before, self._after(before, what, now)) for before, what in told]
            changed = [new for before, new in after if new is not before]
            work.deliveries.save(changed)
            work.deliveries.release([before for before, new in after if new is before])
            confirm_lines(work, [new for new in changed if new.state is DeliveryState.CONFIRMED], now, self._answered)
            note_workers(work, changed, now)
            announce_deliveries(work, changed)
            follow(work, [new for _, new in after], now)
            self._note(work, [what for _, what in came], now)

    def _after(self, delivery: Delivery, came: Came, now: datetime) -> Delivery:
        words = came.words[:_WORDS]
        if came.state is DeliveryState.SENT and not self._receipts:
            return delivery.reached(came.state, now, words or NO_RECEIPT)
        if came.state is not DeliveryState.WAITING:
            return delivery.reached(came.state, now, words)
        if delivery.attempts >= MOST_TRIES:
            return delivery.reached(DeliveryState.FAILED, now, words)
        pause = 2.0**delivery.attempts if came.again_s is None else came.again_s
        return delivery.again(now + timedelta(seconds=min(max(pause, 0.5), _LONGEST_PAUSE_S)), words)

    def _note(self, work: Work, came: Sequence[Came], now: datetime) -> None:
        for what in {one.state: one for one in came}.values():
            if what.state is not DeliveryState.DROPPED:
                work.deliveries.note(self.channel, now, what.state, what.words[:_WORDS])

    def take_over(self) -> int:
        """What a process had claimed that died before it wrote what came of it; how many. Where the callee knows a
        repeated call it is made again; otherwise it may have left, and is not sent again."""
        now = self._clock.real()
        with self._begin() as work:
            left = work.deliveries.orphans(self.channel, self._holder)
            if self._adapter.idempotent:
                work.deliveries.release(left)
                return len(left)
            unknown = [one.reached(DeliveryState.UNKNOWN, now, CALLER_DIED) for one in left]
            work.deliveries.save(unknown)
            announce_deliveries(work, unknown)
        return len(left)

    def tried_since(self, seconds: float) -> int:
        """How many calls went out in the last seconds, by whatever process."""
        with self._read() as work:
            return work.deliveries.tries(self.channel, self._clock.real() - timedelta(seconds=seconds))


def drop_needless(begin: Begin, read: Begin, clock: Clock) -> Callable[[], int]:
    """Drops waiting messages, calls by hand too, whose order has ended; and of escalations those whose post has
    confirmed since: a first alert or a mass call is for its person, whatever the post's desk says."""

    def once() -> int:
        with read() as work:
            if not work.deliveries.over(1, lane=ESCALATED):
                return 0
        with begin() as work:
            over = work.deliveries.over(500, lane=ESCALATED)
            dropped = [one.reached(DeliveryState.DROPPED, clock.real(), why) for one, why in over]
            work.deliveries.save(dropped)
            announce_deliveries(work, dropped)
        return len(dropped)

    return once
