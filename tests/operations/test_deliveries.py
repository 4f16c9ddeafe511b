"""Messages that are wanted for an order: written once with it, each with an address or the reason why none goes out."""

import pytest

from domain.account import SYSTEM, Actor, Role
from domain.delivery import Channel, DeliveryState, Wanted
from domain.order import KnownBy, LineState, Order
from operations.confirmed_by_phone import confirm_lines
from operations.contacts import masked
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.delivery_ports import Way
from operations.delivery_rows import delivery_rows
from operations.drafts import OrderRequest
from operations.sending import drop_needless
from operations.targets import Targets
from tests.operations.conftest import Office

POST = "410105"
SMS, ROOM = Way(Channel.SMS), Way(Channel.WECOM, needs="")


def issue(office: Office, mode: str = "live") -> Order:
    with office.database.begin() as work:
        rows = work.people.of(POST)
        work.people.put([rows[0] | {"phone": "13800000001"}])
    return office.orders.issue(
        office.officer, OrderRequest(Targets(posts=(POST,)), title="到岗", text="请到岗", mode=mode)
    )


def of(office: Office, *ways: Way, outside: bool = True) -> Deliveries:
    return Deliveries(office.database.begin, office.database.read, clock=office.clock, ways=ways, outside=outside)


def enqueue(office: Office, deliveries: Deliveries, order: Order, *wanted: Wanted, lane: int = 1):
    with office.database.begin() as work:
        return deliveries.enqueue(work, order, wanted, lane=lane)


def wanted(channel: Channel, person: str | None = f"p-{POST}", **more: str) -> Wanted:
    return Wanted(POST, person, channel, "not_read", **more)


def test_the_same_person_is_told_once_whatever_asks_for_it(office: Office):
    order, deliveries = issue(office), of(office, SMS)
    assert len(enqueue(office, deliveries, order, wanted(Channel.SMS), wanted(Channel.SMS))) == 1
    assert enqueue(office, deliveries, order, Wanted(POST, f"p-{POST}", Channel.SMS, "another reason")) == []
    corrected = office.orders.correct(office.officer, order.id, {"text": "请立即到岗"}, reason="更急")
    [again] = enqueue(office, deliveries, corrected, wanted(Channel.SMS))
    assert (again.address, again.state) == ("13800000001", DeliveryState.WAITING)


def test_a_channel_that_is_not_there_is_left_out_and_a_call_is_dialled_by_hand(office: Office):
    order, deliveries = issue(office), of(office, SMS)
    assert deliveries.channels == {Channel.SMS, Channel.CALL}
    made = enqueue(office, deliveries, order, wanted(Channel.VOICE), wanted(Channel.FEISHU))
    assert [(one.channel, one.state, one.address) for one in made] == [(Channel.CALL, "waiting", "13800000001")]


def test_who_has_no_address_is_shown_as_not_reached_at_once(office: Office):
    order, deliveries = issue(office), of(office, SMS, ROOM)
    nobody, unknown = wanted(Channel.SMS, None), wanted(Channel.SMS, "gone")
    made = enqueue(office, deliveries, order, nobody, unknown, wanted(Channel.WECOM, None))
    assert [(one.state, one.outcome) for one in made] == [("failed", "no_address")] * 2 + [("waiting", "")]


def test_an_address_and_a_link_may_come_with_the_wish_and_the_link_goes_with_the_message(office: Office):
    order, deliveries = issue(office), of(office, SMS)
    [made] = enqueue(office, deliveries, order, wanted(Channel.SMS, "w1", address="13900000009", link="https://c/g/1"))
    assert (made.address, made.link) == ("13900000009", "https://c/g/1")
    assert made.reached(DeliveryState.SENT, office.clock.real()).link == ""


@pytest.mark.parametrize(("mode", "outside", "why"), [("drill", True, "drill"), ("live", False, "demo")])
def test_nothing_of_a_drill_or_a_demo_waits_to_be_sent(office: Office, mode: str, outside: bool, why: str):
    order, deliveries = issue(office, mode), of(office, SMS, outside=outside)
    made = enqueue(office, deliveries, order, wanted(Channel.SMS), wanted(Channel.CALL))
    assert [(one.state, one.outcome) for one in made] == [("dropped", why), ("waiting", "")]


def test_calls_by_hand_are_not_asked_for_any_more_once_the_post_confirmed_or_the_order_ended(office: Office):
    confirmed, ended, deliveries = issue(office), issue(office), of(office)
    for order in (confirmed, ended):
        enqueue(office, deliveries, order, wanted(Channel.VOICE))
    once = drop_needless(office.database.begin, office.database.read, office.clock)
    assert once() == 0
    office.wait(seconds=1)
    office.record(office.receipt(confirmed.id, POST))
    office.orders.cancel(office.officer, ended.id, reason="解除")
    assert (once(), once()) == (2, 0)
    with office.database.read() as work:
        found = [work.deliveries.of_order(order.id)[0] for order in (confirmed, ended)]
    assert [(one.state, one.outcome) for one in found] == [("dropped", "confirmed"), ("dropped", "ended")]


def test_the_order_room_gets_every_message_and_of_a_mass_call_only_the_counts(office: Office):
    order, deliveries = issue(office), of(office, SMS)
    enqueue(office, deliveries, order, wanted(Channel.SMS))
    enqueue(office, deliveries, order, *(wanted(Channel.SMS, f"w{n}", address="139") for n in range(5)), lane=2)
    with office.database.read() as work:
        rows = delivery_rows(work, order.id)
    assert [row["kind"] for row in rows] == ["delivery", "deliveries"]
    assert rows[1]["channels"] == {"sms": {"waiting": 6}}
    assert rows == [
        row for row in office.board.rows_for(f"order:{order.id}", office.officer) if "deliver" in row["kind"]
    ]
    assert not [row for row in office.board.rows_for("wall", office.officer) if "deliver" in row["kind"]]


def test_a_key_on_the_telephone_confirms_the_line_once_and_in_time(office: Office):
    order, deliveries = issue(office), of(office, Way(Channel.VOICE))
    [made] = enqueue(office, deliveries, order, wanted(Channel.VOICE))
    keyed = made.reached(DeliveryState.CONFIRMED, office.clock.real())
    office.wait(seconds=30)
    told = []
    with office.database.begin() as work:
        confirm_lines(work, [keyed, keyed], office.clock.real(), lambda _work, changes: told.extend(changes))
    line = office.lines(order.id)[POST]
    assert (line.state, line.known_by, line.by) == (LineState.ACKNOWLEDGED, KnownBy.PHONE, "演示员01")
    assert (line.late, len(line.answers)) == (False, 1)
    assert [(change.before.state, change.after) for change in told] == [("queued", line)]  # escalation hears of it


def test_who_may_not_see_ledgers_sees_no_messages(office: Office):
    deliveries = of(office, SMS)
    desk = DeliveryDesk(
        office.database.begin, office.database.read, clock=office.clock, city=office.city, deliveries=deliveries
    )
    order = issue(office)
    assert desk.of_order(SYSTEM, order.id) == []
    for act in (lambda who: desk.of_order(who, order.id), desk.health, desk.trials):
        with pytest.raises(Exception, match="no permission"):
            act(Actor("p", "post", Role.POST, post=POST))


def test_an_address_is_masked_wherever_it_is_only_mentioned():
    assert [masked(one) for one in ("13800001234", "wang@city.example", "1234", "")] == [
        "138****1234",
        "w***@city.example",
        "****",
        "",
    ]
