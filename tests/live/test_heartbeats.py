"""Heartbeats on their way in: gathered, merged with a handful of commands, kept while Redis is away."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import ConnectionError, Redis

from domain.liveness import EVER, as_set, bitmap_of
from live import keys
from live.connection import connect
from live.heartbeats import Heartbeats
from tests.fakes import FakeClock

HEARD = st.lists(st.tuples(st.sampled_from(["iot", "video"]), st.integers(5, 7), st.sets(st.integers(0, 999))))


@pytest.fixture
def heartbeats(redis: Redis) -> Heartbeats:
    return Heartbeats(redis, FakeClock().real)


def in_redis(redis: Redis, device_class: str, slot: int) -> int:
    return as_set(redis.get(keys.heard(device_class, slot)) or b"")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HEARD, st.integers(1, 4))
def test_who_was_heard_is_in_its_slot_however_it_came_in(redis: Redis, heartbeats: Heartbeats, heard, every):
    redis.flushall()
    for n, (device_class, slot, bits) in enumerate(heard):
        heartbeats.heard(device_class, bits, slot)
        if n % every == 0:
            heartbeats.flush()
    heartbeats.flush()
    for device_class in ("iot", "video"):
        by_slot = {
            slot: set().union(*(b for c, s, b in heard if (c, s) == (device_class, slot))) for slot in range(5, 8)
        }
        assert all(in_redis(redis, device_class, slot) == as_set(bitmap_of(bits)) for slot, bits in by_slot.items())
        assert in_redis(redis, device_class, EVER) == as_set(bitmap_of(set().union(*by_slot.values())))


def test_nothing_heard_writes_nothing(redis: Redis, heartbeats: Heartbeats):
    heartbeats.flush()
    assert redis.keys("*") == []


def test_the_last_arrival_is_kept(redis: Redis, heartbeats: Heartbeats):
    heartbeats.heard("iot", [1], 5)
    heartbeats.flush()
    assert float(redis.get(keys.arrival("iot"))) == FakeClock().real().timestamp()
    assert 0 < redis.ttl(keys.heard("iot", 5)) <= 24 * 3600
    assert sorted(redis.keys("*")) == sorted(
        name.encode() for name in (keys.heard("iot", 5), keys.heard("iot", EVER), keys.arrival("iot"))
    )


def test_what_redis_could_not_take_is_merged_when_it_is_back(redis: Redis, redis_url: str):
    away = connect("unix:///nowhere/redis.sock")
    heartbeats = Heartbeats(away, FakeClock().real)
    heartbeats.heard("iot", [1], 5)
    with pytest.raises(ConnectionError):
        heartbeats.flush()
    heartbeats.heard("iot", [2], 5)
    heartbeats._redis = redis
    heartbeats.flush()
    assert in_redis(redis, "iot", 5) == 0b110


def test_a_long_outage_keeps_only_the_newest_slots(redis: Redis):
    heartbeats = Heartbeats(connect("unix:///nowhere/redis.sock"), FakeClock().real)
    for slot in range(100, 150):
        heartbeats.heard("iot", [slot], slot)
    with pytest.raises(ConnectionError):
        heartbeats.flush()
    assert sorted(slot for _, slot in heartbeats._gathered) == list(range(140, 150))
