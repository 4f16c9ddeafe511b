"""What people and callees tell of messages over outside channels: receipts, calls by hand, the channels' own health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from domain.delivery import TEST, Channel, Delivery, DeliveryState, Wanted, key_of
from domain.identity import new_id
from domain.order import Order, OrderRefused, OrderState
from domain.quiet import Limit
from operations.confirmed_by_phone import Answered, confirm_lines, nobody_waits
from operations.contacts import masked
from operations.deliveries import FIRST, Deliveries
from operations.delivery_ports import Way
from operations.delivery_rows import announce_deliveries
from operations.grid_calls import note_workers
from operations.order_reading import OrderUnknown
from operations.ports import Begin, Clock, Row, Work
from operations.quiet import follow

_LONGEST_NOTE, _LONGEST_ADDRESS = 200, 200
_CONFIRMS = "1"  # the digit that somebody who is called keys to confirm


class DeliveryUnknown(OrderUnknown):
    """There is no message of this reference."""


class NoSuchChannel(OrderRefused):
    """This installation does not have the channel."""


class NoAddress(OrderRefused):
    """The channel needs to know where to."""


class NothingLeaves(OrderRefused):
    """A demo sends nothing out."""


@dataclass(frozen=True)
class ChannelHealth:
    """A configured channel: how often it may tell a person, what it last did, how many messages wait for it, and since
    when the first of them does."""

    channel: Channel
    receipts: bool
    needs: str
    limits: tuple[Limit, ...]
    waiting: int
    oldest: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str


class DeliveryDesk:
    """`answered` is told of lines that a key on a telephone confirmed."""

    def __init__(
        self,
        begin: Begin,
        read: Begin,
        *,
        clock: Clock,
        city: City,
        deliveries: Deliveries,
        answered: Answered = nobody_waits,
    ):
        self._begin, self._read, self._clock, self._city, self._deliveries = begin, read, clock, city, deliveries
        self._answered = answered

    def of_order(self, actor: Actor, order_id: str) -> list[Delivery]:
        """Every message of an order, with its address. Raises OrderUnknown, NotAllowed."""
        _may_see(actor)
        with self._read() as work:
            self._order(work, order_id)
            return work.deliveries.of_order(order_id)

    def called(
        self, actor: Actor, order_id: str, post: str, person: str | None, *, reached: bool, note: str = ""
    ) -> Delivery:
        """Somebody of the centre has dialled a number of this post: whether anybody answered, and what was said. It
        confirms nothing in the post's name. Raises NotAllowed without dispatch authority over the post, OrderUnknown,
        OrderRefused for a post that is not ordered or an order that has ended."""
        actor.must(Permission.DISPATCH)
        if post not in self._city.post_by_code or not self._city.is_within(post, str(actor.dispatch_root)):
            raise NotAllowed(f"{actor.name} may call posts below {actor.dispatch_root} only")
        now, words = self._clock.real(), f"{actor.name}: {note}"[:_LONGEST_NOTE] if note.strip() else actor.name
        wanted = Wanted(post, person, Channel.CALL, "by_hand")
        with self._begin() as work:
            order = self._order(work, order_id)
            if order.state is not OrderState.RUNNING:
                raise OrderRefused(f"order {order.no} has ended: nobody has to be called any more")
            self._deliveries.enqueue(work, order, [wanted], lane=FIRST)
            after = work.deliveries.get_many([key_of(order_id, wanted)])[key_of(order_id, wanted)]
            after = after.dialled(reached, now, words)
            work.deliveries.save([after])
            announce_deliveries(work, [after])
            detail = {"post": post, "person": person, "reached": reached, "number": masked(after.address)}
            work.audit(actor, "delivery.called", order_id, detail)
        return after

    def receipt(self, actor: Actor, ref: str, state: str, *, digit: str = "") -> Delivery:
        """A callee tells what became of a message, in its own words; `digit` is what was keyed during a call. A step
        back or a repetition changes nothing. Raises NotAllowed, DeliveryUnknown, OrderRefused for a word that the
        channel's settings do not explain."""
        actor.must(Permission.TELL_RECEIPTS)
        now = self._clock.real()
        with self._begin() as work:
            delivery = work.deliveries.by_ref(ref)
            if delivery is None:
                raise DeliveryUnknown(ref)
            after = delivery.reached(self._meant(delivery, state, digit), now, state[:_LONGEST_NOTE])
            if after is not delivery:
                work.deliveries.tell(after)
                if after.state is DeliveryState.CONFIRMED:
                    confirm_lines(work, [after], now, self._answered)
                note_workers(work, [after], now)
                announce_deliveries(work, [after])
                follow(work, [after], now)
        return after

    def _meant(self, delivery: Delivery, word: str, digit: str) -> DeliveryState:
        way = self._deliveries.ways.get(delivery.channel)
        if way is None or not way.receipts:
            raise OrderRefused(f"channel {delivery.channel} has no receipts here")
        if digit == _CONFIRMS and delivery.channel is Channel.VOICE:
            return DeliveryState.CONFIRMED
        if word not in way.states:
            raise OrderRefused(f"state {word!r} is not one of {', '.join(way.states)}")
        return way.states[word]

    def health(self, actor: Actor) -> list[ChannelHealth]:
        """Every configured channel. Raises NotAllowed."""
        if not actor.may(Permission.ADMINISTER):
            _may_see(actor)
        with self._read() as work:
            known = work.deliveries.health()
        return [_health(way, known) for way in self._deliveries.ways.values()]

    def try_channel(self, actor: Actor, channel: str, address: str) -> Delivery:
        """Send a test message to an address of one's own. Raises NotAllowed, NoSuchChannel, NoAddress where the
        channel needs one, and NothingLeaves in a demo."""
        if not actor.may(Permission.ADMINISTER):
            actor.must(Permission.DISPATCH)
        way = next((way for way in self._deliveries.ways.values() if way.channel == channel), None)
        if way is None:
            raise NoSuchChannel(f"channel {channel!r} is not one of {', '.join(self._deliveries.ways) or 'none'}")
        if way.needs and not address.strip():
            raise NoAddress("say where to: the channel needs an address")
        if not self._deliveries.outside:
            raise NothingLeaves("this is a demo: nothing leaves it")
        now = self._clock.real()
        made = _trial(way.channel, address.strip()[:_LONGEST_ADDRESS], now)
        with self._begin() as work:
            work.deliveries.add([made])
            work.audit(actor, "channel.tried", str(way.channel), {"address": masked(made.address)})
        return made

    def trials(self, actor: Actor, limit: int = 20) -> list[Delivery]:
        """The newest test messages and what came of them."""
        if not actor.may(Permission.ADMINISTER):
            actor.must(Permission.DISPATCH)
        with self._read() as work:
            return sorted(work.deliveries.of_order(TEST), key=lambda one: one.wanted_at, reverse=True)[:limit]

    @staticmethod
    def _order(work: Work, order_id: str) -> Order:
        order = work.orders.get(order_id)
        if order is None:
            raise OrderUnknown(order_id)
        return order


def summed(deliveries: Sequence[Delivery]) -> dict[str, int]:
    """How many messages are in each state; they sum to the number of messages."""
    found = {str(state): 0 for state in DeliveryState}
    for one in deliveries:
        found[one.state] += 1
    return found


def _may_see(actor: Actor) -> None:
    if not actor.may(Permission.DISPATCH):
        actor.must(Permission.SEE_LEDGER)


def _trial(channel: Channel, address: str, now: datetime) -> Delivery:
    made = f"{TEST}/{new_id(now)}/-/{channel}"
    return Delivery(made, TEST, "", None, channel, address, TEST, DeliveryState.WAITING, FIRST, now, now)


def _health(way: Way, known: dict[str, Row]) -> ChannelHealth:
    row = known.get(way.channel, {})
    times = (row.get("oldest"), row.get("last_success_at"), row.get("last_failure_at"))
    said = (way.channel, way.receipts, way.needs, way.limits)
    return ChannelHealth(*said, row.get("waiting", 0), *times, row.get("last_failure") or "")
