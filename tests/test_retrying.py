"""Records set aside by every door there is, and sent through it once more when what stood against them is gone."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cap_read import CapReader
from data_feeds import mapping
from data_feeds.cap_atom import entry_holding
from data_feeds.cap_feed import CapSource, Fetched
from data_feeds.connecting import PLACE
from data_feeds.http_json import JsonSource
from data_feeds.mqtt import Taker
from data_feeds.mqtt_messages import Message
from operations.account_problems import AccountProblem
from operations.connection_ports import Connection
from retrying import Again
from tests.api.reports import a_report
from tests.api.test_cap_inbox import proposals, rain
from tests.data_feeds.test_connecting import RULES
from tests.data_feeds.test_http_json import record
from tests.mounted import Door, city, database, door, places

STALE = RULES.replace("leak: E0102", "leak: E9998")  # a mapping with a category that the city does not have


def again(door: Door, *, rules: str = RULES, folder: Path = Path("/nowhere")) -> Again:
    heat = Connection("heat", 1, "http://heat.example", 60, "HEAT", {}, rules, False, door.clock.now(), "a")
    parts = door.parts
    return Again(
        city=door.city,
        folder=folder,
        newest=lambda: [heat],
        cases=parts.cases,
        devices=parts.devices,
        indicators=parts.indicators,
        proposals=parts.proposals,
    )


def letter(door: Door) -> dict[str, Any]:
    """The one that is open, whole."""
    [found] = door.letters()
    with door.database.read() as work:
        return work.feeds.letter(found["id"])


def pulled(door: Door, name: str, *records: object, rules: str = STALE) -> None:
    source = JsonSource(
        name,
        mapping.parse(rules.encode(), PLACE),
        city=door.city,
        cases=door.parts.cases,
        dead_letters=door.parts.dead_letters,
    )
    source.deliver(source.translate({"data": {"items": list(records)}}))


def listening(door: Door, topic: str, payload: bytes) -> None:
    parts = door.parts
    taker = Taker(
        devices=parts.devices, indicators=parts.indicators, dead_letters=parts.dead_letters, prefix=door.city.code
    )
    taker.take([Message(f"{door.city.code}/{topic}", payload, door.clock.now(), 1, 1)])


def test_a_report_of_the_interface_or_a_replay_is_taken_once_its_source_is_known(door: Door):
    wrong = a_report(source="NEW")
    door.post("/cases", wrong)
    assert "NEW" in again(door).send(letter(door))
    assert len(door.letters()) == 1
    kept = letter(door) | {"payload": json.dumps(wrong | {"source": "GRID"})}
    assert again(door).send(kept) is None
    assert door.counted("GRID")["new"] == 1


@pytest.mark.parametrize("kind", ["leak", "unheard of"])
def test_a_pulled_record_is_taken_by_the_mapping_that_is_in_force_now(door: Door, kind: str):
    """Refused by the city's rules, or not even read."""
    pulled(door, "connection heat", record(1, kind=kind))
    kept = letter(door)
    assert (kept["form"], kept["feed"]) == ("record", "connection heat")
    assert "category" in again(door, rules=STALE).send(kept)
    assert len(door.letters()) == 1
    mended = RULES.replace("odd: E9999", "unheard of: E0101")
    assert again(door, rules=mended).send(kept) is None
    [case] = door.get("/cases").json["cases"]
    assert case["external_id"] == "R1"


def test_a_pulled_record_of_a_declared_feed_finds_its_mapping_in_the_citys_folder(door: Door, tmp_path: Path):
    (tmp_path / "heat.yaml").write_text(RULES)
    (tmp_path / "feeds.yaml").write_text("http_json: [{name: heat, url: 'http://heat.example', mapping: heat.yaml}]")
    pulled(door, "heat", record(1, kind="leak"))
    assert again(door, folder=tmp_path).send(letter(door)) is None


def test_a_record_whose_system_is_asked_no_more_says_so(door: Door):
    pulled(door, "connection gone", record(1, kind="leak"))
    with pytest.raises(AccountProblem) as refused:
        again(door).send(letter(door))
    assert (refused.value.key, refused.value.values) == ("letter_feed", {"feed": "connection gone"})


def test_a_reading_is_taken_once_its_indicator_is_declared(door: Door):
    listening(door, "indicators/new_one", b'{"value": 1.5, "at": "2026-11-24T06:29:00Z"}')
    kept = letter(door)
    assert kept["form"] == "message"
    assert "new_one" in again(door).send(kept)
    assert again(door).send(kept | {"payload": kept["payload"].replace("new_one", "water_pressure")}) is None
    assert door.live.measures[-1][:2] == ("water_pressure", 1.5)


def test_a_heartbeat_counts_while_it_says_something_about_now(door: Door):
    door.post("/devices", {"devices": [{"id": "d1", "class": "iot", "district": "410105"}]})
    listening(door, "heartbeats", b"?")
    kept = letter(door)
    assert "Expecting value" in again(door).send(kept)
    readable = kept | {"payload": kept["payload"].replace("?", '["d1"]')}
    assert again(door).send(readable) is None
    door.clock.pass_(minutes=11)
    assert "ten minutes" in again(door).send(readable)


def test_an_alert_becomes_a_proposal(door: Door):
    parts = door.parts
    source = CapSource(
        "weather", alerts=CapReader(), proposals=parts.proposals, dead_letters=parts.dead_letters, source=None
    )
    wrong = entry_holding(CapReader().tree(rain(severity="Terrible").encode()))
    source.deliver(source.translate(Fetched((wrong,))))
    kept = letter(door)
    assert "severity" in again(door).send(kept)
    assert again(door).send(kept | {"payload": kept["payload"].replace("Terrible", "Extreme")}) is None
    assert len(proposals(door)) == 1


def test_an_old_record_of_before_forms_were_kept_is_tried_as_a_report(door: Door):
    row = {"source": "GRID", "at": door.clock.now() - timedelta(days=1), "field": "", "reason": "", "payload": "no"}
    with door.database.begin() as work:
        work.feeds.set_aside([row])
    assert "no report in JSON" in again(door).send(letter(door))


__all__ = ["city", "database", "door", "places"]
