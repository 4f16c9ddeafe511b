"""Messages over outside channels, as the operations want them: written with the order, never sent from here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.delivery import Channel, Delivery, DeliveryState, Wanted, key_of
from domain.order import Mode, Order
from operations.delivery_ports import Way
from operations.delivery_rows import announce_deliveries
from operations.ports import Begin, Clock, Row, Work

FIRST, ESCALATED, MASS = 0, 1, 2  # lanes: a first alert goes before an escalation, and both before a mass call
_BY_TELEPHONE = frozenset({Channel.SMS, Channel.VOICE, Channel.CALL})


class Deliveries:
    """`ways`: the outside channels that this installation has; a person of the centre can always dial (CALL).
    `outside`: False in a demo, from which nothing ever leaves."""

    def __init__(self, begin: Begin, read: Begin, *, clock: Clock, ways: Sequence[Way], outside: bool):
        self._begin, self._read, self._clock, self.outside = begin, read, clock, outside
        self.ways: Mapping[Channel, Way] = {way.channel: way for way in ways}

    @property
    def channels(self) -> frozenset[Channel]:
        """What may be wanted: the configured channels, and the call by hand."""
        return frozenset(self.ways) | {Channel.CALL}

    def enqueue(self, work: Work, order: Order, wanted: Sequence[Wanted], *, lane: int = ESCALATED) -> list[Delivery]:
        """Write the messages that are wanted, in `work`'s transaction; those that were not there yet. The same person
        is told the same edition over the same channel once, however often it is wanted. Without a gateway for calls a
        VOICE becomes a CALL, which somebody of the centre dials; any other channel that this installation does not
        have is left out. A message of a drill or a demo is written as dropped: nothing of it leaves."""
        asked = [one for one in map(self._possible, wanted) if one is not None]
        if not asked:
            return []
        book = _AddressBook(work, asked)
        now = self._clock.real()
        made = [self._made(order, one, book, now=now, lane=lane) for one in asked]
        added = work.deliveries.add(made)
        announce_deliveries(work, added)
        return added

    def _possible(self, wanted: Wanted) -> Wanted | None:
        if wanted.channel in self.ways or wanted.channel is Channel.CALL:
            return wanted
        return replace(wanted, channel=Channel.CALL) if wanted.channel is Channel.VOICE else None

    def _made(self, order: Order, wanted: Wanted, book: "_AddressBook", *, now: datetime, lane: int) -> Delivery:
        way = self.ways.get(wanted.channel)
        needs = way.needs if way else "phone"
        made = Delivery(
            id=key_of(order.id, wanted),
            order=order.id,
            post=wanted.post,
            person=wanted.person,
            channel=wanted.channel,
            address=wanted.address or (book.address(wanted, needs) if needs else ""),
            reason=wanted.reason,
            state=DeliveryState.WAITING,
            lane=lane,
            wanted_at=now,
            next_at=now,
            link=wanted.link,
        )
        if needs and not made.address:
            return made.reached(DeliveryState.FAILED, now, "no_address")
        if wanted.channel is not Channel.CALL and (order.mode is Mode.DRILL or not self.outside):
            return made.reached(DeliveryState.DROPPED, now, "drill" if order.mode is Mode.DRILL else "demo")
        return made


class _AddressBook:
    """How the people that messages are wanted for are reached, read once."""

    def __init__(self, work: Work, wanted: Sequence[Wanted]) -> None:
        posts = sorted({one.post for one in wanted if one.person and not one.address})
        people: list[Row] = [one for some in work.people.of_many(posts).values() for one in some] if posts else []
        self._phones = {one["id"]: one["phone"] for one in people}
        self._others = work.deliveries.addresses(sorted({str(one.person) for one in wanted if one.person}))

    def address(self, wanted: Wanted, needs: str) -> str:
        if wanted.person is None:
            return ""
        if needs == "phone":
            return str(self._phones.get(wanted.person, ""))
        return self._others.get((wanted.person, needs), "")
