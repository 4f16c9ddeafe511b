"""Plans through the door: written, refused field by field, withdrawn, and put back."""

from tests.mounted import Door

PLAN = {"name": "大雾应对", "title": "{路段}大雾应对", "text": "{路段}请于 {deadline} 前到岗。", "grade": 3}
PLAN |= {"tiers": ["district"], "limits": {"district": 60}, "answers": ["received"], "variables": {"路段": "绕城高速"}}


def put(door: Door, **changes: object):
    return door.ask("PUT", "/api/v1/plans/fog", "dispatch", json=PLAN | changes)


def order(door: Door, plan: str, **said: object):
    return door.post("/orders", {"targets": {"posts": ["410105"]}, "plan": plan, "mode": "live"} | said, "dispatch")


def test_a_plan_is_written_ordered_by_withdrawn_and_put_back(door: Door):
    assert put(door).json["version"] == 1
    words = door.post("/plans/preview", {"key": "fog", "plan": PLAN, "variables": {"路段": "东四环"}}, "dispatch").json
    made = order(door, "fog", variables={"路段": "东四环"}).json
    assert (
        (made["title"], made["text"])
        == (words["title"], words["text"])
        == ("东四环大雾应对", "东四环请于 14:31 前到岗。")
    )
    assert (made["grade"], made["template"]) == (3, "fog")
    withdrawn = door.ask("DELETE", "/api/v1/plans/fog", "dispatch").json
    assert withdrawn["withdrawn"] is True
    assert order(door, "fog").status_code == 422
    assert door.post("/plans/fog/restore", {}, "dispatch").status_code == 404  # the city ships none of this key
    assert door.post("/plans/fog/restore", {"version": 1}, "dispatch").json["version"] == 3
    editions = door.get("/plans/fog/versions", "dispatch").json["editions"]
    assert [(one["version"], one["state"]) for one in editions] == [(3, "written"), (2, "withdrawn"), (1, "written")]
    assert order(door, "fog").status_code == 201


def test_every_flaw_of_a_plan_is_named_by_its_field(door: Door):
    answer = put(door, text="{没有}", limits={}, completes="cannot", checklist=["一", "一"])
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert {problem["field"] for problem in answer.json["problems"]} >= {"text", "limits", "completes", "checklist"}
    assert door.get("/plans/fog", "dispatch").status_code == 404


def test_the_shipped_plans_are_listed_and_can_be_put_back(door: Door):
    shipped = {one["key"]: one for one in door.get("/plans", "dispatch").json["plans"]}
    assert (len(shipped), {one["version"] for one in shipped.values()}) == (6, {0})
    assert all(one["checklist"] and one["ground"] and one["completes"] == "in_position" for one in shipped.values())
    changed = {name: shipped["flood"][name] for name in PLAN} | {"title": "防汛到岗", "base": 0}
    assert door.ask("PUT", "/api/v1/plans/flood", "dispatch", json=changed).json["title"] == "防汛到岗"
    assert door.ask("PUT", "/api/v1/plans/flood", "dispatch", json=changed).status_code == 409
    assert door.post("/plans/flood/restore", {}, "dispatch").json["title"] == shipped["flood"]["title"]
