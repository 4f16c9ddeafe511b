"""An order as a message of the Common Alerting Protocol 1.2: which of its fields mean what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.cap_area import Area
from domain.order import Grade, Kind, Mode, Order, OrderState

END = "-end"  # the message that ends an order has the order's identifier and this
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

# A grade says how grave it is and how soon one acts; how certain the cause is follows from what may be ordered so.
URGENCY = {Grade.I: "Immediate", Grade.II: "Immediate", Grade.III: "Expected", Grade.IV: "Expected"}
SEVERITY = {Grade.I: "Extreme", Grade.II: "Severe", Grade.III: "Moderate", Grade.IV: "Minor"}
CERTAINTY = {Grade.I: "Observed", Grade.II: "Likely", Grade.III: "Likely", Grade.IV: "Possible"}
GRADE = {severity: grade for grade, severity in SEVERITY.items()} | {"Unknown": Grade.IV}
ENDS_EARLY = frozenset({OrderState.CANCELLED, OrderState.CLOSED})


@dataclass(frozen=True)
class Words:
    """What stands in the message in one language; `area` names the areas in the same order as the message has them."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str
    sender_name: str
    contact: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """One CAP message. `references` are the earlier messages that it replaces or ends, as (identifier, sent)."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str
    restriction: str
    addresses: tuple[str, ...]
    references: tuple[tuple[str, datetime], ...]
    response: str
    urgency: str
    severity: str
    certainty: str
    expires: datetime
    parameters: tuple[tuple[str, str], ...]
    areas: tuple[Area, ...]
    words: tuple[Words, ...]

    @property
    def reference_list(self) -> str:
        """As the standard writes it: sender,identifier,sent for each, separated by a space."""
        return " ".join(f"{self.sender},{identifier},{stamp(sent)}" for identifier, sent in self.references)


def stamp(at: datetime) -> str:
    """The standard's only form: whole seconds, and an offset that is never Z."""
    return at.isoformat(timespec="seconds")


def sender_of(city: str, *, demo: bool) -> str:
    """Who sends, without the spaces and commas that the standard forbids."""
    return f"zhongshu-demo.{city}" if demo else f"zhongshu.{city}"


def status_of(order: Order, *, demo: bool) -> str:
    """A drill is Exercise; what the demo city orders is never Actual."""
    if order.mode is Mode.DRILL:
        return "Exercise"
    return "Test" if demo else "Actual"


def message(chain: Sequence[Order], *, ends: bool, demo: bool, sender: str, zone: ZoneInfo, facts: "Facts") -> Message:
    """The message of the last order of `chain` (its editions, oldest first); with `ends` the one that ends it."""
    order = chain[-1]
    earlier = chain if ends else chain[:-1]
    over = ends or order.kind is Kind.ALL_CLEAR
    kind = "Cancel" if ends else ("Update" if earlier else "Alert")
    sent = order.ended_at if ends and order.ended_at else order.issued_at
    return Message(
        identifier=order.id + END if ends else order.id,
        sender=sender,
        sent=sent.astimezone(zone),
        status=status_of(order, demo=demo),
        kind=kind,
        restriction=facts.restriction,
        addresses=facts.addresses,
        references=tuple((each.id, each.issued_at.astimezone(zone)) for each in earlier),
        response="AllClear" if over else "Execute",
        urgency="Past" if over else URGENCY[order.grade],
        severity=SEVERITY[order.grade],
        certainty=CERTAINTY[order.grade],
        expires=order.valid_until.astimezone(zone),
        parameters=tuple(parameters(order).items()),
        areas=facts.areas,
        words=facts.words,
    )


@dataclass(frozen=True)
class Facts:
    """What a message says beyond the order itself: to whom, where, and in which words."""

    restriction: str
    addresses: tuple[str, ...]
    areas: tuple[Area, ...]
    words: tuple[Words, ...]


def parameters(order: Order) -> Mapping[str, str]:
    """What the standard has no field for."""
    named = {
        "order.no": order.no,
        "order.grade": str(int(order.grade)),
        "order.mode": str(order.mode),
        "order.edition": str(order.edition),
        "order.targets": str(order.targets),
        "order.signer": order.signer,
        "order.ground": order.ground,
    }
    limits = {f"order.acknowledge_within_s.{tier}": str(seconds) for tier, seconds in order.limits.items()}
    return {name: value for name, value in (named | limits).items() if value}
