"""How the demo speaks to the HTTP door: patient with a server that is away, and plain about refusals."""

import logging
import threading

import pytest

from data_feeds.demo.door import Attempts, Door, DoorClosed, Refusal
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


def test_a_failure_that_lasts_is_told_once_and_the_return_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("data_feeds.demo.door.LASTS_S", 0.0)
    caplog.set_level(logging.INFO)
    attempts, outcomes = Attempts("something"), iter([DoorClosed("away"), DoorClosed("away"), None, None])

    def act() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome

    assert [attempts.attempt(act) for _ in range(4)] == [False, False, True, True]
    assert [record.message for record in caplog.records if record.name == "demo"] == [
        "something: away; trying on",
        "something works again",
    ]


def test_a_short_failure_is_not_worth_a_line(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    attempts = Attempts("something")
    attempts.failed("away")
    attempts.worked()
    assert [record for record in caplog.records if record.name == "demo"] == []


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


def test_a_server_that_starts_later_is_waited_for_in_silence(door: Server, caplog: pytest.LogCaptureFixture):
    key, stopped = KEYS.pop("any"), threading.Event()
    with served(door.server) as url:
        thread = threading.Thread(target=Door(url, lambda: "any").wait, args=(stopped,))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        KEYS["any"] = key
        thread.join(20)
    assert not thread.is_alive()
    assert [record for record in caplog.records if record.name == "demo"] == []


def test_who_is_told_to_stop_does_not_wait_for_a_server():
    stopped = threading.Event()
    stopped.set()
    Door(f"http://127.0.0.1:{a_free_port()}", lambda: "any").wait(stopped)
