"""What MQTT messages say."""

from datetime import UTC, datetime

import pytest

from data_feeds.mqtt import OneSubscriber, Taker
from data_feeds.mqtt_messages import Message, gather
from storage.database import Database
from storage.leases import SqlLeases
from tests.mounted import Door

AT = datetime(2026, 11, 24, 6, 30, 0, 250_000, tzinfo=UTC)
SECOND = AT.replace(microsecond=0)


def message(topic: str, payload: str | bytes = b"") -> Message:
    return Message(f"zhongshu/{topic}", payload if isinstance(payload, bytes) else payload.encode(), AT, 1, 1)


@pytest.mark.parametrize(
    ("topic", "payload", "ids"),
    [
        ("heartbeats", '["a", "b"]', {"a", "b"}),
        ("heartbeats/gateway-7", '["a"]', {"a"}),
        ("heartbeats/a", "", {"a"}),
        ("heartbeats", '"a"', {"a"}),
    ],
)
def test_a_heartbeat_names_its_devices(topic: str, payload: str, ids: set[str]):
    assert gather([message(topic, payload)], "zhongshu").beats == {SECOND: ids}


def test_a_heartbeat_may_say_when_it_was():
    found = gather([message("heartbeats", '{"at": "2026-11-24T14:29:00+08:00", "devices": ["a"]}')], "zhongshu")
    assert found.beats == {datetime(2026, 11, 24, 6, 29, tzinfo=UTC): {"a"}}


def test_a_reading_belongs_to_the_indicator_of_its_topic():
    said = '{"value": 0.31, "at": "2026-11-24T06:29:00Z"}'
    [(reading, _text)] = gather([message("indicators/water_pressure", said)], "zhongshu").readings
    assert (reading.key, reading.value, reading.at) == (
        "water_pressure",
        0.31,
        datetime(2026, 11, 24, 6, 29, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("heartbeats", "a,b"),
        ("heartbeats", "[1]"),
        ("heartbeats", '{"devices": ["a"]}'),
        ("heartbeats", '{"at": "2026-11-24T06:29:00", "devices": ["a"]}'),
        ("heartbeats", b"\xff\xfe"),
        ("heartbeats", "[" * 100_000),
        ("indicators/water_pressure", "0.31"),
        ("indicators/water_pressure", '{"value": "0.31", "at": "2026-11-24T06:29:00Z"}'),
        ("indicators/water_pressure", '{"value": NaN, "at": "2026-11-24T06:29:00Z"}'),
        ("indicators/water_pressure", '{"value": 1, "at": 5}'),
    ],
)
def test_an_unreadable_message_is_a_letter_and_stops_no_other(topic: str, payload: str | bytes):
    found = gather([message(topic, payload), message("heartbeats", '["good"]')], "zhongshu")
    assert found.beats == {SECOND: {"good"}}
    assert found.readings == []
    [letter] = found.letters
    assert letter.problems[0].message
    assert letter.payload.startswith(f"zhongshu/{topic}")


class Listener:
    """What a subscriber is to the one who keeps it."""

    def __init__(self) -> None:
        self.is_listening = False

    def start(self) -> None:
        self.is_listening = True

    def stop(self) -> None:
        self.is_listening = False


def test_of_two_workers_one_listens_and_the_other_takes_over_when_it_stops(database: Database):
    made: list[Listener] = []

    def make() -> Listener:
        made.append(Listener())
        return made[-1]

    one, two = (OneSubscriber(make, leases=SqlLeases(database), holder=name) for name in ("one", "two"))
    for keeper in (one, two, one):
        keeper.keep()
    assert [listener.is_listening for listener in made] == [True]
    one.stop()
    two.keep()
    assert [listener.is_listening for listener in made] == [False, True]
    two.stop()


def test_heartbeats_of_long_ago_are_dropped_and_what_came_with_them_is_taken(door: Door):
    taker = Taker(
        devices=door.parts.devices,
        indicators=door.parts.indicators,
        dead_letters=door.parts.dead_letters,
        prefix="zhongshu",
    )
    door.clock.pass_(hours=1)
    reading = '{"value": 0.31, "at": "2026-11-24T06:29:00Z"}'
    taker.take(
        [message("heartbeats", '["a"]'), message("indicators/water_pressure", reading), message("heartbeats", "?")]
    )
    assert [measure[0] for measure in door.live.measures] == ["water_pressure"]
    assert len(door.letters()) == 1
