"""One message to one person (or post) over one outside channel: its states and the only steps it may take."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

TEST = "test"  # stands in place of an order's id for a message that only tries a channel


class Channel(StrEnum):
    """The kinds of outside channel; the post's own terminal is not one of them: it has the ledger line itself."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WEBHOOK = "webhook"
    CALL = "call"  # a person of the centre dials: nothing is sent, the outcome is typed


class DeliveryState(StrEnum):
    WAITING = "waiting"  # written, its turn has not come, or it is tried again at `next_at`
    UNKNOWN = "unknown"  # it may have left: the callee's answer was lost. Never sent again by itself: 可能已发出
    BUNDLED = "bundled"  # its words stayed here: another message to the same person said that there is more
    SENT = "sent"  # the callee took it; for a channel without receipts this is the end: 已发出，无回执
    DIALLED = "dialled"
    RINGING = "ringing"
    DELIVERED = "delivered"  # the callee says that it arrived; a call that was answered
    CONFIRMED = "confirmed"  # the person keyed 1, or answered by the message's own link
    FAILED = "failed"  # the channel says it cannot be delivered, or every try was used up
    DROPPED = "dropped"  # the order ended, or the post confirmed, before its turn


_STEPS = ("waiting", "unknown", "bundled", "sent", "dialled", "ringing", "delivered", "confirmed")
_RANK = {state: rank for rank, state in enumerate(_STEPS)}
_LEFT = frozenset(_STEPS) - {"waiting", "bundled"}
OVER = frozenset({DeliveryState.CONFIRMED, DeliveryState.FAILED, DeliveryState.DROPPED})


@dataclass(frozen=True)
class Wanted:
    """A message that a policy, an escalation or an officer wants sent. `person` is the id on the post's list of
    people, or None for the post itself; `reason` is shown on the ledger; `address` only for somebody who is on no
    post's list of people. `link` is added to the words, for whom it lets answer: kept until the message has left."""

    post: str
    person: str | None
    channel: Channel
    reason: str
    address: str = ""
    link: str = ""


@dataclass(frozen=True)
class Delivery:
    """`id` is its idempotency key: order (one id for each edition) × post × person × channel. `lane`: 0 goes first."""

    id: str
    order: str
    post: str
    person: str | None
    channel: Channel
    address: str
    reason: str
    state: DeliveryState
    lane: int
    wanted_at: datetime
    next_at: datetime | None
    attempts: int = 0
    times: dict[str, datetime] = field(default_factory=dict)  # state → when the centre knew
    outcome: str = ""  # in the callee's words, or a key of ours
    link: str = ""
    version: int = 1
    left_at: datetime | None = None  # when the person was, or may have been, told
    bundled_into: str | None = None  # the message that says for this one that there is more

    def reached(self, state: DeliveryState, at: datetime, outcome: str = "") -> "Delivery":
        """The delivery in a further state. One that is over, a repetition or a step back changes nothing, and what
        arrived did not fail: a callee that says so later is not believed."""
        if self.state in OVER or not self._leads_to(state):
            return self
        times = self.times | {str(state): at}
        left = self.left_at or (at if state in _LEFT else None)
        after = replace(self, state=state, times=times, next_at=None, outcome=outcome, link="", left_at=left)
        return replace(after, version=self.version + 1)

    def dialled(self, reached: bool, at: datetime, outcome: str) -> "Delivery":
        """The delivery once somebody of the centre has dialled the number; every try counts, and who was reached once
        stays reached."""
        state = DeliveryState.DELIVERED if reached else DeliveryState.FAILED
        kept = self.state if self.state in (DeliveryState.DELIVERED, DeliveryState.CONFIRMED) else state
        times = self.times | {str(state): at}
        tried = replace(self, attempts=self.attempts + 1, version=self.version + 1)
        return replace(tried, state=kept, times=times, next_at=None, outcome=outcome)

    def again(self, at: datetime, outcome: str) -> "Delivery":
        """The delivery once the callee asked to be tried again at `at`."""
        if self.state is not DeliveryState.WAITING:
            return self
        return replace(self, next_at=at, outcome=outcome, version=self.version + 1)

    def held(self, until: datetime, why: str) -> "Delivery":
        """The delivery, held back so that its person is not told too often: that was no try."""
        later = replace(self, next_at=until, outcome=why, attempts=max(0, self.attempts - 1), bundled_into=None)
        return replace(later, version=self.version + 1)

    def following(self, carrier: "Delivery", at: datetime) -> "Delivery":
        """The delivery that was bundled into `carrier`, once that has come so far: what may have left may have been
        told, and what did not leave waits again by itself."""
        if carrier.state is DeliveryState.UNKNOWN:
            return self.reached(DeliveryState.UNKNOWN, at, carrier.outcome)
        if carrier.left_at is None:
            return replace(self, bundled_into=None, version=self.version + 1)
        if carrier.state is DeliveryState.FAILED:
            return self.reached(DeliveryState.FAILED, at, carrier.outcome)
        return self.reached(DeliveryState.BUNDLED, at)

    def _leads_to(self, state: DeliveryState) -> bool:
        if state is DeliveryState.DROPPED:
            return self.state is DeliveryState.WAITING
        if state is DeliveryState.FAILED:
            return self.state is not DeliveryState.DELIVERED
        return _RANK[state] > _RANK[self.state]


def key_of(order: str, wanted: Wanted) -> str:
    """The idempotency key of a message: the same person is told the same edition over the same channel once."""
    return f"{order}/{wanted.post}/{wanted.person or '-'}/{wanted.channel}"


def reference(delivery_id: str) -> str:
    """How a callee knows a message: it says nothing about anybody, and is the Idempotency-Key of a repeated call."""
    return hashlib.blake2b(delivery_id.encode(), digest_size=12).hexdigest()
