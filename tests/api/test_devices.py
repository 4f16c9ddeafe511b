"""Devices and indicators through the door."""

from tests.mounted import Door

NOW = "2026-11-24T06:30:00Z"


def test_devices_are_registered_once(door: Door):
    devices = {"devices": [{"id": f"d{i}", "class": "iot", "district": "410105"} for i in range(10_000)]}
    assert door.post("/devices", devices).json == {"added": {"iot": 10_000}}
    assert door.post("/devices", devices).json == {"added": {"iot": 0}}
    assert door.get("/devices", "read").json == {"registered": {"iot": 10_000, "video": 0}}


def test_heartbeats_of_known_devices_are_heard_and_unknown_ones_are_named(door: Door):
    door.post("/devices", {"devices": [{"id": "a", "class": "iot"}, {"id": "b", "class": "video"}]})
    heard = door.post("/devices/heartbeats", {"at": NOW, "devices": ["a", "b", "stranger"]})
    assert heard.json == {"heard": 2, "unknown_count": 1, "unknown": ["stranger"]}
    assert sorted(kind for kind, _slot in door.live.heard_bits) == ["iot", "video"]


def test_fifty_thousand_heartbeats_come_in_one_call_and_not_one_more(door: Door):
    many = {"at": NOW, "devices": [f"d{i}" for i in range(50_000)]}
    assert door.post("/devices/heartbeats", many).json["unknown_count"] == 50_000
    more = door.post("/devices/heartbeats", {**many, "devices": [*many["devices"], "x"]})
    assert (more.status_code, more.json["problems"][0]["field"]) == (422, "devices")


def test_a_reading_reaches_the_wall_at_its_true_time(door: Door):
    taken = door.post("/indicators", {"key": "water_pressure", "value": 0.31, "at": "2026-11-24T14:29:00+08:00"})
    assert taken.json == {"taken": 1, "refused": []}
    [(key, value, at)] = door.live.measures
    assert (key, value, at.isoformat()) == ("water_pressure", 0.31, "2026-11-24T06:29:00+00:00")


def test_a_bad_reading_among_good_ones_is_refused_alone(door: Door):
    readings = [{"key": key, "value": 1, "at": NOW} for key in ("water_pressure", "mood", "water_pressure")]
    taken = door.post("/indicators", {"readings": readings}).json
    assert taken["taken"] == 2
    assert [(row["row"], row["problems"][0]["field"]) for row in taken["refused"]] == [(1, "key")]


def test_a_key_of_one_source_may_not_measure_for_another(door: Door):
    water = {"key": "water_pressure", "value": 0.31, "at": NOW}
    assert door.post("/indicators", water, "heat").status_code == 422
    assert door.post("/indicators", water | {"key": "heating_return_temperature"}, "heat").status_code == 200
