"""Peace and war through the door."""

from tests.mounted import Door

WAR = {"condition": "war", "reason": "暴雪红色预警", "version": 0}


def put(door: Door, **changes: object):
    return door.ask("PUT", "/api/v1/readiness", "dispatch", json=WAR | changes)


def test_what_a_switch_would_change_is_told_before_and_undone_after(door: Door):
    before = door.get("/readiness", "dispatch").json
    assert (before["condition"], before["version"], len(before["changes"])) == ("peace", 0, 6)
    during = put(door).json
    assert during["effects"] == {one["effect"]: one["after"] for one in before["changes"]}
    after = put(door, condition="peace", version=1).json
    assert after["effects"] == before["effects"]
    assert (after["condition"], after["version"]) == ("peace", 2)


def test_a_version_that_is_not_the_one_seen_is_a_conflict(door: Door):
    assert put(door).status_code == 200
    answer = put(door)
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert put(door, version=1).status_code == 422  # the city is at war already
