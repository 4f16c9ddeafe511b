"""Telephones that are not rung too often: what is held back says so, and goes as one message when its window opens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from domain.account import Actor, Permission, Role
from domain.delivery import Channel, Delivery, DeliveryState, Wanted, reference
from domain.order import Order
from domain.quiet import HOURS, Limit
from layouts.text import text
from operations.deliveries import FIRST, MASS, Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.delivery_ports import Way
from operations.drafts import OrderRequest
from operations.quiet import Quiet
from operations.sending import Came, Message, Outbound
from operations.targets import Targets
from operations.wording import Wording
from operations.zones import zone_of
from tests.operations.conftest import Office

POST, PERSON = "410105", "p-410105"
WAY = Way(Channel.SMS, receipts=True, states={"DELIVRD": DeliveryState.DELIVERED, "UNDELIV": DeliveryState.FAILED})
GATEWAY = Actor("k", "gateway", Role.MACHINE, extra=frozenset({Permission.TELL_RECEIPTS}))
LIMITS = (Limit(2, 15),)


class Out:
    """A way out that answers what it is told to and keeps what went out."""

    asks = False

    def __init__(self, *, idempotent: bool = False) -> None:
        self.idempotent, self.next, self.sent = idempotent, Came(DeliveryState.SENT), list[Message]()

    def send(self, message: Message) -> Came:
        self.sent.append(message)
        return self.next

    def ask(self, ref: str) -> Came | None:
        return None


@dataclass
class Station:
    office: Office
    out: Out = field(default_factory=Out)
    limits: tuple[Limit, ...] = LIMITS
    orders: list[Order] = field(default_factory=list)

    def __post_init__(self) -> None:
        one = self.office
        begin, read, clock = one.database.begin, one.database.read, one.clock
        self.deliveries = Deliveries(begin, read, clock=clock, ways=[WAY], outside=True)
        self.desk = DeliveryDesk(begin, read, clock=clock, city=one.city, deliveries=self.deliveries)

    def outbound(self, holder: str = "a") -> Outbound:
        return Outbound(
            self.office.database.begin,
            self.office.database.read,
            clock=self.office.clock,
            channel=Channel.SMS,
            adapter=self.out,
            receipts=True,
            words=Wording(self.office.city, text),
            trial="",
            outside=True,
            holder=holder,
            quiet=Quiet(Channel.SMS, self.limits, zone_of(self.office.city)),
        )

    def order(self, *, grade: int = 4, person: str = PERSON, link: str = "", lane: int = FIRST) -> Order:
        """An order of which the person is to be told, a second after the last one."""
        self.office.wait(seconds=1)
        request = OrderRequest(Targets(posts=(POST,)), title="到岗", text="请到岗", grade=grade)
        self.orders.append(self.office.orders.issue(self.office.officer, request))
        wanted = Wanted(POST, person, Channel.SMS, "first", "13800000001", link)
        with self.office.database.begin() as work:
            self.deliveries.enqueue(work, self.orders[-1], [wanted], lane=lane)
        return self.orders[-1]

    def send(self, outbound: Outbound | None = None) -> None:
        """Everything whose turn has come."""
        outbound = outbound or self.outbound()
        while jobs := outbound.claim(8):
            outbound.settle([(job.delivery, outbound.send(job)) for job in jobs])

    def of(self, order: Order) -> Delivery:
        with self.office.database.read() as work:
            return work.deliveries.of_order(order.id)[0]

    def states(self) -> list[str]:
        return [str(self.of(order).state) for order in self.orders]


@pytest.fixture
def station(office: Office) -> Station:
    return Station(office)


def test_the_third_message_of_a_window_is_held_back_and_says_until_when(station: Station):
    for _ in range(3):
        station.order()
        station.send()
    held = station.of(station.orders[2])
    until = station.of(station.orders[0]).left_at + timedelta(minutes=15)
    assert station.states() == ["sent", "sent", "waiting"]
    assert (held.outcome, held.next_at, held.attempts) == ("held_limit", until, 0)
    assert len(station.out.sent) == 2


def test_when_the_window_opens_one_message_tells_of_all_that_was_held_back(station: Station):
    for _ in range(6):
        station.order()
    station.send()
    station.office.wait(minutes=14)
    station.send()
    assert (len(station.out.sent), station.states().count("waiting")) == (2, 4)
    station.office.wait(minutes=1)
    station.send()
    assert len(station.out.sent) == 3
    assert "另有 3 条指令，请打开终端" in station.out.sent[2].short
    assert "另有 3 条指令，请打开终端" in station.out.sent[2].whole
    assert station.orders[2].no in station.out.sent[2].short
    assert station.states() == ["sent"] * 3 + ["bundled"] * 3
    assert {station.of(order).bundled_into for order in station.orders[3:]} == {station.of(station.orders[2]).id}
    station.office.wait(minutes=60)
    station.send()
    assert len({message.ref for message in station.out.sent}) == len(station.out.sent) == 3


def test_another_person_and_another_grade_are_not_held_back(station: Station):
    for _ in range(4):
        station.order()
    other, urgent = station.order(person="p2"), station.order(grade=2)
    station.send()
    assert (station.of(other).state, station.of(urgent).state) == ("sent", "sent")
    assert station.states()[:4] == ["sent", "sent", "waiting", "waiting"]


def test_quiet_hours_hold_a_yellow_order_until_morning_and_not_an_orange_one(station: Station):
    with station.office.database.begin() as work:
        work.deliveries.set_address(PERSON, HOURS, "14:00-15:00")  # the clock says 14:30
    yellow, orange = station.order(grade=3), station.order(grade=2)
    station.send()
    assert (station.of(yellow).outcome, station.of(orange).state) == ("held_hours", "sent")
    assert station.of(yellow).next_at == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert "另有" not in station.out.sent[0].short
    station.office.wait(minutes=30)
    station.send()
    assert station.of(yellow).state is DeliveryState.SENT


def test_what_is_held_back_and_not_needed_any_more_is_dropped_and_not_told_of(station: Station):
    for _ in range(5):
        station.order()
    station.send()
    station.office.orders.cancel(station.office.officer, station.orders[4].id, reason="解除")
    station.office.wait(minutes=15)
    station.send()
    assert "另有 1 条指令" in station.out.sent[2].short
    assert station.states() == ["sent", "sent", "sent", "bundled", "dropped"]


@pytest.mark.parametrize("came", [Came(DeliveryState.FAILED, "7"), Came(DeliveryState.WAITING, "too_many", 60.0)])
def test_what_was_bundled_into_a_message_that_did_not_leave_waits_again(station: Station, came: Came):
    for _ in range(4):
        station.order()
    station.send()
    station.office.wait(minutes=15)
    outbound = station.outbound()
    [job] = outbound.claim(8)
    outbound.settle([(job.delivery, came)])
    assert station.of(station.orders[3]).state is DeliveryState.WAITING
    assert station.of(station.orders[3]).bundled_into is None
    station.office.wait(minutes=1)
    station.send()
    assert station.of(station.orders[3]).state in (DeliveryState.SENT, DeliveryState.BUNDLED)


def test_what_was_bundled_fails_with_the_message_that_the_callee_could_not_deliver(station: Station):
    for _ in range(4):
        station.order()
    station.send()
    station.office.wait(minutes=15)
    station.send()
    carrier = station.of(station.orders[2])
    station.desk.receipt(GATEWAY, reference(carrier.id), "UNDELIV")
    assert [station.states()[n] for n in (2, 3)] == ["failed", "failed"]


@pytest.mark.parametrize(("idempotent", "states"), [(False, ["unknown", "unknown"]), (True, ["sent", "bundled"])])
def test_a_process_that_dies_in_the_middle_leaves_nothing_untold_or_told_twice(office: Office, idempotent, states):
    station = Station(office, Out(idempotent=idempotent))
    for _ in range(4):
        station.order()
    station.send()
    office.wait(minutes=15)
    [job] = station.outbound("dead").claim(8)
    station.out.send(job.message)
    alive = station.outbound("alive")
    assert alive.take_over() == 2
    station.send(alive)
    assert station.states()[2:] == states
    calls = [message.ref for message in station.out.sent]
    assert len(set(calls)) == 3
    assert len(calls) == (4 if idempotent else 3)  # repeated only where the callee knows it by its reference


def test_who_has_no_terminal_gets_the_pages_of_what_was_held_back(station: Station):
    for n in range(7):
        station.order(person="w1", link=f"https://c/g/{n}")
    station.send()
    station.office.wait(minutes=15)
    station.send()
    assert station.out.sent[2].short.endswith("另有 3 条指令： https://c/g/3 https://c/g/4 https://c/g/5")
    assert station.states().count("bundled") == 3
    assert station.out.sent[3].short.endswith("https://c/g/6")  # no room for it in the first


def test_thousands_held_back_do_not_keep_the_next_person_waiting(station: Station):
    for _ in range(2):
        station.order()
    order = station.order()
    crowd = [Wanted(f"{POST}{n:03d}", PERSON, Channel.SMS, "", "1") for n in range(60)]
    for some in (crowd, [Wanted(POST, "p9", Channel.SMS, "", "2")]):
        station.office.wait(seconds=1)
        with station.office.database.begin() as work:
            station.deliveries.enqueue(work, order, some, lane=MASS)
    outbound = station.outbound()
    outbound.settle([(job.delivery, outbound.send(job)) for job in outbound.claim(8)])
    [job] = outbound.claim(8)
    assert job.delivery.person == "p9"


def test_the_ledger_still_sums_to_the_messages(station: Station):
    for _ in range(5):
        station.order()
    station.send()
    station.office.wait(minutes=15)
    station.send()
    with station.office.database.read() as work:
        tallies = [work.deliveries.tally(order.id)[0]["sms"] for order in station.orders]
    assert [sum(tally.values()) for tally in tallies] == [1] * 5
    assert [next(iter(tally)) for tally in tallies] == station.states()


def test_a_channel_without_limits_holds_nothing_back(office: Office):
    station = Station(office, limits=())
    make: Callable[[], Order] = station.order
    for _ in range(30):
        make()
    station.send()
    assert station.states() == ["sent"] * 30
