"""A grave order over HTTP: it waits, a second person lets go exactly what was shown, and a key never is one."""

from dataclasses import replace

import pytest

from tests import mounted
from tests.mounted import KEYS, Door

GRAVE = {"targets": {"tiers": ["district"]}, "title": "到岗", "text": "立即到岗", "grade": 1, "mode": "live"}


def ask(door: Door, **changes: object) -> dict:
    made = door.post("/orders", GRAVE | changes, "dispatch")
    assert made.status_code == 202, made.json
    assert made.headers["Location"] == f"/api/v1/order-requests/{made.json['id']}"
    return made.json


def approve(door: Door, request: str, key: str = "second", seen: str | None = None):
    path = f"/order-requests/{request}"
    return door.post(f"{path}/approve", {"seen": seen or door.get(path, "dispatch").json["seen"]}, key)


def test_a_grave_order_waits_and_goes_as_it_was_shown(door: Door):
    assert door.post("/orders/preview", GRAVE, "dispatch").json["wants_second"] is True
    asked = ask(door)
    assert (asked["state"], asked["targets"], asked["by_name"]) == ("waiting", 16, "robot")
    shown = door.get(f"/order-requests/{asked['id']}", "second").json
    order = approve(door, asked["id"], seen=shown["seen"])
    assert order.status_code == 201
    [short] = shown["shorts"]
    assert (shown["leaves_by"], short["tiers"], short["cut"]) == (["sms"], ["district"], False)
    assert all(said in short["words"] for said in ("立即到岗", "robot", "second officer"))
    assert (order.json["text"], order.json["second"]) == (shown["text"], "second officer")
    [listed] = door.get("/order-requests", "dispatch").json["requests"]
    assert (listed["state"], listed["made"]) == ("approved", order.json["id"])
    assert approve(door, asked["id"], seen=shown["seen"]).status_code == 409


def test_a_key_asks_and_is_never_the_second_person(door: Door, monkeypatch: pytest.MonkeyPatch):
    other = replace(KEYS["second"], id="key:2", name="another key", known_by="key")
    monkeypatch.setitem(mounted.KEYS, "key", other)
    asked = ask(door)
    answer = approve(door, asked["id"], "key")
    assert (answer.status_code, "login of their own" in answer.json["detail"]) == (403, True)
    assert approve(door, asked["id"], "dispatch").status_code == 403


def test_what_was_not_looked_at_is_not_sent(door: Door):
    answer = approve(door, ask(door)["id"], seen="something else")
    assert (answer.status_code, "look at it again" in answer.json["detail"]) == (422, True)


def test_alone_after_the_time_and_with_a_reason(door: Door):
    path = f"/order-requests/{ask(door)['id']}/override"
    assert door.post(path, {"reason": "线路中断，联系不上第二人"}, "dispatch").status_code == 422
    door.clock.at = door.clock.at.replace(minute=door.clock.at.minute + 1)
    assert door.post(path, {"reason": "急"}, "dispatch").status_code == 422
    made = door.post(path, {"reason": "线路中断，联系不上第二人"}, "dispatch")
    assert (made.status_code, made.json["override"]) == (201, "线路中断，联系不上第二人")


def test_refused_or_taken_back_it_is_never_sent(door: Door):
    for path, key, body in (("refuse", "second", {"reason": "范围不对"}), ("withdraw", "dispatch", {})):
        asked = ask(door)
        assert door.post(f"/order-requests/{asked['id']}/{path}", body, key).status_code == 200
    with door.database.read() as work:
        assert work.orders.latest(10) == []
