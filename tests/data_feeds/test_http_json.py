"""A business system that nobody wrote code for: connected by a mapping, its records taken or set aside."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from data_feeds.feed import Feed, FeedFailed
from data_feeds.http_json import JsonSource
from data_feeds.mapping import FieldMapping, load
from tests.mounted import Door, served

MAPPING = """
version: 1
records: data.items
fields:
  source: {constant: HEAT}
  external_id: no
  text: what
  reported_at: {path: when, time: "%Y-%m-%d %H:%M:%S", zone: Asia/Shanghai}
  category: {path: kind, table: {cold: E0101, leak: E0102, odd: E9999}}
  lon: x
  lat: y
"""


def record(no: int, **changes: Any) -> dict[str, Any]:
    return {
        "no": f"R{no}",
        "what": "不热",
        "when": "2026-11-24 13:30:00",
        "kind": "cold",
        "x": 113.66,
        "y": 34.75,
    } | changes


@pytest.fixture
def mapping(tmp_path: Path) -> FieldMapping:
    (tmp_path / "heat.yaml").write_text(MAPPING.replace("  external_id: no", '  external_id: "no"'))
    return load(tmp_path / "heat.yaml")


@pytest.fixture
def answer() -> list[Any]:
    return []


@pytest.fixture
def url(answer: list[Any]) -> Iterator[str]:
    server = Flask("heat")

    def items() -> Any:
        return {"data": {"items": answer}} if request.headers.get("X-Token") == "t" else ("who are you?", 401)

    server.add_url_rule("/items", "items", items)
    with served(server) as base:
        yield f"{base}/items"


@pytest.fixture
def feed(url: str, mapping: FieldMapping, door: Door) -> Feed[Any, Any]:
    parts = door.parts
    made = JsonSource("heat", mapping, city=door.city, cases=parts.cases, dead_letters=parts.dead_letters)
    return made.feed(url, interval_s=60, headers={"X-Token": "t"}, source="HEAT")


def test_records_become_cases_and_a_second_poll_changes_nothing(feed: Feed, answer: list, door: Door):
    answer += [record(1), record(2, kind="leak")]
    feed.poll()
    feed.poll()
    cases = door.get("/cases").json["cases"]
    assert {case["external_id"]: case["category"] for case in cases} == {"R1": "E0101", "R2": "E0102"}
    assert {case["reported_at"] for case in cases} == {"2026-11-24T05:30:00Z"}
    assert door.counted("HEAT") == {"new": 2, "known": 2}


def test_the_whole_record_is_kept_beside_the_case(feed: Feed, answer: list, door: Door):
    answer.append(record(1, secret="阀门 7"))
    feed.poll()
    [case] = door.get("/cases").json["cases"]
    with door.database.read() as work:
        assert "\\u9600\\u95e8 7" in work.cases.private(case["id"])["raw"]


def test_a_poisoned_record_is_set_aside_once_and_the_feed_goes_on(feed: Feed, answer: list, door: Door):
    answer += [record(1, when="?"), "not even an object", record(2, kind="odd"), record(3)]
    for _ in range(3):
        feed.poll()
    assert [case["external_id"] for case in door.get("/cases").json["cases"]] == ["R3"]
    assert sorted(letter["field"] for letter in door.letters()) == ["", "category", "reported_at"]


def test_a_corrected_record_is_taken(feed: Feed, answer: list, door: Door):
    answer.append(record(1, when="?"))
    feed.poll()
    answer[:] = [record(1)]
    feed.poll()
    assert [case["external_id"] for case in door.get("/cases").json["cases"]] == ["R1"]


def test_an_answer_without_records_is_a_failed_feed(mapping: FieldMapping, door: Door):
    source = JsonSource("x", mapping, city=door.city, cases=door.parts.cases, dead_letters=door.parts.dead_letters)
    for answer in ({"data": {}}, {"data": {"items": {"a": 1}}}, "down for maintenance"):
        with pytest.raises(FeedFailed, match="no list of records at data"):
            source.translate(answer)
