"""feeds.yaml: what a city may declare, and what is said when it is wrong."""

from pathlib import Path

import pytest

from api.cap_read import CapReader
from data_feeds.assembly import Behind, feeds
from data_feeds.feeds_file import FeedsError, FeedsFile, load, with_metrics_at
from operations.figures import Figures
from tests.data_feeds.test_http_json import MAPPING
from tests.mounted import Door

GOOD = """
metrics:
  daily_volume: {url: "http://127.0.0.1:9/daily-volume", every_s: 300}
http_json:
  - name: heat
    url: "http://127.0.0.1:9/items"
    every_s: 30
    mapping: heat.yaml
    source: HEAT
    headers: {X-Token: "${TOKEN}"}
cap:
  - {name: weather, url: "https://met.example/cap.atom", source: IOT}
expected_s: {GRID: 30}
"""


def declare(folder: Path, text: str) -> FeedsFile:
    (folder / "feeds.yaml").write_text(text)
    (folder / "heat.yaml").write_text(MAPPING.replace("external_id: no", 'external_id: "no"'))
    return load(folder, {"TOKEN": "t"})


def test_a_city_without_the_file_has_no_feeds_to_ask(tmp_path: Path):
    assert load(tmp_path, {}) == FeedsFile()


def test_a_secret_comes_from_the_environment(tmp_path: Path):
    found = declare(tmp_path, GOOD)
    assert found.json_[0].headers == {"X-Token": "t"}
    with pytest.raises(FeedsError, match="no TOKEN: set it"):
        load(tmp_path, {})


def test_every_declared_system_becomes_a_feed(tmp_path: Path, door: Door):
    found = declare(tmp_path, GOOD)
    parts, begin, read = door.parts, door.database.begin, door.database.read
    figures = Figures(begin, read, live=door.live, clock=door.clock, city=door.city)
    behind = Behind(
        door.city, door.clock, door.live, parts.cases, parts.dead_letters, figures, parts.proposals, CapReader()
    )
    made = feeds(found, tmp_path, behind)
    assert [(feed.name, feed.interval_s, feed.source) for feed in made] == [
        ("daily_volume", 300, None),
        ("heat", 30, "HEAT"),
        ("weather", 60, "IOT"),
        ("silence", 15, None),
    ]


def test_the_demo_serves_the_three_metric_feeds_below_one_address():
    found = with_metrics_at(FeedsFile(), "http://127.0.0.1:9")
    assert [asked.url for asked in found.metrics.values()] == [
        "http://127.0.0.1:9/daily-volume",
        "http://127.0.0.1:9/device-status",
        "http://127.0.0.1:9/dispatch-latency",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("metrics: {moods: {url: 'http://a'}}", "metrics.moods"),
        ("metrics: {daily_volume: {url: 'ftp://a'}}", "metrics.daily_volume.url"),
        ("metrics: {daily_volume: {url: 'http://a', every_s: 0}}", "metrics.daily_volume.every_s"),
        ("http_json: [{name: a, url: 'http://a', mapping: none.yaml}]", "http_json a: The mapping"),
        (GOOD + "colour: red", "colour"),
        ("a: [", "cannot be read as YAML"),
    ],
)
def test_a_wrong_file_says_where_it_is_wrong(tmp_path: Path, text: str, said: str):
    with pytest.raises(FeedsError) as refused:
        declare(tmp_path, text)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_a_name_is_used_once(tmp_path: Path):
    one = "{name: a, url: 'http://a', mapping: heat.yaml}"
    with pytest.raises(FeedsError, match="'a' is used twice"):
        declare(tmp_path, f"http_json: [{one}, {one}]")
