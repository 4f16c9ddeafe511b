"""Cases through the real door into the real database."""

import json

import pytest

from domain.place import to_gcj02
from tests.api.reports import a_report
from tests.mounted import Door


def test_a_new_case_is_answered_with_201_and_where_it_is(door: Door):
    answer = door.post("/cases", a_report())
    assert answer.status_code == 201
    assert answer.json["status"] == "new"
    assert answer.json["no"] == "20261124-00001"
    found = door.ask("GET", answer.headers["Location"]).json
    assert found["case"]["text"] == "三楼暖气不热"
    assert found["case"]["reported_at"] == "2026-11-24T05:30:00Z"
    assert found["case"]["district"] is not None
    assert found["history"][0]["step"] == "report"


def test_a_repeated_report_is_known_and_changes_nothing(door: Door):
    first = door.post("/cases", a_report())
    again = door.post("/cases", a_report())
    assert (again.status_code, again.json["status"], again.json["id"]) == (200, "known", first.json["id"])


def test_a_report_that_says_something_else_changes_the_case(door: Door):
    first = door.post("/cases", a_report())
    again = door.post("/cases", a_report(text="现在整栋楼都不热"))
    assert (again.status_code, again.json["status"], again.json["id"]) == (200, "changed", first.json["id"])
    assert door.get(f"/cases/{first.json['id']}").json["case"]["text"] == "现在整栋楼都不热"


def test_the_same_batch_a_hundred_times_makes_each_case_once(door: Door):
    batch = {"cases": [a_report(external_id=f"H-{i}") for i in range(3)]}
    answers = [door.post("/cases", batch) for _ in range(100)]
    assert {answer.status_code for answer in answers} == {207}
    assert answers[0].json["counts"] == {"new": 3}
    assert all(answer.json["counts"] == {"known": 3} for answer in answers[1:])
    assert len(door.get("/cases", source="HEAT").json["cases"]) == 3
    assert door.counted("HEAT") == {"new": 3, "known": 297}


def test_one_bad_row_in_a_thousand_refuses_only_itself(door: Door):
    rows = [a_report(external_id=f"H-{i}") for i in range(1000)]
    rows[500] = a_report(external_id="H-500", lon="east")
    answer = door.post("/cases", {"cases": rows})
    assert answer.status_code == 207
    assert answer.json["counts"] == {"new": 999, "refused": 1}
    refused = answer.json["results"][500]
    assert (refused["row"], refused["status"], refused["problems"][0]["field"]) == (500, "refused", "lon")
    assert door.counted("HEAT") == {"new": 999, "refused": 1}
    [letter] = door.letters()
    assert (letter["source"], letter["field"]) == ("HEAT", "lon")
    assert json.loads(letter["payload"])["lon"] == "east"


def test_a_batch_of_more_than_a_thousand_is_refused_whole(door: Door):
    answer = door.post("/cases", {"cases": [a_report(external_id=f"H-{i}") for i in range(1001)]})
    assert (answer.status_code, answer.json["problems"][0]["field"]) == (422, "cases")


@pytest.mark.parametrize("batch", [{"cases": []}, {"cases": "all"}, {"cases": [a_report()], "source": "HEAT"}])
def test_what_is_no_batch_is_refused(door: Door, batch: dict):
    assert door.post("/cases", batch).status_code == 422


def test_a_point_is_converted_from_the_system_its_source_declares_and_the_original_is_kept(door: Door):
    """The demo city's sources all declare WGS-84, so this test lends one of them another system."""
    object.__setattr__(door.city.source_by_code["HEAT"], "crs", "gcj02")
    try:
        lon, lat = to_gcj02(113.66, 34.75)
        made = door.post("/cases", a_report(lon=lon, lat=lat))
        case = door.get(f"/cases/{made.json['id']}").json["case"]
    finally:
        object.__setattr__(door.city.source_by_code["HEAT"], "crs", "wgs84")
    assert (case["lon"], case["lat"]) == pytest.approx((113.66, 34.75), abs=1e-6)
    with door.database.read() as work:
        assert json.loads(work.cases.private(case["id"])["raw"])["lon"] == lon


def test_neither_reporter_nor_raw_text_leaves_with_a_case(door: Door):
    made = door.post("/cases", a_report(reporter={"name": "张三", "phone": "13800000000"}))
    for answer in (door.get(f"/cases/{made.json['id']}"), door.get("/cases"), made):
        assert "13800000000" not in answer.text


def test_who_handles_a_case_reads_its_source_and_original_text_and_the_look_is_on_record(door: Door):
    report = a_report(reporter={"name": "王女士"})
    id = door.post("/cases", report).json["id"]
    said = door.get(f"/cases/{id}/original").json
    assert (said["source"], said["reporter"]) == (report["source"], {"name": "王女士"})
    assert json.loads(said["raw"]) == report
    with door.database.read() as work:
        looks = [line for line in work.audits.latest(50) if line["verb"] == "case.original"]
    assert [line["about"] for line in looks] == [id]


def test_a_key_of_other_sources_reads_no_original(door: Door):
    id = door.post("/cases", a_report(source="DCG")).json["id"]
    assert door.ask("GET", f"/api/v1/cases/{id}/original", "heat").status_code == 403
    assert door.get("/cases/0/original").status_code == 404


def test_a_case_that_arrives_with_its_history_is_where_its_history_ended(door: Door):
    history = [
        {"step": "receive", "at": "2026-11-24T05:31:00Z", "by": "热线"},
        {"step": "file", "at": "2026-11-24T05:32:00Z", "by": "热线"},
    ]
    made = door.post("/cases", a_report(source="HOT12345", history=history))
    case = door.get(f"/cases/{made.json['id']}").json["case"]
    assert (case["state"], case["filed_at"]) == ("filed", "2026-11-24T05:32:00Z")


def test_a_case_moves_on_step_by_step_and_an_old_version_is_a_conflict(door: Door):
    made = door.post("/cases", a_report(source="HOT12345"))
    path, step = f"/cases/{made.json['id']}/steps", {"at": "2026-11-24T06:00:00Z", "by": "李四", "version": 1}
    received = door.post(path, step | {"step": "receive"})
    assert (received.status_code, received.json["state"], received.json["version"]) == (200, "received", 2)
    stale = door.post(path, step | {"step": "file"})
    assert (stale.status_code, stale.content_type) == (409, "application/problem+json")
    skipped = door.post(path, step | {"step": "finish", "version": 2})
    assert skipped.status_code == 409


def test_pages_follow_one_another_without_gap_or_repeat(door: Door):
    door.post("/cases", {"cases": [a_report(external_id=f"H-{i}") for i in range(25)]})
    seen, after = [], None
    while True:
        page = door.get("/cases", limit="10", **({"after": after} if after else {})).json
        seen += [case["external_id"] for case in page["cases"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(f"H-{i}" for i in range(25))


def test_a_search_filters_and_an_unknown_filter_is_refused(door: Door):
    door.post("/cases", a_report())
    door.post("/cases", a_report(source="DCG"))
    assert [case["source"] for case in door.get("/cases", source="DCG").json["cases"]] == ["DCG"]
    assert door.get("/cases", since="2026-11-24T05:31:00Z").json["cases"] == []
    refused = door.get("/cases", sauce="DCG")
    assert (refused.status_code, refused.json["problems"][0]["field"]) == (422, "sauce")


def test_an_unknown_case_is_not_found(door: Door):
    assert door.get("/cases/0123").status_code == 404
    step = {"step": "receive", "at": "2026-11-24T06:00:00Z", "by": "李四", "version": 1}
    assert door.post("/cases/0123/steps", step).status_code == 404
