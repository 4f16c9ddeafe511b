"""Messages over outside channels over HTTP: receipts, calls by hand, and what is known of them."""

from dataclasses import replace

import pytest

from domain.delivery import Channel, Delivery, Wanted, reference
from tests.mounted import KEYS, Door

POST, OUTSIDE = "410105", "410182"


@pytest.fixture
def order(door: Door) -> str:
    row = {"post": POST, "duty": "duty", "pin_hash": None}
    with door.database.begin() as work:
        work.people.put([{"id": "p1", "name": "演示员01", "phone": "13800000001"} | row])
    body = {"targets": {"posts": [POST]}, "title": "到岗", "text": "请到岗", "grade": 4, "mode": "live"}
    return door.post("/orders", body, "dispatch").json["id"]


def enqueued(door: Door, order: str, *channels: Channel) -> list[Delivery]:
    deliveries = door.parts.delivery_desk._deliveries
    with door.database.begin() as work:
        found = work.orders.get(order)
        made = [Wanted(POST, "p1", channel, "not_acknowledged") for channel in channels]
        return deliveries.enqueue(work, found, made)


def tell(door: Door, made: Delivery, state: str, **more: str):
    return door.post(f"/deliveries/{reference(made.id)}/receipt", {"state": state} | more, "gateway")


def test_the_counts_of_messages_sum_to_their_number(door: Door, order: str):
    enqueued(door, order, Channel.SMS, Channel.EMAIL, Channel.VOICE, Channel.WECOM)
    told = door.get(f"/orders/{order}/deliveries", "dispatch").json
    assert [(one["channel"], one["state"], one["outcome"]) for one in told["deliveries"]] == [
        ("call", "waiting", ""),  # there is no gateway for calls: somebody dials
        ("email", "failed", "no_address"),
        ("sms", "waiting", ""),
    ]  # and no 企业微信 at all
    assert sum(told["counts"].values()) == 3
    assert {one["address"] for one in told["deliveries"]} == {"13800000001", ""}


def test_a_receipt_moves_a_message_on_and_never_back(door: Door, order: str):
    [made] = enqueued(door, order, Channel.SMS)
    assert tell(door, made, "DELIVRD").json == {"state": "delivered"}
    assert tell(door, made, "DELIVRD").json == {"state": "delivered"}
    [found] = door.get(f"/orders/{order}/deliveries", "dispatch").json["deliveries"]
    assert (found["state"], found["outcome"], found["version"]) == ("delivered", "DELIVRD", 2)


def test_a_gateway_that_lies_is_refused(door: Door, order: str):
    [made] = enqueued(door, order, Channel.SMS)
    assert door.post("/deliveries/0123/receipt", {"state": "DELIVRD"}, "gateway").status_code == 404
    refused = tell(door, made, "EATEN")
    assert refused.status_code == 422
    assert "DELIVRD" in refused.json["detail"]
    assert tell(door, made, "DELIVRD", digit="1").json == {"state": "delivered"}  # a text message has no keys
    assert door.post(f"/deliveries/{reference(made.id)}/receipt", {"state": "DELIVRD"}, "dispatch").status_code == 403


def test_a_call_by_hand_is_noted_and_confirms_nothing(door: Door, order: str):
    path = f"/orders/{order}/calls"
    missed = door.post(path, {"post": POST, "person": "p1", "reached": False, "note": "忙音"}, "dispatch").json
    assert (missed["state"], missed["outcome"], missed["address"]) == ("failed", "robot: 忙音", "13800000001")
    reached = door.post(path, {"post": POST, "person": "p1", "reached": True}, "dispatch").json
    assert (reached["state"], reached["attempts"]) == ("delivered", 2)
    again = door.post(path, {"post": POST, "person": "p1", "reached": False}, "dispatch").json
    assert (again["state"], again["attempts"]) == ("delivered", 3)
    [line] = door.get(f"/orders/{order}/ledger", "dispatch").json["lines"]
    assert line["acknowledged_at"] is None
    with door.database.read() as work:
        audited = work.audits.latest(5, containing="delivery.called")
    assert [row["detail"]["number"] for row in audited] == ["138****0001"] * 3


def test_nobody_calls_below_another_root_or_for_an_order_that_ended(door: Door, order: str):
    KEYS["district"] = replace(KEYS["dispatch"], id="k9", dispatch_root=OUTSIDE)
    try:
        assert door.post(f"/orders/{order}/calls", {"post": POST, "reached": True}, "district").status_code == 403
    finally:
        del KEYS["district"]
    assert door.post("/orders/none/calls", {"post": POST, "reached": True}, "dispatch").status_code == 404
    door.post(f"/orders/{order}/close", {}, "dispatch")
    assert door.post(f"/orders/{order}/calls", {"post": POST, "reached": True}, "dispatch").status_code == 422


def test_the_channels_that_are_there_can_be_tried(door: Door):
    names = [one["channel"] for one in door.get("/channels", "dispatch").json["channels"]]
    assert names == ["sms", "email"]
    made = door.post("/channels/sms/tests", {"address": "13900000009"}, "dispatch")
    assert (made.status_code, made.json["state"], made.json["order"]) == (201, "waiting", "test")
    [sms, _email] = door.get("/channels", "dispatch").json["channels"]
    assert (sms["waiting"], sms["receipts"]) == (1, True)
    assert door.post("/channels/sms/tests", {}, "dispatch").status_code == 422
    assert door.post("/channels/wecom/tests", {"address": "x"}, "dispatch").status_code == 422
