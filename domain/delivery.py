"""One message to one person (or post) over one outside channel: its states and the only steps it may take."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


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
    SENT = "sent"  # the callee took it; for a channel without receipts this is the end: 已发出，无回执
    DIALLED = "dialled"
    RINGING = "ringing"
    DELIVERED = "delivered"  # the callee says that it arrived; a call that was answered
    CONFIRMED = "confirmed"  # the person keyed 1, or answered by the message's own link
    FAILED = "failed"  # the channel says it cannot be delivered, or every try was used up
    DROPPED = "dropped"  # the order ended, or the post confirmed, before its turn


_RANK = {state: rank for rank, state in enumerate(("waiting", "sent", "dialled", "ringing", "delivered", "confirmed"))}
OVER = frozenset({DeliveryState.CONFIRMED, DeliveryState.FAILED, DeliveryState.DROPPED})


@dataclass(frozen=True)
class Wanted:
    """A message that a policy, an escalation or an officer wants sent. `person` is the id on the post's list of
    people, or None for the post itself; `reason` is shown on the ledger."""

    post: str
    person: str | None
    channel: Channel
    reason: str


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
    outcome: str = ""  # in the callee's words, or ours
    version: int = 1

    def reached(self, state: DeliveryState, at: datetime, outcome: str = "") -> "Delivery":
        """The delivery in a further state. One that is over, a repetition or a step back changes nothing."""
        if self.state in OVER or _RANK.get(state, len(_RANK)) <= _RANK[self.state]:
            return self
        times = self.times | {str(state): at}
        return replace(self, state=state, times=times, next_at=None, outcome=outcome, version=self.version + 1)


def key_of(order: str, wanted: Wanted) -> str:
    """The idempotency key of a message: the same person is told the same edition over the same channel once."""
    return f"{order}/{wanted.post}/{wanted.person or '-'}/{wanted.channel}"
