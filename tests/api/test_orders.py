"""Orders through the door: the counts come before, the ledger after."""

import itertools
from dataclasses import replace

import pytest

from tests.mounted import KEYS, Door

ORDER = {"targets": {"tiers": ["district"]}, "title": "低温雨雪", "text": "立即到岗", "mode": "live"}
ORDER |= {"acknowledge_within_s": 60}


def issue(door: Door, **changes: object):
    return door.post("/orders", ORDER | changes, "dispatch")


def test_a_preview_counts_and_sends_nothing(door: Door):
    shown = door.post("/orders/preview", ORDER | {"targets": {"tiers": ["district", "township"]}}, "dispatch").json
    assert shown["tiers"] == {"district": 16, "township": 215}
    assert (shown["targets"], len(shown["posts"]), len(shown["silent_now"])) == (231, 231, 231)
    [short] = shown["shorts"]  # both tiers have the same minutes here
    assert (short["tiers"], "立即到岗" in short["words"]) == (["district", "township"], True)
    assert shown["leaves_by"] == ["sms"]
    with door.database.read() as work:
        assert work.orders.latest(10) == []


def test_an_issued_order_has_one_line_for_each_post(door: Door):
    made = issue(door, acknowledge_within_s={"district": 60})
    assert made.status_code == 201
    assert made.json["limits"] == {"district": 60}
    ledger = door.get(f"/orders/{made.json['id']}/ledger", "dispatch").json
    assert ledger["counts"]["queued"] == len(ledger["lines"]) == ledger["order"]["targets"] == 16
    nobody_yet = {"n": 0, "of": 16, "p50_s": None, "p95_s": None, "max_s": None, "limit_s": 60, "late": 0}
    assert ledger["tiers"] == {"district": nobody_yet}
    assert door.ask("GET", made.headers["Location"], "dispatch").json["text"] == "立即到岗"


@pytest.mark.parametrize("targets", [{}, {"tiers": []}, {"posts": ["410105"], "except": ["410105"]}])
def test_an_order_that_would_reach_nobody_is_refused(door: Door, targets: dict):
    answer = issue(door, targets=targets)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert "nobody" in answer.json["detail"]


def test_left_out_posts_get_no_line(door: Door):
    assert issue(door, targets={"tiers": ["district"], "except": ["410105"]}).json["targets"] == 15


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grade": 5}, "grade"),
        ({"mode": "play"}, "mode"),
        ({"targets": "all"}, "targets"),
        ({"valid_until": "tomorrow"}, "valid_until"),
        ({"text": "a\0"}, "text"),
    ],
)
def test_a_malformed_order_names_the_field(door: Door, changes: dict, field: str):
    answer = issue(door, **changes)
    assert answer.status_code == 422
    assert answer.json["problems"][0]["field"] == field


@pytest.mark.parametrize("path", ["/orders", "/orders/preview"])
def test_an_order_that_does_not_say_live_or_drill_is_refused(door: Door, path: str):
    unsaid = {name: value for name, value in ORDER.items() if name != "mode"}
    answer = door.post(path, unsaid, "dispatch")
    assert (answer.status_code, [problem["field"] for problem in answer.json["problems"]]) == (422, ["mode"])
    with door.database.read() as work:
        assert work.orders.latest(10) == []


def test_a_key_for_a_subtree_is_refused_outside_it(door: Door, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(KEYS, "below", replace(KEYS["dispatch"], id="k7", dispatch_root="410105"))
    for posts, path in itertools.product((["410102"], ["410105001", "410102"]), ("/orders", "/orders/preview")):
        refused = door.post(path, ORDER | {"targets": {"posts": posts}}, "below")
        assert (refused.status_code, "410102" in refused.json["detail"]) == (403, True)
    with door.database.read() as work:
        assert work.orders.latest(10) == []
    assert door.post("/orders", ORDER | {"targets": {"posts": ["410105001"]}}, "below").status_code == 201


def test_a_correction_makes_a_new_edition_to_the_same_posts(door: Door):
    first = issue(door).json
    path = f"/orders/{first['id']}/correct"
    second = door.post(path, {"reason": "时间有误", "text": "十八时前到岗"}, "dispatch")
    assert (second.status_code, second.json["edition"], second.json["references"]) == (201, 2, first["id"])
    assert (second.json["text"], second.json["targets"]) == ("十八时前到岗", 16)
    assert door.get(f"/orders/{first['id']}", "dispatch").json["state"] == "corrected"
    assert door.post(path, {"reason": "again"}, "dispatch").status_code == 422


def test_a_cancelled_order_needs_a_reason_and_ends(door: Door):
    path = f"/orders/{issue(door).json['id']}"
    assert door.post(f"{path}/cancel", {}, "dispatch").status_code == 422
    assert door.post(f"{path}/cancel", {"reason": "误发"}, "dispatch").json["state"] == "cancelled"


def test_a_closed_order_ends(door: Door):
    path = f"/orders/{issue(door).json['id']}/close"
    assert door.post(path, {"reason": "到岗完成"}, "dispatch").json["state"] == "closed"


def test_an_unknown_order_is_not_found(door: Door):
    assert door.get("/orders/0123/ledger", "dispatch").status_code == 404


def test_a_meeting_is_opened_over_https_only_and_an_all_clear_takes_own_words(door: Door):
    order = issue(door).json
    place = f"/api/v1/orders/{order['id']}/meeting"
    assert door.ask("PUT", place, "dispatch", json={"link": "https://meet.example/1"}).json["meeting"]
    assert door.ask("PUT", place, "dispatch", json={"link": "http://meet.example/1"}).status_code == 422
    over = door.post(f"/orders/{order['id']}/all-clear", {"text": "雪停了"}, "dispatch")
    assert (over.status_code, over.json["kind"], over.json["text"]) == (201, "all_clear", "雪停了")
    assert door.get(f"/orders/{order['id']}", "dispatch").json["state"] == "closed"
