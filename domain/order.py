"""An order to posts: what it is, the ledger line of each post, and the only steps both may take."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any


class Grade(IntEnum):
    """Ⅰ red, Ⅱ orange, Ⅲ yellow, Ⅳ blue. Not the level of an emergency response."""

    I = 1  # noqa: E741 - the trade's own numeral
    II = 2
    III = 3
    IV = 4


class Mode(StrEnum):
    LIVE = "live"
    DRILL = "drill"


class OrderState(StrEnum):
    RUNNING = "running"
    CORRECTED = "corrected"  # a newer edition took its place
    CANCELLED = "cancelled"  # withdrawn
    CLOSED = "closed"  # ended by the officer
    EXPIRED = "expired"  # its validity ran out


class LineState(StrEnum):
    QUEUED = "queued"  # written, not yet handed to the socket
    SENT = "sent"  # handed to the post's room
    DELIVERED = "delivered"  # the post's terminal says it has it
    READ = "read"  # it was shown to somebody
    ACKNOWLEDGED = "acknowledged"  # a named person confirmed, or a program with a key for the post
    FAILED = "failed"  # the channel says it cannot be delivered
    EXPIRED = "expired"  # the order's validity ran out first
    WITHDRAWN = "withdrawn"  # the order was corrected or cancelled first


class KnownBy(StrEnum):
    LOGIN = "login"  # the person's own account
    PIN = "pin"  # the person's PIN on the post's device
    CHOSEN = "chosen"  # a name chosen on the post's device: no proof of who it was
    PHONE = "phone"  # a digit keyed on the person's own telephone, called by the centre
    KEY = "key"  # no person: a program that holds a key for the post


class Kind(StrEnum):
    ORDER = "order"
    ALL_CLEAR = "all_clear"  # the danger that `references` spoke of is over
    ROLL_CALL = "roll_call"  # who answers is there
    CHANNEL_TEST = "channel_test"  # who answers can be reached over the channel under test


ROUTINE = frozenset({Kind.ROLL_CALL, Kind.CHANNEL_TEST})  # no danger behind them: on no wall, in no alert feed
ANSWERS = ("received", "in_position", "need_support", "cannot")

_RANK = {LineState.QUEUED: 0, LineState.SENT: 1, LineState.DELIVERED: 2, LineState.READ: 3, LineState.ACKNOWLEDGED: 4}
_STAMP = {LineState.SENT: "sent_at", LineState.DELIVERED: "delivered_at", LineState.READ: "read_at"}
FINAL = frozenset({LineState.EXPIRED, LineState.WITHDRAWN})


class OrderRefused(Exception):
    """The order cannot be issued or changed so; the sentence says why and what to do."""


class ReceiptRefused(Exception):
    """The receipt does not fit its order or post; the sentence says why."""


@dataclass(frozen=True)
class Order:
    """`limits`: seconds to acknowledge, by tier. `edition` counts corrections within a `chain` of orders.

    `completes` is the answer that completes a line; `wanted` how many of which answer are enough (none: everybody);
    `ladder` the escalation in force, as the plan gives it; `second` who approved it, or `override` why nobody could.
    """

    id: str
    no: str
    chain: str
    edition: int
    title: str
    text: str
    grade: Grade
    mode: Mode
    issued_at: datetime
    valid_until: datetime
    issued_by: str
    signer: str
    post: str
    limits: Mapping[str, int]
    answers: tuple[str, ...]
    ground: str = ""
    callback: str = ""
    template: str | None = None
    references: str | None = None
    superseded_by: str | None = None
    state: OrderState = OrderState.RUNNING
    ended_at: datetime | None = None
    reason: str = ""
    tiers: Mapping[str, int] = field(default_factory=dict)
    version: int = 1
    kind: Kind = Kind.ORDER
    completes: str = "received"
    wanted: Mapping[str, int] = field(default_factory=dict)
    ladder: Mapping[str, Any] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    plan_version: int | None = None
    second: str | None = None
    override: str = ""
    meeting: str = ""

    @property
    def targets(self) -> int:
        return sum(self.tiers.values())

    def ended(self, state: OrderState, *, at: datetime, reason: str = "", superseded_by: str | None = None) -> "Order":
        """The order after its end. Raises OrderRefused when it has already ended."""
        if self.state is not OrderState.RUNNING:
            raise OrderRefused(f"order {self.no} is already {self.state}")
        return replace(
            self, state=state, ended_at=at, reason=reason, superseded_by=superseded_by, version=self.version + 1
        )


@dataclass(frozen=True)
class Answer:
    at: datetime  # when the centre had it
    answer: str
    note: str
    by: str
    claimed_at: datetime | None = None  # when the terminal says it was given
    place: tuple[float, float] | None = None  # lon, lat in WGS-84, where the person let it be told

    def repeats(self, before: "Answer") -> bool:
        """Whether it says nothing that the answer before did not."""
        same = (self.answer, self.note) == (before.answer, before.note)
        return same and self.place in (None, before.place)


@dataclass(frozen=True)
class Line:
    """One post's line in the ledger of one order. The times are when the centre knew."""

    order: str
    post: str
    tier: str
    state: LineState
    queued_at: datetime
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    acknowledged_at: datetime | None = None
    by: str | None = None
    known_by: KnownBy | None = None
    answers: tuple[Answer, ...] = ()
    late: bool = False
    reason: str = ""
    version: int = 1
    overdue_at: datetime | None = None  # since when the completing answer is overdue; the acknowledgement was not it

    @property
    def id(self) -> str:
        return f"{self.order}/{self.post}"

    def reached(self, state: LineState, at: datetime) -> "Line":
        """The line once it is known to be sent, delivered or read. Going back or repeating changes nothing, but a
        missing earlier time is filled in: what was read was delivered."""
        if self.state in FINAL:
            return self
        stamps: dict[str, Any] = {
            _STAMP[s]: at for s in _STAMP if _RANK[s] <= _RANK[state] and getattr(self, _STAMP[s]) is None
        }
        further = _RANK.get(self.state, -1) < _RANK[state]
        if not stamps and not further:
            return self
        return replace(self, state=state if further else self.state, version=self.version + 1, **stamps)

    def acknowledged(self, answer: Answer, *, known_by: KnownBy, limit: timedelta | None) -> "Line":
        """The line once a named person confirmed; the first confirmation counts, further answers are kept beside it."""
        line = self.reached(LineState.READ, answer.at)
        if line.acknowledged_at is not None:
            return line.answered(answer)
        late = limit is not None and answer.at - self.queued_at > limit
        state = line.state if line.state in FINAL else LineState.ACKNOWLEDGED
        return replace(
            line,
            state=state,
            acknowledged_at=answer.at,
            by=answer.by,
            known_by=known_by,
            answers=(*line.answers, answer),
            late=late,
            version=line.version + 1,
        )

    def answered(self, answer: Answer) -> "Line":
        """The line with a further answer: a changed mind keeps both. The same answer again changes nothing."""
        if self.answers and answer.repeats(self.answers[-1]):
            return self
        return replace(self, answers=(*self.answers, answer), version=self.version + 1)

    def came_back(self, at: datetime) -> "Line":
        """The line once its completing answer is overdue: it was acknowledged, and then silent."""
        return replace(self, overdue_at=self.overdue_at or at, version=self.version + 1)

    def stopped(self, state: LineState, reason: str) -> "Line":
        """The line when its order ended before this post confirmed; a confirmed line stays as it is."""
        if self.state is LineState.ACKNOWLEDGED or self.state in FINAL:
            return self
        return replace(self, state=state, reason=reason, version=self.version + 1)


def counts(lines: Iterable[Line]) -> dict[str, int]:
    """How many lines are in each state; the values sum to the number of targets."""
    found = Counter(line.state for line in lines)
    return {state: found.get(state, 0) for state in LineState}
