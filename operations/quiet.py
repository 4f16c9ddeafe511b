"""Quiet telephones: which messages go now, which are held back, and which are bundled into one that goes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.delivery import Channel, Delivery
from domain.order import Grade, Order
from domain.quiet import HOURS, Held, Limit, QuietHours, Why, held
from operations.delivery_rows import announce_deliveries
from operations.grid_calls import note_workers
from operations.ports import Work

_MOST_LINKS = 3  # in one bundle: a short message has no room for more


@dataclass
class Sorted:
    """What goes, what is held back, and what each message that goes carries along, by its id."""

    go: list[Delivery] = field(default_factory=list)
    later: list[Delivery] = field(default_factory=list)
    along: dict[str, list[Delivery]] = field(default_factory=dict)


@dataclass(frozen=True)
class Quiet:
    """`limits`: how often a person may be told over this channel."""

    channel: Channel
    limits: tuple[Limit, ...]
    zone: ZoneInfo

    def held_beside(self, work: Work, claimed: Sequence[Delivery]) -> list[Delivery]:
        """What waits, held back, for the people of these messages."""
        return work.deliveries.held_for(self.channel, _people(claimed))

    def sort(
        self,
        work: Work,
        claimed: Sequence[Delivery],
        beside: Sequence[Delivery],
        orders: Mapping[str, Order | None],
        now: datetime,
    ) -> Sorted:
        """Decide for each claimed message, in their order; the first to a person that may go carries along what is
        held back for him. A message to no person, as into a room, is never held back."""
        desk = _Sorting(self, orders, now, self._told(work, claimed, now), _hours(work, claimed))
        desk.waiting(one for one in (*claimed, *beside) if one.outcome in list(Why))
        for one in claimed:
            desk.decide(one)
        return desk.found

    def _told(self, work: Work, claimed: Sequence[Delivery], now: datetime) -> dict[str, list[datetime]]:
        since = now - timedelta(minutes=max((limit.minutes for limit in self.limits), default=0))
        mine, told = {one.id for one in claimed}, defaultdict[str, list[datetime]](list)
        for person, delivery, at in work.deliveries.told_since(self.channel, _people(claimed), since):
            if delivery not in mine:
                told[person].append(at)
        return told


class _Sorting:
    def __init__(
        self,
        quiet: Quiet,
        orders: Mapping[str, Order | None],
        now: datetime,
        told: dict[str, list[datetime]],
        hours: Mapping[str, QuietHours],
    ) -> None:
        self._quiet, self._orders, self._now, self._told, self._hours = quiet, orders, now, told, hours
        self._waiting: dict[str, list[Delivery]] = defaultdict(list)
        self._gone: set[str] = set()
        self.found = Sorted()

    def waiting(self, some: Iterable[Delivery]) -> None:
        for one in some:
            self._waiting[str(one.person)].append(one)

    def decide(self, one: Delivery) -> None:
        if one.id in self._gone:
            return
        verdict = self._verdict(one) if one.person else None
        if verdict is not None:
            self.found.later.append(one.held(verdict.until, verdict.why))
            return
        self._gone.add(one.id)
        self.found.go.append(one)
        if one.person:
            self._told[one.person].append(self._now)
            self._take_along(one)

    def _verdict(self, one: Delivery, *, past: bool = True) -> Held | None:
        order = self._orders.get(one.order)
        if order is None:
            return None
        return held(
            self._now,
            past=self._told[str(one.person)] if past else (),
            limits=self._quiet.limits,
            hours=self._hours.get(str(one.person)),
            zone=self._quiet.zone,
            urgent=order.grade <= Grade.II,
        )

    def _take_along(self, carrier: Delivery) -> None:
        links = 0
        for one in self._waiting[str(carrier.person)]:
            is_quiet = self._verdict(one, past=False) is not None
            if one.id in self._gone or is_quiet or (one.link and links == _MOST_LINKS):
                continue
            links += bool(one.link)
            self._gone.add(one.id)
            self.found.along.setdefault(carrier.id, []).append(one)


def follow(work: Work, carriers: Sequence[Delivery], now: datetime) -> None:
    """What was bundled into these messages follows what became of them."""
    by_id = {one.id: one for one in carriers}
    pairs = [(one, by_id[str(one.bundled_into)]) for one in work.deliveries.bundled_into(list(by_id))]
    after = [(one, one.following(carrier, now)) for one, carrier in pairs]
    changed = [new for old, new in after if new is not old]
    work.deliveries.save(changed)
    note_workers(work, changed, now)
    announce_deliveries(work, changed)


def _people(some: Sequence[Delivery]) -> list[str]:
    return sorted({one.person for one in some if one.person})


def _hours(work: Work, claimed: Sequence[Delivery]) -> dict[str, QuietHours]:
    """Those of the people of these messages. Hours that cannot be read keep nobody quiet."""
    said = work.deliveries.addresses(_people(claimed))
    hours = {person: QuietHours.read(value) for (person, kind), value in said.items() if kind == HOURS}
    return {person: one for person, one in hours.items() if one is not None}
