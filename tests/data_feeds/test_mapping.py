"""Mappings: what an administrator may write, and what a record becomes by it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from data_feeds.mapping import FieldMapping, MappingError, load
from tests.mounted import ROOT

GOOD = {
    "version": 3,
    "records": "data.items",
    "fields": {
        "source": {"constant": "HEAT"},
        "external_id": "no",
        "text": {"path": ["what", "more"], "join": " / "},
        "reported_at": {"path": "when", "time": "%Y/%m/%d %H:%M", "zone": "Asia/Shanghai"},
        "category": {"path": "kind", "table": {"1": "E0101", "2": "E0102"}, "otherwise": "E0103"},
        "urgency": {"path": "level", "table": {"A": "high", "B": "normal"}},
        "lon": "where.x",
        "lat": "where.y",
        "tags": {"path": "labels", "split": ";"},
        "reporter": {"name": "caller.name", "phone": "caller.phone"},
    },
    "steps": [
        {"step": "receive", "at": {"path": "taken", "time": "epoch"}, "by": {"constant": "热线"}, "reason": "why"}
    ],
}
RECORD = {
    "no": 17,
    "what": " 不热 ",
    "more": "三楼",
    "when": "2026/11/24 13:30",
    "kind": "2",
    "where": {"x": "113.66", "y": 34.75},
    "labels": "non_police; urgent;",
    "caller": {"name": "张三", "phone": None},
    "taken": 1795498260,
}


def a_mapping(folder: Path, **changes: object) -> FieldMapping:
    path = folder / "map.yaml"
    path.write_text(yaml.safe_dump(GOOD | changes, allow_unicode=True))
    return load(path)


def test_a_record_becomes_a_report(tmp_path: Path):
    said, problems = a_mapping(tmp_path).read(RECORD)
    assert problems == []
    assert said == {
        "source": "HEAT",
        "external_id": "17",
        "text": "不热 / 三楼",
        "reported_at": datetime(2026, 11, 24, 5, 30, tzinfo=UTC),
        "category": "E0102",
        "lon": 113.66,
        "lat": 34.75,
        "tags": ["non_police", "urgent"],
        "reporter": {"name": "张三"},
        "history": [{"step": "receive", "at": datetime(2026, 11, 24, 5, 31, tzinfo=UTC), "by": "热线"}],
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"no": None}, "external_id"),
        ({"no": ["a"]}, "external_id"),
        ({"what": None, "more": ""}, "text"),
        ({"what": "a\0b"}, "text"),
        ({"what": "\ud800"}, "text"),
        ({"what": "长" * 10_001}, "text"),
        ({"when": "2026-11-24"}, "reported_at"),
        ({"when": None}, "reported_at"),
        ({"level": "Z"}, "urgency"),
        ({"where": {"x": "east", "y": 34}}, "lon"),
        ({"where": {"x": "nan", "y": 34}}, "lon"),
        ({"where": {"x": 113.66}}, "lon, lat"),
        ({"caller": {"name": {"first": "a"}}}, "reporter.name"),
        ({"taken": "soon"}, "steps.receive"),
    ],
)
def test_what_does_not_fit_is_named_by_its_field(tmp_path: Path, change: dict, field: str):
    _said, problems = a_mapping(tmp_path).read(RECORD | change)
    assert [problem.field for problem in problems] == [field]


def test_a_time_needs_a_zone_from_the_record_or_from_the_mapping(tmp_path: Path):
    mapping = a_mapping(tmp_path, fields=GOOD["fields"] | {"reported_at": "when"})
    assert mapping.read(RECORD | {"when": "2026-11-24T13:30:00+08:00"})[1] == []
    [problem] = mapping.read(RECORD | {"when": "2026-11-24T13:30:00"})[1]
    assert "zone" in problem.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fields": {"source": {"constant": "HEAT"}}}, "fields.external_id is missing"),
        ({"fields": GOOD["fields"] | {"colour": "c"}}, "fields.colour is not a field"),
        ({"fields": GOOD["fields"] | {"text": 7}}, "fields.text must be a path"),
        ({"fields": GOOD["fields"] | {"text": {"pth": "a"}}}, "fields.text has no key 'pth'"),
        ({"fields": GOOD["fields"] | {"text": {}}}, "fields.text needs either a path or a constant"),
        ({"fields": GOOD["fields"] | {"text": {"path": "a", "table": [1]}}}, "fields.text table"),
        ({"fields": GOOD["fields"] | {"reported_at": {"path": "a", "time": "noon"}}}, "fields.reported_at time"),
        ({"fields": GOOD["fields"] | {"reported_at": {"path": "a", "zone": "Mars/Base"}}}, "fields.reported_at zone"),
        ({"steps": [{"step": "close"}]}, "steps.0 needs step and at"),
        ({"colour": "red"}, "colour is not a part"),
        ({"version": None, "fields": None}, "fields is missing"),
    ],
)
def test_a_wrong_mapping_says_where_it_is_wrong(tmp_path: Path, changes: dict, said: str):
    with pytest.raises(MappingError) as refused:
        a_mapping(tmp_path, **changes)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_every_edit_has_a_digest_of_its_own(tmp_path: Path):
    first, second = a_mapping(tmp_path), a_mapping(tmp_path, version=4)
    assert (first.version, second.version) == ("3", "4")
    assert first.digest != second.digest


def test_no_mapping_at_all_is_a_sentence(tmp_path: Path):
    with pytest.raises(MappingError, match="cannot be read"):
        load(tmp_path / "nothing.yaml")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(MappingError, match="cannot be read as YAML"):
        load(tmp_path / "bad.yaml")


def test_the_mappings_that_come_with_the_cities_can_be_read():
    for path in ROOT.glob("cities/*/replay.yaml"):
        assert load(path).version
