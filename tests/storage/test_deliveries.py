"""Messages over outside channels on both databases: written once, claimed once, taken over from the dead."""

from dataclasses import replace
from datetime import timedelta

from domain.delivery import Channel, DeliveryState, reference
from domain.order import OrderState
from storage.database import Database
from tests.domain.test_delivery import NOW, a_delivery
from tests.storage.test_orders import an_order, confirmed, keep, lines_for


def numbered(n: int, **given: object):
    return a_delivery(id=f"o1/410105/p{n}/sms", person=f"p{n}", **given)


def test_a_message_comes_back_as_it_was_written_and_only_once(database: Database):
    made = a_delivery(times={"sent": NOW}, state=DeliveryState.SENT, next_at=None)
    with database.begin() as work:
        assert work.deliveries.add([made, made]) == [made]
        assert work.deliveries.add([made]) == []
    with database.read() as work:
        assert work.deliveries.get_many([made.id]) == {made.id: made}
        assert work.deliveries.by_ref(reference(made.id)) == made
        assert work.deliveries.of_order("o1") == [made]
        assert work.deliveries.tally("o1") == ({"sms": {"sent": 1}}, 1)


def test_the_lowest_lane_goes_first_and_what_is_claimed_is_nobody_elses(database: Database):
    mass, first = numbered(1, lane=2), numbered(2, lane=0, wanted_at=NOW + timedelta(seconds=5))
    later = numbered(3, lane=0, next_at=NOW + timedelta(minutes=1))
    with database.begin() as work:
        work.deliveries.add([mass, first, later])
        [claimed] = work.deliveries.claim(Channel.SMS, NOW, limit=1, holder="a")
        assert (claimed.id, claimed.attempts) == (first.id, 1)
        assert [one.id for one in work.deliveries.claim(Channel.SMS, NOW, limit=9, holder="b")] == [mass.id]
        assert work.deliveries.claim(Channel.SMS, NOW, limit=9, holder="b") == []
        assert work.deliveries.claim(Channel.VOICE, NOW, limit=9, holder="b") == []


def test_what_a_dead_caller_had_claimed_is_found(database: Database):
    with database.begin() as work:
        work.deliveries.add([numbered(1), numbered(2)])
        dead = work.deliveries.claim(Channel.SMS, NOW, limit=1, holder="dead")
        work.deliveries.claim(Channel.SMS, NOW, limit=1, holder="alive")
        assert [one.id for one in work.deliveries.orphans(Channel.SMS, "alive")] == [dead[0].id]
        work.deliveries.release(dead)
        assert work.deliveries.orphans(Channel.SMS, "alive") == []
        [again] = work.deliveries.claim(Channel.SMS, NOW, limit=9, holder="alive")
        assert (again.id, again.attempts) == (dead[0].id, 2)


def test_what_was_saved_is_claimed_no_more(database: Database):
    with database.begin() as work:
        work.deliveries.add([numbered(1)])
        [claimed] = work.deliveries.claim(Channel.SMS, NOW, limit=1, holder="a")
        work.deliveries.save([claimed.again(NOW + timedelta(seconds=30), "busy")])
        assert work.deliveries.claim(Channel.SMS, NOW, limit=1, holder="a") == []
        [again] = work.deliveries.claim(Channel.SMS, NOW + timedelta(seconds=30), limit=1, holder="a")
        assert (again.attempts, again.outcome) == (2, "busy")
        assert work.deliveries.tries(Channel.SMS, NOW) == 1


def test_what_left_is_asked_about_longest_unheard_first(database: Database):
    sent = [numbered(n, state=DeliveryState.SENT, next_at=None) for n in (1, 2)]
    called = replace(numbered(3, state=DeliveryState.DELIVERED), channel=Channel.VOICE)
    with database.begin() as work:
        work.deliveries.add([*sent, called, numbered(4), numbered(5, state=DeliveryState.FAILED)])
        [one] = work.deliveries.awaiting(Channel.SMS, NOW, now=NOW, limit=1)
        [other] = work.deliveries.awaiting(Channel.SMS, NOW, now=NOW, limit=1)
        assert {one.id, other.id} == {sent[0].id, sent[1].id}
        assert work.deliveries.awaiting(Channel.SMS, NOW + timedelta(seconds=1), now=NOW, limit=9) == []
        assert work.deliveries.awaiting(Channel.VOICE, NOW, now=NOW, limit=9) == [called]


def test_a_channel_remembers_its_last_success_and_failure(database: Database):
    with database.begin() as work:
        work.deliveries.add([numbered(1)])
        work.deliveries.note(Channel.SMS, NOW, DeliveryState.SENT, "")
        work.deliveries.note(Channel.SMS, NOW + timedelta(seconds=1), DeliveryState.FAILED, "no such number")
        found = work.deliveries.health()["sms"]
    assert (found["last_success_at"], found["last_failure"]) == (NOW, "no such number")
    assert (found["waiting"], found["oldest"]) == (1, NOW)


def test_an_address_besides_the_telephone_is_kept_by_its_kind(database: Database):
    with database.begin() as work:
        work.deliveries.set_address("p1", "email", "a@city.example")
        work.deliveries.set_address("p1", "email", "b@city.example")
        assert work.deliveries.addresses(["p1", "p2"]) == {("p1", "email"): "b@city.example"}


def test_what_nobody_needs_any_more_is_found(database: Database):
    """An escalation when its post confirmed after it was wanted, anything when its order ended; never what is on its
    way."""
    running, ended = an_order(1), an_order(2, state=OrderState.CLOSED)
    keep(database, running, ended)
    [line, _] = lines_for(running)
    silent, confirmed_post = "410105", line.post
    wanted = [
        (running, confirmed_post, 1, "escalated"),
        (running, confirmed_post, 0, "first"),
        (running, silent, 1, "silent"),
        (ended, silent, 2, "mass"),
    ]
    made = [
        a_delivery(id=name, order=order.id, post=post, lane=lane, wanted_at=order.issued_at)
        for order, post, lane, name in wanted
    ]
    with database.begin() as work:
        work.deliveries.add([*made, a_delivery(id="test/1/-/sms", order="test")])
        work.orders.save_lines([confirmed(line, 5)])
        found = {one.id: why for one, why in work.deliveries.over(9, lane=1)}
        assert found == {"escalated": "confirmed", "mass": "ended"}
        assert len(work.deliveries.over(1, lane=1)) == 1
        work.deliveries.claim(Channel.SMS, NOW + timedelta(days=1), limit=9, holder="a")
        assert work.deliveries.over(9, lane=1) == []


def test_a_receipt_leaves_the_claim_to_whoever_calls(database: Database):
    with database.begin() as work:
        work.deliveries.add([numbered(1)])
        [claimed] = work.deliveries.claim(Channel.SMS, NOW, limit=1, holder="a")
        work.deliveries.tell(claimed.reached(DeliveryState.DELIVERED, NOW))
        assert work.deliveries.orphans(Channel.SMS, "b") == []  # no longer waiting: nothing to take over
        assert not work.deliveries.is_due(Channel.SMS, NOW)


def test_addresses_go_with_their_person(database: Database):
    with database.begin() as work:
        work.deliveries.set_address("p1", "email", "a@city.example")
        work.deliveries.forget_addresses("p1")
        assert work.deliveries.addresses(["p1"]) == {}
