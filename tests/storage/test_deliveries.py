"""Messages over outside channels on both databases: written once, claimed once, taken over from the dead."""

from dataclasses import replace
from datetime import timedelta

from domain.delivery import Channel, DeliveryState, reference
from storage.database import Database
from tests.domain.test_delivery import NOW, a_delivery


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
