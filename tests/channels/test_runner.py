"""A channel's loop end to end: real database, real gateways on this machine that refuse, hang and lie."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller

from channels.channels_file import ChannelSaid
from channels.pace import Pace
from domain.account import Actor, Permission, Role
from domain.delivery import Channel, Delivery, DeliveryState, Wanted, reference
from domain.order import Order
from tests.channels.conftest import STATES, Post, gateway, until
from tests.channels.test_apprise_way import MailBox, mail
from tests.fakes import FakeGateway

POST = "410105"
Make = Callable[..., Post]


def texts(people: list[str], channel: Channel = Channel.SMS) -> list[Wanted]:
    return [Wanted(POST, person, channel, "not_acknowledged") for person in people]


def over(post: Post, order: Order) -> bool:
    return all(one.state not in ("waiting", "dialled", "ringing") for one in post.of(order).values())


def test_everybody_is_told_once_in_the_orders_own_words(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url))
        people = post.staff(POST, *(f"1380000{n:04d}" for n in range(40)))
        order = post.issue()
        post.enqueue(order, *texts(people))
        assert post.enqueue(order, *texts(people)) == []
        post.run()
        until(lambda: over(post, order), what="every message")
        assert sorted(call.body["to"] for call in fake.got) == [f"1380000{n:04d}" for n in range(40)]
        assert all(order.no in call.body["text"] and "请到岗" in call.body["text"] for call in fake.got)
        assert {(one.state, one.outcome) for one in post.of(order).values()} == {("sent", "no_receipt")}


def test_a_gateway_that_hangs_does_not_delay_the_mail(post_of: Make, mail: tuple[Controller, MailBox]):
    server, box = mail
    box.says, box.got = "250 OK", []
    with FakeGateway((FakeGateway.HANGS, {}, None)) as fake:
        by_mail = {"apprise": f"mailto://127.0.0.1:{server.port}?from=zs@city.example&to={{email}}", "timeout_s": 20}
        post = post_of(sms=gateway(fake.url, parallel=4, timeout_s=60), email=gateway_said(by_mail))
        people = post.staff(POST, *(f"1380000{n:04d}" for n in range(8)))
        with post.office.database.begin() as work:
            for person in people:
                work.deliveries.set_address(person, "email", f"{person}@city.example")
        order = post.issue()
        with post.office.database.begin() as work:
            wanted = [*texts(people), *texts(people, Channel.EMAIL)]
            post.deliveries.enqueue(work, order, wanted)
        post.run()
        until(lambda: len(box.got) == len(people), 20, "the mail")
        until(lambda: len(fake.got) == 4, what="the calls that hang")
        with post.office.database.read() as work:
            tally, _ = work.deliveries.tally(order.id)
        assert tally["email"].keys() <= {"sent", "waiting"}
        assert tally["sms"].keys() == {"waiting"}


def gateway_said(said: dict) -> ChannelSaid:
    return ChannelSaid.model_validate(said)


def test_what_hangs_may_have_left_and_is_not_sent_again(post_of: Make):
    with FakeGateway((FakeGateway.HANGS, {}, None)) as fake:
        post = post_of(sms=gateway(fake.url, timeout_s=0.5))
        order = post.issue()
        post.enqueue(order, *texts(post.staff(POST, "13800000001")))
        post.run()
        until(lambda: over(post, order))
        post.office.clock.pass_(hours=1)
        time.sleep(0.1)  # several turns of the loop, in which nothing may happen
        assert post.states(order) == ["unknown"]
        until(lambda: fake.got)
        assert len(fake.got) == 1


def test_what_a_callee_asks_to_repeat_is_repeated_when_it_said(post_of: Make):
    with FakeGateway((429, {"Retry-After": "30"}, {}), FakeGateway.OK) as fake:
        post = post_of(sms=gateway(fake.url))
        order = post.issue()
        post.enqueue(order, *texts(post.staff(POST, "13800000001")))
        post.run()
        until(lambda: len(fake.got) == 1 and post.of(order)[f"{POST}-0"].outcome != "")
        post.office.clock.pass_(seconds=29)
        time.sleep(0.1)
        assert len(fake.got) == 1
        post.office.clock.pass_(seconds=1)
        until(lambda: post.states(order) == ["sent"])
        assert len(fake.sent) == 1


def test_tries_are_used_up_in_the_end(post_of: Make):
    with FakeGateway((429, {}, {})) as fake:
        post = post_of(sms=gateway(fake.url))
        order = post.issue()
        post.enqueue(order, *texts(post.staff(POST, "13800000001")))
        outbound = post.outbound(Channel.SMS)
        for _ in range(6):
            [job] = outbound.claim(5)
            outbound.settle([(job.delivery, outbound.send(job))])
            post.office.clock.pass_(minutes=5)
        assert outbound.claim(5) == []
        assert (post.states(order), len(fake.got)) == (["failed"], 6)


@pytest.mark.parametrize(("mode", "outside"), [("drill", True), ("live", False), ("drill", False)])
def test_a_drill_and_a_demo_never_reach_an_outside_channel(
    post_of: Make, mail: tuple[Controller, MailBox], mode: str, outside: bool
):
    server, box = mail
    box.says, box.got = "250 OK", []
    with FakeGateway() as fake:
        by_mail = gateway_said({"apprise": f"mailto://127.0.0.1:{server.port}?from=z@c.example&to={{email}}"})
        hook = gateway_said({"apprise": f"json://127.0.0.1:{fake.server_port}/"})
        post = post_of(sms=gateway(fake.url), voice=gateway(fake.url), email=by_mail, webhook=hook, outside=outside)
        [person] = post.staff(POST, "13800000001")
        with post.office.database.begin() as work:
            work.deliveries.set_address(person, "email", "a@city.example")
        order = post.issue(mode=mode)
        wanted = [one for channel in post.said for one in texts([person], channel)]
        made = post.enqueue(order, *wanted)
        assert [one.state for one in made] == ["dropped"] * 4
        with post.office.database.begin() as work:  # as if somebody had written them to be sent all the same
            work.deliveries.save([replaced(one) for one in made])
        post.run()
        until(lambda: {one.outcome for one in deliveries(post, order)} <= {"drill", "demo"})
        assert {one.state for one in deliveries(post, order)} == {DeliveryState.DROPPED}
        assert (fake.got, box.got) == ([], [])


def replaced(one: Delivery) -> Delivery:
    return replace(one, state=DeliveryState.WAITING, next_at=one.wanted_at, outcome="-")


def deliveries(post: Post, order: Order) -> list[Delivery]:
    return post.desk.of_order(post.office.officer, order.id)


def test_an_order_that_ended_and_a_post_that_confirmed_are_left_alone(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url))
        people = post.staff(POST, "13800000001", "13800000002")
        ended, confirmed, later = post.issue(), post.issue(), post.issue()
        post.office.orders.close(post.office.officer, ended.id)
        for order in (ended, confirmed):
            post.enqueue(order, *texts(people[:1]), lane=1)
        post.enqueue(confirmed, *texts(people[1:]), lane=0)  # a first alert is for its person, whatever the desk says
        post.office.clock.pass_(seconds=1)
        said = {"person": people[0]}
        post.office.record(post.office.receipt(confirmed.id, POST, **said), post.office.receipt(later.id, POST, **said))
        post.office.clock.pass_(seconds=1)
        post.enqueue(later, *texts(people[:1]), lane=1)  # about something else: the post had confirmed before
        post.run()
        until(lambda: all(over(post, order) for order in (ended, confirmed, later)))
        outcomes = [[one.outcome for one in post.of(order).values()] for order in (ended, confirmed, later)]
        assert outcomes == [["ended"], ["confirmed", "no_receipt"], ["no_receipt"]]
        assert sorted(call.body["to"] for call in fake.got) == ["13800000001", "13800000002"]


def test_a_dead_process_leaves_doubt_and_no_second_message(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url))
        order = post.issue()
        people = post.staff(POST, "13800000001", "13800000002")
        post.enqueue(order, *texts(people))
        [job] = post.outbound(Channel.SMS, "dead").claim(1)
        post.run()
        until(lambda: over(post, order))
        found = post.of(order)[job.delivery.person]
        assert (found.state, found.outcome) == ("unknown", "caller_died")
        assert [call.body["to"] for call in fake.got] == ["13800000002"]


def test_a_gateway_that_knows_repeated_calls_gets_what_a_dead_process_left(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url, http={"idempotency_header": "Idempotency-Key"}))
        order = post.issue()
        post.enqueue(order, *texts(post.staff(POST, "13800000001")))
        dead = post.outbound(Channel.SMS, "dead")
        dead.send(dead.claim(1)[0])  # it called, and died before it could write that it did
        post.run()
        until(lambda: over(post, order))
        assert post.states(order) == ["sent"]
        assert (len(fake.got), len(fake.sent)) == (2, 1)


def test_a_receipt_that_is_faster_than_the_answer_stays(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url, receipts=True, states=STATES))
        order = post.issue()
        post.enqueue(order, *texts(post.staff(POST, "13800000001")))
        outbound = post.outbound(Channel.SMS)
        [job] = outbound.claim(1)
        came = outbound.send(job)
        post.desk.receipt(gateway_actor(), job.message.ref, "DELIVRD")
        outbound.settle([(job.delivery, came)])
        [found] = post.of(order).values()
        assert (found.state, found.outcome) == ("delivered", "DELIVRD")
        assert outbound.claim(1) == []


def gateway_actor() -> Actor:
    return Actor("k", "gateway", Role.MACHINE, extra=frozenset({Permission.TELL_RECEIPTS}), known_by="key")


def test_a_call_is_followed_to_the_digit_that_confirms_the_line(post_of: Make):
    with FakeGateway() as fake:
        http = {"ask": {"url": fake.url + "/status?ref={ref}", "field": "state"}}
        post = post_of(voice=gateway(fake.url, http=http, receipts=True, states=STATES))
        people = post.staff(POST, "13800000001")
        order = post.issue()
        post.enqueue(order, *texts(people, Channel.VOICE))
        post.run()
        until(lambda: len(fake.got) == 1)
        seen = []
        for word, state in (
            ("RING", "ringing"),
            ("DELIVRD", "delivered"),
            ("RING", "delivered"),
            ("KEYED", "confirmed"),
        ):
            fake.states[fake.got[0].body["ref"]] = word
            until(lambda state=state: post.states(order) == [state], what=word)
            seen.append(post.of(order)[people[0]].state)
        assert list(post.of(order)[people[0]].times) == ["sent", "ringing", "delivered", "confirmed"]
        line = post.office.lines(order.id)[POST]
        assert (line.state, line.by, line.known_by) == ("acknowledged", "演示员00", "phone")


def test_a_key_told_by_callback_confirms_and_any_other_does_not(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(voice=gateway(fake.url, receipts=True, states=STATES))
        order = post.issue()
        [made] = post.enqueue(order, *texts(post.staff(POST, "13800000001"), Channel.VOICE))
        ref = reference(made.id)
        assert post.desk.receipt(gateway_actor(), ref, "DELIVRD", digit="2").state is DeliveryState.DELIVERED
        assert post.office.lines(order.id)[POST].acknowledged_at is None
        assert post.desk.receipt(gateway_actor(), ref, "DELIVRD", digit="1").state is DeliveryState.CONFIRMED
        assert post.office.lines(order.id)[POST].known_by == "phone"


def test_a_first_alert_overtakes_a_mass_call(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url, parallel=2, rate_per_s=20))
        mass = post.staff("410106", *(f"1390000{n:04d}" for n in range(60)))
        first = post.staff(POST, "13800000001")
        order = post.issue(POST, "410106")
        post.enqueue(order, *(Wanted("410106", one, Channel.SMS, "") for one in mass), lane=2)
        post.run()
        until(lambda: len(fake.got) >= 5)
        post.enqueue(order, *texts(first), lane=0)
        before = len(fake.got)
        until(lambda: "13800000001" in [call.body["to"] for call in fake.got])
        place = [call.body["to"] for call in fake.got].index("13800000001")
        assert place <= before + 4  # those that were on their way already


def test_two_workers_share_a_channel_without_telling_anybody_twice(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url))
        order = post.issue()
        post.enqueue(order, *texts(post.staff(POST, *(f"1380000{n:04d}" for n in range(30)))))
        told = threading.Event()
        loops = [threading.Thread(target=post.runner(Channel.SMS, name).run, args=(told,)) for name in "ab"]
        for loop in loops:
            loop.start()
        until(lambda: over(post, order))
        told.set()
        for loop in loops:
            loop.join()
        assert len({call.body["to"] for call in fake.got}) == len(fake.got) == 30


def test_a_pace_holds_after_a_restart_too():
    now = [0.0]
    pace = Pace(10, lambda: now[0])
    pace.begin(already=10)
    assert pace.free() == 0
    now[0] = 0.35
    assert pace.free() == 3
    pace.took(3)
    assert pace.free() == 0
    now[0] = 60.0
    assert pace.free() == 10
    slow = Pace(5 / 60, lambda: now[0])
    assert (slow.free(), slow.window_s) == (1, 12)


__all__ = ["mail"]
