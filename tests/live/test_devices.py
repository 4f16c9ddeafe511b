"""Device liveness over time: what a wall shows minute by minute, after a loss of Redis, and after a silence."""

from datetime import UTC, datetime

import pytest
from redis import Redis

from domain.city import DeviceClass
from domain.liveness import EVER
from live import keys
from live.devices import Devices, Now
from live.heartbeats import Heartbeats
from live.reader import RedisReader
from tests.fakes import FakeClock
from tests.operations.conftest import Office

IOT = DeviceClass("iot", "物联", "IoT", interval_s=60, slots=3)
START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


class Watch:
    """Ten devices that report at the tenth second of each minute, and the tick that looks at them."""

    def __init__(self, office: Office, redis: Redis):
        self.office, self.redis, self.clock = office, redis, FakeClock(START)
        self.heartbeats = Heartbeats(redis, self.clock.real)
        self.restart()
        rows = [{"device_class": "iot", "id": f"d{n}", "district": "410105" if n < 6 else None} for n in range(10)]
        with office.database.begin() as work:
            work.devices.register(rows)

    def restart(self) -> None:
        database = self.office.database
        self.devices = Devices(self.redis, database.begin, database.read, (IOT,))

    def hear(self, *bits: int) -> None:
        self.heartbeats.heard("iot", bits, int(self.clock.at.timestamp()) // 60)
        self.heartbeats.flush()

    def minute(self, *bits: int) -> Now:
        """One minute: these are heard at its tenth second; what is shown at its fortieth."""
        self.clock.pass_(seconds=10)
        if bits:
            self.hear(*bits)
        self.tick()
        self.clock.pass_(seconds=30)
        found = self.tick()
        self.clock.pass_(seconds=20)
        return found

    def tick(self) -> Now:
        found = self.devices.tick(self.clock.at)["iot"]
        counts = found.counts
        assert counts.online + counts.offline + counts.unknown == counts.registered
        return found


@pytest.fixture
def watch(office: Office, redis: Redis) -> Watch:
    return Watch(office, redis)


def shown(now: Now) -> tuple[int, int, int]:
    return now.counts.online, now.counts.offline, now.counts.unknown


def minutes_after(now: Now) -> float:
    assert now.as_of
    return (now.as_of - START).total_seconds() / 60


def test_who_was_never_heard_is_unknown(watch: Watch):
    now = watch.tick()
    assert (shown(now), now.checking, now.as_of) == ((0, 0, 10), False, None)


def test_a_device_is_offline_after_three_silent_intervals(watch: Watch):
    everybody = tuple(range(8))
    assert shown(watch.minute(*everybody)) == (8, 0, 2)
    for _ in range(2):
        assert shown(watch.minute(*everybody[:5])) == (8, 0, 2)
    assert shown(watch.minute(*everybody[:5])) == (5, 3, 2)
    assert shown(watch.minute(*everybody)) == (8, 0, 2)


def test_after_the_first_full_interval_nothing_is_checked_any_more(watch: Watch):
    watch.tick()
    assert watch.minute(1).checking
    assert watch.minute(1).checking
    assert not watch.minute(1).checking


def test_districts_are_counted_apart(watch: Watch):
    watch.minute(0, 1, 9)
    assert RedisReader(watch.redis, watch.clock.real).devices_by_district("iot") == {"410105": [6, 2]}


def test_new_devices_are_unknown_at_once(watch: Watch):
    watch.minute(0, 1)
    with watch.office.database.begin() as work:
        work.devices.register([{"device_class": "iot", "id": "new", "district": "410105"}])
    assert shown(watch.tick()) == (2, 0, 9)
    assert RedisReader(watch.redis, watch.clock.real).devices_by_district("iot") == {"410105": [7, 2]}


def settle(watch: Watch) -> None:
    for _ in range(4):
        watch.minute(*range(8))
    for _ in range(4):
        watch.minute(*range(6))


def test_a_lost_redis_shows_the_last_state_until_an_interval_was_heard(watch: Watch):
    settle(watch)
    watch.redis.flushall()
    watch.clock.pass_(seconds=5)
    now = watch.tick()
    assert (shown(now), now.checking) == ((6, 2, 2), True)
    assert minutes_after(now) == 7  # the end of the last minute that was kept in SQL
    watch.hear(0)
    now = watch.tick()
    assert (shown(now), now.checking, minutes_after(now)) == ((6, 2, 2), True, 7)
    watch.clock.pass_(seconds=55)
    assert watch.minute(*range(6)).checking
    now = watch.minute(*range(6))
    assert (shown(now), now.checking) == ((6, 2, 2), False)
    assert minutes_after(now) > 9


def test_an_empty_start_after_an_hour_does_not_call_everybody_offline(watch: Watch):
    settle(watch)
    watch.redis.flushall()
    watch.clock.pass_(hours=1)
    watch.restart()
    now = watch.tick()
    assert (shown(now), now.checking, minutes_after(now)) == ((6, 2, 2), True, 7)
    for _ in range(2):
        now = watch.minute(*range(3))
        assert (shown(now), now.checking) == ((6, 2, 2), True)
    assert shown(watch.minute(*range(3))) == (3, 5, 2)


def test_when_a_whole_class_is_silent_its_last_state_stays_and_grows_old(watch: Watch):
    settle(watch)
    for _ in range(6):
        now = watch.minute()
    assert (shown(now), now.checking) == ((6, 2, 2), False)
    assert minutes_after(now) == pytest.approx(7 + 10 / 60)


def test_after_the_silence_the_last_state_is_checked_first(watch: Watch):
    settle(watch)
    for _ in range(6):
        watch.minute()
    now = watch.minute(0)
    assert (shown(now), now.checking) == ((6, 2, 2), True)
    watch.minute(*range(4))
    now = watch.minute(*range(4))
    assert (shown(now), now.checking) == ((4, 4, 2), False)


def test_a_new_worker_goes_on_where_the_old_one_stopped(watch: Watch):
    settle(watch)
    watch.restart()
    now = watch.minute(*range(6))
    assert (shown(now), now.checking) == ((6, 2, 2), False)


def test_only_the_slots_that_matter_are_kept(watch: Watch):
    for _ in range(20):
        watch.minute(0)
    with watch.office.database.read() as work:
        slots = [slot for slot, _ in work.devices.slots("iot", 1)]
    assert slots[0] == EVER
    assert len(slots) <= 8
    assert len(watch.redis.keys(keys.heard("iot", 0)[:-1] + "*")) <= 12


def test_yesterdays_share_is_that_of_the_same_quarter(watch: Watch):
    watch.tick()
    for _ in range(20):
        now = watch.minute(*range(5))
    assert now.yesterday_share is None
    watch.clock.pass_(hours=23, minutes=55)
    assert watch.minute(0).yesterday_share == 0.5


def test_sql_being_away_does_not_stop_the_counting(watch: Watch, monkeypatch: pytest.MonkeyPatch):
    settle(watch)

    asked: list[str] = []

    def away(what: str) -> None:
        asked.append(what)
        raise OSError("SQL is away")

    for one in watch.devices._watches.values():
        monkeypatch.setattr(one, "_read", lambda: away("read"))
        monkeypatch.setattr(one, "_begin", lambda: away("write"))
    assert shown(watch.minute(*range(7))) == (7, 1, 2)
    asked.clear()
    for _ in range(10):
        watch.clock.pass_(seconds=1)
        watch.tick()
    assert asked.count("read") == 2  # a database that hangs would hold up each of these ticks
