"""What the deliveries over outside channels keep, and what they need from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from domain.delivery import Channel, Delivery, DeliveryState
from domain.quiet import Limit


@dataclass(frozen=True)
class Way:
    """A channel that this installation has. `receipts`: the callee tells what became of a message, in its own words,
    which `states` explains; `needs`: which address of a person it takes (phone, email, account), empty for a room that
    many read; `limits`: how often a person may be told."""

    channel: Channel
    receipts: bool = False
    needs: str = "phone"
    states: Mapping[str, DeliveryState] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()


class DeliveryStore(Protocol):
    def add(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Write those whose id is not there yet; the ones written."""

    def get_many(self, ids: Sequence[str]) -> dict[str, Delivery]: ...
    def by_ref(self, ref: str) -> Delivery | None:
        """The delivery that a callee knows by this reference (domain.delivery.reference)."""

    def of_order(self, order_id: str) -> list[Delivery]: ...
    def save(self, deliveries: Sequence[Delivery]) -> None:
        """Write these states and let go of the claims on them."""

    def tell(self, delivery: Delivery) -> None:
        """Write what a receipt says; a claim on the message stays with whoever has it."""

    def tally(self, order_id: str) -> tuple[dict[str, dict[str, int]], int]:
        """For each channel, how many deliveries are in each state; and a number that grows with every change."""

    def is_due(self, channel: Channel, now: datetime) -> bool:
        """Whether the turn of any of them has come."""

    def claim(self, channel: Channel, now: datetime, *, limit: int, holder: str) -> list[Delivery]:
        """Take the next ones whose turn has come, lowest lane and longest waiting first; each counts a try. Nobody
        else gets them until they are saved or taken over."""

    def orphans(self, channel: Channel, holder: str) -> list[Delivery]:
        """Those claimed by anyone but `holder`: the claimer died before it said what came of the call."""

    def waiting(self) -> list[Delivery]:
        """Every one that has not left."""

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Let go of claims: these may be tried again."""

    def told_since(self, channel: Channel, people: Sequence[str], since: datetime) -> list[tuple[str, str, datetime]]:
        """(person, delivery, when) of what was told to these people since then, and of what is on its way to them."""

    def held_for(self, channel: Channel, people: Sequence[str]) -> list[Delivery]:
        """What is held back for these people and not claimed, lowest lane and longest waiting first."""

    def bundle(self, some: Sequence[Delivery], *, into: str, holder: str) -> None:
        """Claim these together with the message `into`, which says that there is more."""

    def bundled_into(self, carriers: Sequence[str]) -> list[Delivery]:
        """What these messages carry, or carried."""

    def awaiting(self, channel: Channel, since: datetime, *, now: datetime, limit: int) -> list[Delivery]:
        """Those wanted after `since` that left and may still get further, longest unheard first; asked about `now`."""

    def over(self, limit: int, *, lane: int) -> list[tuple[Delivery, str]]:
        """Waiting ones whose order has ended, or, in this lane, whose post has confirmed since they were wanted; and
        which of both: ended, confirmed."""

    def addresses(self, people: Sequence[str]) -> dict[tuple[str, str], str]:
        """(person, kind of address) → address, besides the telephone."""

    def set_address(self, person: str, kind: str, address: str) -> None: ...
    def forget_addresses(self, person: str) -> None: ...
    def note(self, channel: Channel, at: datetime, state: DeliveryState, words: str) -> None:
        """Remember the channel's last success or failure."""

    def health(self) -> dict[str, dict[str, Any]]:
        """For each channel that was ever used: last_success_at, last_failure_at, last_failure, waiting, oldest."""

    def tries(self, channel: Channel, since: datetime) -> int:
        """How many calls went out over a channel since then."""
