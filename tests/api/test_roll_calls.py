"""Roll-calls, tests of channels and escalation over HTTP, and the absent as files."""

import csv
import io

from openpyxl import load_workbook

from domain.account import Actor, Role
from operations.ledger import Ledger
from operations.receipts import Receipt
from storage.passwords import KeyedPins
from tests.mounted import Door

POSTS = ["410105", "410105001"]


def staff(door: Door) -> None:
    row = {"name": "演示员01", "duty": "duty", "phone": "13800000000", "pin_hash": None}
    with door.database.begin() as work:
        work.people.put([{"id": f"p-{post}", "post": post} | row for post in POSTS])


def answer(door: Door, order: str, post: str) -> None:
    ledger = Ledger(door.database.begin, door.database.read, clock=door.clock, hasher=KeyedPins("k"))
    actor = Actor(post, post, Role.POST, post=post, known_by="device")
    assert ledger.record([Receipt(order, post, 1, "acknowledged", actor, person=f"p-{post}")]) == [None]


def test_a_roll_call_from_the_call_to_the_file_of_the_absent(door: Door):
    staff(door)
    called = door.post("/roll-calls", {"targets": {"posts": POSTS}, "within_s": 300}, "dispatch")
    assert (called.status_code, called.json["kind"], called.json["targets"]) == (201, "roll_call", 2)
    order = called.json["id"]
    answer(door, order, "410105001")
    door.clock.pass_(seconds=301)
    door.parts.orders.expire_due()
    told = door.get(f"/roll-calls/{order}/absent", "dispatch").json
    assert told["order"]["state"] == "expired"
    assert [one["post"] for one in told["absent"]] == ["410105"]
    assert told["absent"][0]["people"] == [{"name": "演示员01", "duty": "duty", "phone": "13800000000"}]
    file = door.get(f"/roll-calls/{order}/absent.csv", "dispatch")
    assert file.content_type.startswith("text/csv")
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(door.get(f"/roll-calls/{order}/absent.xlsx", "dispatch").data))
    sheet = [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)]
    assert rows == sheet
    assert [row[0] for row in rows] == ["code", "410105"]
    assert door.get("/roll-calls/none/absent", "dispatch").status_code == 404


def test_plans_are_made_listed_and_ended(door: Door):
    said = {"name": "夜间点名", "targets": {"tiers": ["district"]}, "days": [1, 5], "at": "22:00", "until": "23:30"}
    made = door.post("/roll-call-plans", said, "dispatch")
    assert (made.status_code, made.json["until"], made.json["days"]) == (201, "23:30", [1, 5])
    assert [plan["id"] for plan in door.get("/roll-call-plans", "dispatch").json["plans"]] == [made.json["id"]]
    ended = door.ask("DELETE", f"/api/v1/roll-call-plans/{made.json['id']}", "dispatch")
    assert ended.json == {"plans": []}
    for wrong in ({"days": [8]}, {"at": "24:00"}, {"days": []}, {"until": "21:00"}, {"targets": {}}, {"name": ""}):
        assert door.post("/roll-call-plans", said | wrong, "dispatch").status_code in (400, 409, 422)
    assert door.get("/roll-call-plans", "dispatch").json == {"plans": []}


def test_a_channel_is_tested_and_one_that_is_not_there_is_refused(door: Door):
    made = door.post("/channel-tests", {"channel": "terminal", "targets": {"posts": POSTS}}, "dispatch")
    assert (made.status_code, made.json["kind"], made.json["template"]) == (201, "channel_test", "channel:terminal")
    refused = door.post("/channel-tests", {"channel": "voice", "targets": {"posts": POSTS}}, "dispatch")
    assert refused.status_code in (409, 422)
    assert "voice" in refused.json["detail"]


def test_silence_is_told_step_by_step_and_an_officer_may_go_on_by_hand(door: Door):
    staff(door)
    body = {"targets": {"posts": ["410105001"]}, "title": "到岗", "text": "请确认", "mode": "live"}
    order = door.post("/orders", body, "dispatch").json["id"]
    assert door.get(f"/orders/{order}/steps", "dispatch").json == {"steps": []}
    door.clock.pass_(minutes=3)
    assert door.parts.escalations.fire_due() == 1
    steps = door.get(f"/orders/{order}/steps", "dispatch").json["steps"]
    assert [(step["what"], step["why"], step["post"]) for step in steps] == [
        ("dial", "not_acknowledged", "410105001"),
        ("notice", "not_acknowledged", "410105001"),
    ]
    climbed = door.post(f"/orders/{order}/escalate", {"post": "410105001"}, "dispatch")
    assert [(step["why"], step["whom"]) for step in climbed.json["steps"]] == [("by_hand", "deputy")]
    assert door.post(f"/orders/{order}/escalate", {"post": "410102"}, "dispatch").status_code in (409, 422)


def test_connected_and_somebody_there_are_told_apart_for_every_post(door: Door):
    door.live.posts, door.live.used = {"410105", "410102"}, {"410105"}
    found = door.get("/reachability", "dispatch", post="410105,410102").json["posts"]
    assert {one["post"]: (one["connected"], one["active"], one["p"]) for one in found} == {
        "410105": (True, True, None),
        "410102": (True, False, None),
    }
    assert len(door.get("/reachability", "dispatch").json["posts"]) > 230


def test_a_preview_expects_nothing_without_a_history(door: Door):
    body = {"targets": {"posts": POSTS}, "title": "到岗", "text": "请确认", "mode": "live"}
    outlook = door.post("/orders/preview", body, "dispatch").json["outlook"]
    assert (outlook["of"], outlook["within_s"], outlook["expected"], outlook["n"]) == (2, 600, None, 0)
