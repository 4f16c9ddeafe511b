"""Everything a source can get wrong: a clear refusal that names the field, counted and set aside."""

import json
from typing import Any

import httpx
import pytest

from tests.api.reports import a_report
from tests.mounted import Door, served

SPOILED = {
    "unknown category": ({"category": "E9999"}, "category"),
    "unknown district": ({"district": "火星区"}, "district"),
    "unknown township": ({"township": "火星镇"}, "township"),
    "unknown source": ({"source": "MARS"}, "source"),
    "unknown urgency": ({"urgency": "extreme"}, "urgency"),
    "unknown field": ({"longitude": 113.6}, "longitude"),
    "outside the city": ({"lon": 121.47, "lat": 31.23}, "lon, lat"),
    "longitude and latitude swapped": ({"lon": 34.75, "lat": 113.66}, "lon, lat"),
    "longitude as text": ({"lon": "113.66"}, "lon"),
    "longitude without latitude": ({"lat": ...}, "lat"),
    "longitude as a huge number": ({"lon": 10**60}, "lon"),
    "time in the future": ({"reported_at": "2026-11-24T15:30:00+08:00"}, "reported_at"),
    "time before there were records": ({"reported_at": "0001-01-01T00:00:00+14:00"}, "reported_at"),
    "time without zone": ({"reported_at": "2026-11-24T13:30:00"}, "reported_at"),
    "time that does not exist": ({"reported_at": "2026-02-30T13:30:00Z"}, "reported_at"),
    "time as a number": ({"reported_at": 1795498200}, "reported_at"),
    "text missing": ({"text": ...}, "text"),
    "text blank": ({"text": " \n"}, "text"),
    "text as a list": ({"text": ["a"]}, "text"),
    "text too long": ({"text": "长" * 10_001}, "text"),
    "NUL in the text": ({"text": "a\0b"}, "text"),
    "NUL in the id": ({"external_id": "a\0b"}, "external_id"),
    "half a surrogate in the text": ({"text": "a\ud800b"}, "text"),
    "half a surrogate in the source": ({"source": "\udfff"}, "source"),
    "half a surrogate in a field's name": ({"\ud800": 1}, ""),
    "id missing": ({"external_id": ...}, "external_id"),
    "id as a number": ({"external_id": 17}, "external_id"),
    "tags as text": ({"tags": "non_police"}, "tags"),
    "reporter nested": ({"reporter": {"name": {"first": "a"}}}, "reporter.name"),
    "history of an unknown step": ({"history": [{"step": "fly", "at": "2026-11-24T05:31:00Z", "by": "x"}]}, "history"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_report_is_refused_by_the_name_of_its_field(door: Door, name: str):
    changes, field = SPOILED[name]
    answer = send(door, a_report(**changes))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert field in [problem["field"] for problem in answer.json["problems"]]
    assert all(problem["message"] for problem in answer.json["problems"])
    [letter] = door.letters()
    assert field in letter["field"]
    assert letter["reason"]
    assert {**door.counted("HEAT"), **door.counted("unknown")} == {"refused": 1}
    assert door.get("/cases").json["cases"] == []


def test_every_spoiled_report_in_one_batch_leaves_the_good_one_beside_it(door: Door):
    rows = [a_report(external_id=f"B-{i}") | changes for i, (changes, _field) in enumerate(SPOILED.values())]
    rows = [{name: value for name, value in row.items() if value is not ...} for row in rows]
    answer = send(door, {"cases": [*rows, a_report(external_id="good")]})
    assert answer.status_code == 207
    assert answer.json["counts"] == {"refused": len(SPOILED), "new": 1}
    assert [case["external_id"] for case in door.get("/cases").json["cases"]] == ["good"]
    assert len(door.letters()) == len(SPOILED)


def send(door: Door, body: object) -> Any:
    return send_text(door, json.dumps(body))


def send_text(door: Door, body: str | bytes) -> Any:
    return door.ask("POST", "/api/v1/cases", data=body, content_type="application/json")


BROKEN: dict[str, str | bytes] = {
    "nothing": "",
    "cut off": '{"source": "HEAT", ',
    "no JSON": "<case/>",
    "not UTF-8": '{"source": "热力"}'.encode("gbk"),
    "nested too deeply": "[" * 100_000,
    "two values": "{} {}",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_body_that_is_not_json_is_refused_and_set_aside(door: Door, name: str):
    answer = send_text(door, BROKEN[name])
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert "not JSON" in answer.json["detail"]
    assert len(door.letters()) == 1
    assert door.counted("unknown") == {"refused": 1}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-" + "9" * 5000])
def test_a_number_that_is_none_refuses_only_its_row(door: Door, number: str):
    good, bad = (
        json.dumps(a_report(external_id="good")),
        json.dumps(a_report(lon=0)).replace('"lon": 0', f'"lon": {number}'),
    )
    answer = send_text(door, f'{{"cases": [{bad}, {good}]}}')
    assert answer.json["counts"] == {"refused": 1, "new": 1}
    assert answer.json["results"][0]["problems"][0]["field"] == "lon"


@pytest.mark.parametrize("body", ["null", "17", '"text"', "[]", "[[[]]]", "true"])
def test_json_that_is_no_object_is_refused(door: Door, body: str):
    assert send_text(door, body).status_code == 422


def test_ten_megabytes_are_too_much(door: Door):
    answer = send_text(door, json.dumps(a_report(text="长" * 10_000_000)))
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
    assert door.counted("unknown") == {"refused": 1}


def test_ten_megabytes_in_pieces_of_unknown_number_are_too_much_as_well(door: Door):
    """As a streaming client sends them; only a server that really listens reads them so."""
    good = json.dumps({"cases": [a_report(text="x" * 9_000, external_id=str(i)) for i in range(1_000)]}).encode()
    pieces = (b" " * 1_000_000 for _ in range(2))
    with served(door.server) as url, httpx.Client(headers={"Authorization": "Bearer any"}, timeout=30) as client:
        small = client.post(f"{url}/api/v1/cases", content=iter([json.dumps(a_report()).encode()]))
        large = client.post(f"{url}/api/v1/cases", content=(piece for part in ([good], pieces) for piece in part))
    assert (small.status_code, large.status_code) == (201, 413)


@pytest.mark.parametrize(
    "text",
    [
        "😀 冒烟 🔥",
        "مرحبا بالعالم \u202e",
        "<script>alert(1)</script>",
        '=HYPERLINK("http://a")',
        "a\tb\r\nc",
        "\u0007",
    ],
)
def test_whatever_is_text_stays_text(door: Door, text: str):
    made = send(door, a_report(text=text))
    assert made.status_code == 201
    assert door.get(f"/cases/{made.json['id']}").json["case"]["text"] == text


def test_what_a_key_for_one_source_gets_wrong_counts_for_that_source(door: Door):
    door.ask("POST", "/api/v1/cases", "heat", data="{", content_type="application/json")
    assert door.counted("HEAT") == {"refused": 1}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/devices/heartbeats", {"at": "2026-11-24T06:30:00", "devices": []}, "at"),
        ("/devices/heartbeats", {"at": "2026-11-24T06:30:00Z", "devices": [1]}, "devices.0"),
        ("/devices/heartbeats", {"at": "2026-11-24T09:30:00Z", "devices": []}, "at"),
        ("/devices", {"devices": [{"id": "d", "class": "toaster"}]}, "devices.0.class"),
        ("/devices", {"devices": [{"id": "d\0", "class": "iot"}]}, "devices.0.id"),
        ("/indicators", {"key": "mood", "value": 1, "at": "2026-11-24T06:30:00Z"}, "key"),
        ("/indicators", {"key": "water_pressure", "value": "1", "at": "2026-11-24T06:30:00Z"}, "value"),
        ("/cases/1/steps", {"step": "file", "at": "yesterday", "by": "x", "version": 1}, "at"),
        ("/cases/1/steps", {"step": "file", "at": "2026-11-24T06:30:00Z", "by": "x", "version": "1"}, "version"),
    ],
)
def test_every_other_path_names_the_field_too(door: Door, path: str, body: dict[str, Any], field: str):
    answer = door.post(path, body)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [problem["field"] for problem in answer.json["problems"]] == [field]
