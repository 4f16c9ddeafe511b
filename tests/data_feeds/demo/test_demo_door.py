"""How the demo speaks to the HTTP door: patient with a server that is away, and plain about refusals."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from data_feeds.demo.door import Attempts, CityClock, Door, DoorClosed, Refusal
from tests.conftest import a_free_port
from tests.mounted import KEYS, served
from tests.mounted import Door as Server


def test_a_server_that_is_away_is_a_closed_door():
    with pytest.raises(DoorClosed):
        Door(f"http://127.0.0.1:{a_free_port()}", lambda: "any").get("/vitals")


def test_a_refusal_says_why(door: Server):
    with served(door.server) as url, pytest.raises(Refusal) as refusal:
        Door(url, lambda: "any").post("/cases", {"source": "GRID"})
    assert refusal.value.status == 422
    assert "external_id" in refusal.value.sentence


def test_a_key_that_was_changed_is_read_again(door: Server):
    keys = iter(["old", "new", "new"])
    with served(door.server) as url:
        one = Door(url, lambda: next(keys))
        KEYS["new"] = KEYS["any"]
        try:
            with pytest.raises(DoorClosed):
                one.get("/cases")
            assert one.get("/cases")["cases"] == []
        finally:
            del KEYS["new"]


def test_a_failure_is_told_once_and_the_return_once(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    attempts, outcomes = Attempts("something"), iter([DoorClosed("away"), DoorClosed("away"), None, None])

    def act() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome

    assert [attempts.attempt(act) for _ in range(4)] == [False, False, True, True]
    assert [record.message for record in caplog.records] == [
        "something: away; trying on",
        "something works again",
    ]


def test_a_refusal_is_passed_over(caplog: pytest.LogCaptureFixture):
    def act() -> None:
        raise Refusal(422, "no such source")

    assert Attempts("something").attempt(act)
    assert "no such source" in caplog.text


def test_who_insists_stops_when_told(monkeypatch: pytest.MonkeyPatch):
    stopped, tries = threading.Event(), []

    def act() -> None:
        tries.append(1)
        stopped.set()
        raise DoorClosed("away")

    Attempts("something").insist(act, stopped)
    assert tries == [1]


def test_city_time_runs_on_from_what_the_server_said(door: Server):
    city, real = datetime(2030, 1, 1, tzinfo=UTC), datetime.now(UTC)
    door.live.snapshot = {"at": city.isoformat(), "real_at": real.isoformat(), "speed": 100.0, "tiles": {}}
    with served(door.server) as url:
        clock = CityClock(Door(url, lambda: "read"))
        clock.look()
        passed = (datetime.now(UTC) - real) * 100
        assert clock.speed == 100
        assert abs(clock.now() - (city + passed)) < timedelta(seconds=10)


def test_without_vital_signs_the_clock_waits(door: Server):
    with served(door.server) as url, pytest.raises(DoorClosed):
        CityClock(Door(url, lambda: "read")).look()
