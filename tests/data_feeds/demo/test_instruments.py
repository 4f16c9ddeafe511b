"""Devices and gauges of the demo at the real HTTP door."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from data_feeds.demo.door import Door as DemoDoor
from data_feeds.demo.fleet import Fleet
from data_feeds.demo.instruments import BEFORE, Instruments
from data_feeds.demo.profile import profile_of
from domain.city import City
from tests.conftest import until
from tests.mounted import Door, served


class RealTime:
    """Heartbeats are judged by real time."""

    def real(self) -> datetime:
        return datetime.now(UTC)

    now = real


@pytest.fixture
def instruments(door: Door, small: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instruments]:
    monkeypatch.setattr(door.clock, "real", RealTime().real)
    profile = profile_of(small)
    fleets = [Fleet(one, profile.districts, seed=1, now=datetime.now(UTC)) for one in profile.networks]
    with served(door.server) as url:
        yield Instruments(fleets, small.indicators, DemoDoor(url, lambda: "any"), seed=1)


def registered(door: Door) -> dict[str, int]:
    with door.database.read() as work:
        counts: dict[str, int] = work.devices.counts()
    return counts


def test_devices_are_registered_once(door: Door, instruments: Instruments):
    instruments.register()
    instruments.register()
    assert registered(door) == {"iot": 500}


def test_a_registry_that_is_whole_is_not_sent_again(
    door: Door, instruments: Instruments, monkeypatch: pytest.MonkeyPatch
):
    instruments.register()
    monkeypatch.setattr(Fleet, "registrations", lambda _self: pytest.fail("sent again"))
    instruments.register()


def test_who_is_silent_at_the_start_was_heard_a_while_ago(door: Door, instruments: Instruments):
    instruments.register()
    door.live.heard_bits.clear()
    slot = int(time.time()) // 60  # or the next, where a minute ends meanwhile
    instruments.introduce()
    early = int(BEFORE.total_seconds()) // 60
    heard = {kind_slot[1] - slot: len(bits) for kind_slot, bits in door.live.heard_bits.items()}
    fleet = instruments.fleets[0]
    offline = sum(len(gateway.offline) for gateway in fleet.gateways)
    assert set(heard) <= {0, 1, -early, -early + 1}
    assert sum(n for when, n in heard.items() if when >= 0) == fleet.online
    assert sum(n for when, n in heard.items() if when < 0) == offline > 0


def test_a_minute_of_seconds_is_heard_device_by_device(door: Door, instruments: Instruments):
    instruments.register()
    door.live.heard_bits.clear()
    instruments.beat(range(1000, 1060))
    assert sum(map(len, door.live.heard_bits.values())) == instruments.fleets[0].online


def test_every_gauge_of_the_city_is_measured(door: Door, instruments: Instruments, small: City):
    instruments.measure()
    assert [key for key, _value, _at in door.live.measures] == [indicator.key for indicator in small.indicators]


def test_it_goes_on_by_itself_until_told_to_stop(door: Door, instruments: Instruments):
    stopped = threading.Event()
    thread = threading.Thread(target=instruments.run, args=(stopped,))
    thread.start()
    assert instruments.are_known.wait(30)
    until(lambda: door.live.measures)
    stopped.set()
    thread.join(30)
    assert not thread.is_alive()
