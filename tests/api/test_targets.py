"""Targets over HTTP: groups, shapes and grid workers; whatever reaches nobody is refused here, too."""

from dataclasses import replace

import pytest

from tests.mounted import KEYS, Door

ORDER = {"title": "低温雨雪", "text": "立即到岗", "acknowledge_within_s": 60, "grade": 4, "mode": "live"}
CIRCLE = {"circle": {"lon": 113.68118, "lat": 34.80955, "radius_m": 2000}}
SQUARE = {"polygon": [[113.66, 34.79], [113.70, 34.79], [113.70, 34.83], [113.66, 34.83]]}
FIRST, NEXT = "410105001", "410105002"
WORKERS = [
    {"township": FIRST, "grid": "01", "name": "演示网格员001", "role": "chief", "phone": "13800000001"},
    {"township": FIRST, "grid": "02", "name": "演示网格员002", "phone": "13800000002"},
    {"township": FIRST, "grid": "02", "name": "演示网格员003", "on_duty": False},
]
NULLS = [
    {},
    {"posts": []},
    {"tags": ["无"]},
    {"groups": ["none"]},
    {"groups": ["none"], "posts": ["410105"]},
    {"roles": ["on_duty"]},
    {"shapes": []},
    {"shapes": [{}]},
    {"shapes": [CIRCLE | SQUARE]},
    {"shapes": [{"polygon": []}]},
    {"shapes": [{"polygon": None}]},
    {"shapes": [{"polygon": [[34.79, 113.66], [34.79, 113.70], [34.83, 113.70]]}]},
    {"shapes": [{"polygon": [[113.66, 34.79], [113.70, 34.83], [113.70, 34.79], [113.66, 34.81]]}]},
    {"shapes": [{"circle": {"lon": 113.6, "lat": 34.7, "radius_m": 0}}]},
    {"shapes": [{"circle": {"lon": None, "lat": 34.7, "radius_m": 5}}]},
    {"shapes": [CIRCLE], "shape_tiers": []},
    {"shapes": [CIRCLE], "shape_tiers": ["unit"]},
    {"grid_workers_of": ["410105"]},
    {"grid_workers_of": [""]},
    {"grid_workers_in_shapes": True, "posts": ["410105"]},
    None,
]


@pytest.mark.parametrize("targets", NULLS)
@pytest.mark.parametrize("path", ["/orders/preview", "/orders", "/target-groups"])
def test_a_null_target_is_refused_on_every_path(door: Door, path: str, targets: object):
    body = {"name": "g", "targets": targets} if path == "/target-groups" else ORDER | {"targets": targets}
    answer = door.post(path, body, "dispatch")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    with door.database.read() as work:
        assert (work.orders.latest(9), work.groups.all()) == ([], [])


def test_a_shape_shows_what_it_holds_and_the_order_reaches_exactly_that(door: Door):
    door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": WORKERS})
    for shape in (CIRCLE, SQUARE):
        inside = door.post("/areas", {"shapes": [shape]}, "dispatch").json
        targets = {"shapes": [shape], "except": ["410105"]}
        shown = door.post("/orders/preview", ORDER | {"targets": targets}, "dispatch").json
        made = door.post("/orders", ORDER | {"targets": targets}, "dispatch").json
        ledger = door.get(f"/orders/{made['id']}/ledger", "dispatch").json
        assert [line["post"] for line in ledger["lines"]] == sorted(shown["posts"])
        assert set(shown["posts"]) == set(inside["posts"]) - {"410105"}
        assert shown["count"] == shown["targets"] == made["targets"]


def test_a_group_is_kept_used_and_deleted(door: Door):
    said = {"name": "沿黄各县", "targets": {"tags": ["沿黄"], "except": ["410181"]}}
    group = door.post("/target-groups", said, "dispatch")
    assert group.status_code == 201
    assert group.json["targets"] == {"tags": ["沿黄"], "leave_out": ["410181"]}
    assert [one["name"] for one in door.get("/target-groups", "dispatch").json["groups"]] == ["沿黄各县"]
    order = door.post("/orders", ORDER | {"targets": {"groups": [group.json["id"]]}}, "dispatch").json
    assert order["targets"] == sum("沿黄" in post.tags for post in door.city.posts) - 1
    path = f"/api/v1/target-groups/{group.json['id']}"
    assert door.ask("DELETE", path, "dispatch").json == {"groups": []}
    assert door.ask("DELETE", path, "dispatch").status_code == 404


def test_grid_workers_are_listed_found_and_put_off_duty(door: Door):
    put = door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": WORKERS})
    assert put.json == {"townships": 1, "workers": 3, "problems": []}
    first = door.get("/grid-workers", "dispatch", limit="2").json
    rest = door.get("/grid-workers", "dispatch", limit="2", after=first["next"]).json
    assert len({one["name"] for one in first["workers"] + rest["workers"]}) == 3
    assert rest["next"] is None
    [chief] = door.get("/grid-workers", "dispatch", containing="001", below="410105").json["workers"]
    assert (chief["role"], chief["channel"], chief["on_duty"]) == ("chief", "sms", True)
    off = door.post(f"/grid-workers/{chief['id']}/duty", {"on_duty": False}, "dispatch")
    assert off.json["on_duty"] is False
    assert door.post("/grid-workers/nobody/duty", {"on_duty": False}, "dispatch").status_code == 404
    assert door.get("/grid-workers", "dispatch", below="999").status_code == 403


def test_bad_rows_are_told_by_number_and_nothing_is_taken_unless_confirmed(door: Door):
    rows = [*WORKERS, {"township": "999", "grid": "1", "name": "x"}]
    refused = door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": rows})
    assert (refused.status_code, "4: township 999?" in refused.json["detail"]) == (422, True)
    assert door.get("/grid-workers", "dispatch").json["workers"] == []
    taken = door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": rows, "confirmed": True})
    assert taken.json == {"townships": 1, "workers": 3, "problems": [[4, "township 999?"]]}


def test_the_ledger_counts_the_workers_who_were_called(door: Door):
    door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": WORKERS})
    targets = {"grid_workers_of": ["410105"]}
    shown = door.post("/orders/preview", ORDER | {"targets": targets}, "dispatch").json
    assert [one["name"] for one in shown["grid_workers"]] == ["演示网格员001", "演示网格员002"]
    assert (shown["posts"], shown["count"], shown["unreachable"], shown["wide"]) == ([FIRST], 3, 0, False)
    order = door.post("/orders", ORDER | {"targets": targets}, "dispatch").json
    ledger = door.get(f"/orders/{order['id']}/ledger", "dispatch").json
    assert sum(ledger["counts"].values()) == order["targets"] == 1
    assert sum(ledger["grid_workers"].values()) == 2
    told = door.get(f"/orders/{order['id']}/grid-workers", "dispatch").json
    assert told["counts"] == ledger["grid_workers"]
    assert [line["name"] for line in told["lines"]] == ["演示网格员001", "演示网格员002"]
    page = door.post(f"/orders/{order['id']}/grid-workers/{told['lines'][0]['worker']}/page", None, "dispatch")
    assert page.json["path"].startswith("/g/")
    assert door.get("/orders/none/grid-workers", "dispatch").status_code == 404


def test_a_township_orders_its_own_grids_and_no_others(door: Door, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(KEYS, "township", replace(KEYS["dispatch"], id="k8", dispatch_root=FIRST))
    beside = {"township": NEXT, "grid": "01", "name": "演示网格员004", "phone": "13800000004"}
    door.ask("PUT", "/api/v1/grid-workers", "dispatch", json={"workers": [*WORKERS, beside]})
    elsewhere = [{"grid_workers_of": [code]} for code in (NEXT, "410105", "410100")]
    for targets in [*elsewhere, {"grid_workers_of": [FIRST, NEXT]}, {"grid_workers_of": [FIRST], "posts": [NEXT]}]:
        for path in ("/orders/preview", "/orders"):
            refused = door.post(path, ORDER | {"targets": targets}, "township")
            assert (refused.status_code, f"below {FIRST} only" in refused.json["detail"]) == (403, True), targets
    with door.database.read() as work:
        assert work.orders.latest(9) == []
    made = door.post("/orders", ORDER | {"targets": {"grid_workers_of": [FIRST]}}, "township")
    assert (made.status_code, made.json["targets"]) == (201, 1)
    called = door.get(f"/orders/{made.json['id']}/grid-workers", "township").json["lines"]
    assert [line["name"] for line in called] == ["演示网格员001", "演示网格员002"]
