"""A message over an outside channel: the only steps it may take."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.delivery import Channel, Delivery, DeliveryState, Wanted, key_of, reference

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def a_delivery(**given: object) -> Delivery:
    made = Delivery("o1/410105/p1/sms", "o1", "410105", "p1", Channel.SMS, "1", "", DeliveryState.WAITING, 0, NOW, NOW)
    return replace(made, **given)


def test_every_step_keeps_its_time_and_nothing_waits_any_more():
    sent = a_delivery().reached(DeliveryState.SENT, NOW)
    arrived = sent.reached(DeliveryState.DELIVERED, NOW + timedelta(seconds=3), "DELIVRD")
    assert arrived.times == {"sent": NOW, "delivered": NOW + timedelta(seconds=3)}
    assert (arrived.outcome, arrived.next_at, arrived.version) == ("DELIVRD", None, 3)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("delivered", "sent"),
        ("delivered", "failed"),
        ("confirmed", "failed"),
        ("confirmed", "delivered"),
        ("failed", "delivered"),
        ("dropped", "sent"),
        ("sent", "dropped"),
        ("sent", "sent"),
        ("sent", "unknown"),
    ],
)
def test_a_receipt_that_goes_back_or_repeats_changes_nothing(at: str, told: str):
    delivery = a_delivery(state=DeliveryState(at))
    assert delivery.reached(DeliveryState(told), NOW) is delivery


def test_a_receipt_ends_the_doubt_whether_a_message_left():
    delivery = a_delivery(state=DeliveryState.UNKNOWN)
    assert delivery.reached(DeliveryState.DELIVERED, NOW).state is DeliveryState.DELIVERED


def test_only_what_waits_is_tried_again():
    later = NOW + timedelta(seconds=30)
    assert a_delivery().again(later, "429").next_at == later
    delivery = a_delivery(state=DeliveryState.UNKNOWN)
    assert delivery.again(later, "429") is delivery


def test_a_reference_names_one_message_and_nobody():
    wanted = Wanted("410105", "p1", Channel.SMS, "")
    assert key_of("o1", wanted) == a_delivery().id
    assert reference(a_delivery().id) != reference(a_delivery().id.replace("sms", "voice"))
    assert "410105" not in reference(a_delivery().id)
