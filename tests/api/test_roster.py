"""The roster as a machine meets it: who is on duty at T, what is missing, and what a key may change."""

from datetime import datetime, timedelta

import pytest

from tests.mounted import Door

POST, OTHER = "410105001", "410102"
LAYER = {"people": ["p1", "演示员02"], "starts_on": "2026-11-01", "handover": "08:00"}


@pytest.fixture
def staffed(door: Door) -> Door:
    rows = [
        {"id": f"p{i}", "post": POST, "name": f"演示员{i:02d}", "duty": "", "phone": "1390", "pin_hash": None}
        for i in (1, 2)
    ]
    with door.database.begin() as work:
        work.people.put(rows)
    return door


def save(door: Door, *layers: dict, key: str = "dispatch", **said: object):
    body = {"layers": list(layers), "confirmed": True} | said
    return door.ask("PUT", f"/api/v1/roster/{POST}/rotation", key, json=body)


def name(door: Door, at: str) -> str | None:
    found = door.get("/roster/on-duty", "dispatch", post=POST, at=at).get_json()["posts"][0]
    return found["duty"] and found["duty"]["name"]


def test_who_is_on_duty_is_told_for_any_minute(staffed: Door):
    assert save(staffed, LAYER).status_code == 200
    said = ["2026-11-24T14:29:00+08:00", "2026-11-24T14:30:00+08:00", "2026-11-25T00:00:00Z", "2031-02-03T12:00:00Z"]
    assert [name(staffed, at) for at in said] == [None, "演示员02", "演示员01", "演示员02"]


def test_all_posts_at_once_and_many_by_name(staffed: Door):
    save(staffed, LAYER)
    every = staffed.get("/roster/on-duty", "dispatch").get_json()["posts"]
    assert len(every) == len(staffed.city.posts)
    some = staffed.get("/roster/on-duty", "dispatch", post=f"{POST},{OTHER}").get_json()["posts"]
    assert [(one["post"], one["why"]["duty"]["why"]) for one in some] == [(POST, "rotation"), (OTHER, "gap")]


def test_a_gap_stops_the_save_and_is_listed(staffed: Door):
    answer = save(staffed, LAYER | {"day_kinds": ["workday", "shifted"]}, confirmed=False)
    assert answer.status_code == 409
    problems = answer.get_json()["problems"]
    assert {"field": "gap", "message": f"{POST} 2026-11-28T00:00Z 2026-11-30T00:00Z"} in problems
    assert {"field": "unverified", "message": f"{POST} 演示员01: never"} in problems
    assert name(staffed, "2026-11-25T00:00:00Z") is None


def test_what_is_missing_in_the_days_to_come(staffed: Door):
    save(staffed, LAYER | {"day_kinds": ["workday", "shifted"]})
    found = staffed.get("/roster/gaps", "dispatch", post=POST, days="7").get_json()
    assert [one["starts_at"] for one in found["gaps"]] == ["2026-11-28T00:00:00Z"]
    assert {one["person"]["name"] for one in found["unverified"]} == {"演示员01", "演示员02"}


def test_one_person_is_put_on_duty_for_a_span(staffed: Door):
    save(staffed, LAYER)
    until = (staffed.clock.real() + timedelta(hours=1)).isoformat()
    body = {"person": "演示员01", "ends_at": until, "confirmed": True}
    made = staffed.post(f"/roster/{POST}/overrides", body, "dispatch")
    assert made.status_code == 201
    assert datetime.fromisoformat(made.get_json()["ends_at"]) == datetime.fromisoformat(until)
    assert name(staffed, "2026-11-24T06:30:00Z") == "演示员01"
    assert name(staffed, until) == "演示员02"
    past = body | {"ends_at": "2026-11-01T00:00:00Z"}
    assert staffed.post(f"/roster/{POST}/overrides", past, "dispatch").status_code == 422


@pytest.mark.parametrize(
    ("layer", "said"),
    [({"people": ["nobody"]}, "nobody"), ({"starts_on": "soon"}, "starts_on"), ({"handover": "25:00"}, "handover"),
     ({"shift_hours": 5}, "hours"), ({"extra": 1}, "extra")],
)  # fmt: skip
def test_a_bad_layer_is_refused_with_its_reason(staffed: Door, layer: dict, said: str):
    answer = save(staffed, LAYER | layer)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_a_post_that_is_not_there_is_not_found(staffed: Door):
    assert staffed.get("/roster/on-duty", "dispatch", post="999").status_code == 404
    assert staffed.get("/roster/gaps", "dispatch", post="999").status_code == 404


@pytest.mark.parametrize("key", ["any", "read", "none"])
def test_a_key_without_the_permission_reads_and_changes_nothing(staffed: Door, key: str):
    assert staffed.get("/roster/on-duty", key, post=POST).status_code == 403
    assert staffed.get("/roster/gaps", key).status_code == 403
    assert save(staffed, LAYER, key=key).status_code == 403
    body = {"person": "p1", "ends_at": "2030-01-01T00:00:00Z", "confirmed": True}
    assert staffed.post(f"/roster/{POST}/overrides", body, key).status_code == 403
