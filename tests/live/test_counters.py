"""The day's counts in Redis: each announcement once, never by a relay that was replaced, always rebuildable."""

from datetime import date, timedelta

import pytest
from redis import Redis

from live import keys
from live.counters import Counters, FencedOff, NotReady, days_of
from operations.ports import Announcement, Recount

TODAY = date(2026, 11, 24)
DAY = TODAY.isoformat()
EMPTY = Recount({}, (), ())


@pytest.fixture
def counters(redis: Redis) -> Counters:
    counters = Counters(redis)
    counters.rebuild(1, EMPTY, TODAY)
    return counters


def case(id: str, version: int = 1, **said: object) -> dict:
    row = {"kind": "case", "id": id, "version": version, "urgency": "high", "state": "reported"}
    return row | {"reported_at": "2026-11-24T06:00:00.000Z"} | said


def announcement(id: int, *rows: dict, **fields: int) -> Announcement:
    return Announcement(id, ("wall",), rows, {DAY: fields} if fields else {})


def counted(redis: Redis, day: str = DAY) -> dict[str, int]:
    return {name.decode(): int(n) for name, n in redis.hgetall(keys.counts(day)).items()}


def urgent(redis: Redis) -> list[str]:
    ids = [id.decode() for id in redis.zrange(keys.URGENT_ORDER, 0, -1)]
    assert {id.decode() for id in redis.hkeys(keys.URGENT)} == set(ids)
    return ids


def test_an_announcement_that_comes_again_changes_nothing(counters: Counters, redis: Redis):
    one = announcement(7, case("a"), reported=2)
    counters.project(1, [one, one])
    counters.project(1, [one])
    assert counted(redis) == {"reported": 2}


def test_what_is_marked_in_sql_need_not_be_remembered(counters: Counters, redis: Redis):
    counters.project(1, [announcement(7, reported=1), announcement(8, reported=1)])
    counters.forget([7])
    assert redis.smembers(keys.APPLIED) == {b"8"}


def test_a_replaced_relay_cannot_count(counters: Counters, redis: Redis):
    counters.project(2, [announcement(7, reported=1)])
    with pytest.raises(FencedOff):
        counters.project(1, [announcement(8, reported=1)])
    with pytest.raises(FencedOff):
        counters.rebuild(1, EMPTY, TODAY)
    assert counted(redis) == {"reported": 1}


def test_a_redis_without_memory_is_not_added_to(counters: Counters, redis: Redis):
    redis.flushall()
    assert not counters.is_complete(TODAY)
    with pytest.raises(NotReady):
        counters.project(1, [announcement(7, reported=1)])
    assert redis.keys("*") == []


def test_a_rebuild_replaces_everything_and_knows_what_it_contains(counters: Counters, redis: Redis):
    counters.project(1, [announcement(7, case("a"), reported=5)])
    before = redis.get(keys.EPOCH)
    epoch = counters.rebuild(2, Recount({DAY: {"reported": 3}}, (9,), (case("b"),)), TODAY)
    assert redis.get(keys.EPOCH) == epoch.encode() != before
    counters.project(2, [announcement(9, case("c"), reported=1), announcement(10, reported=1)])
    assert counted(redis) == {"reported": 4}
    assert urgent(redis) == ["b"]


def test_an_urgent_case_stays_until_it_is_finished(counters: Counters, redis: Redis):
    counters.project(1, [announcement(1, case("a"), case("calm", urgency="normal"))])
    counters.project(1, [announcement(2, case("a", 2, state="assigned"))])
    assert urgent(redis) == ["a"]
    counters.project(1, [announcement(3, case("a", 3, state="finished"))])
    assert urgent(redis) == []


def test_an_older_version_does_not_replace_a_newer_one(counters: Counters, redis: Redis):
    counters.project(1, [announcement(1, case("a", 3)), announcement(2, case("a", 2, state="voided"))])
    assert urgent(redis) == ["a"]


def test_critical_cases_stand_first_then_the_oldest(counters: Counters, redis: Redis):
    rows = [
        case("old", reported_at="2026-11-24T05:00:00.000Z"),
        case("new", reported_at="2026-11-24T06:30:00.000Z"),
        case("critical", urgency="critical", reported_at="2026-11-24T06:40:00.000Z"),
    ]
    counters.project(1, [announcement(1, *rows)])
    assert urgent(redis) == ["critical", "old", "new"]


def test_midnight_needs_no_rebuild_and_drops_the_oldest_day(counters: Counters, redis: Redis):
    first = days_of(TODAY)[-1].isoformat()
    counters.project(1, [Announcement(1, (), (), {first: {"reported": 1}, DAY: {"reported": 2}})])
    assert counters.is_complete(TODAY + timedelta(days=1))
    assert counters.is_complete(TODAY + timedelta(days=1))
    assert (counted(redis, first), counted(redis)) == ({}, {"reported": 2})


@pytest.mark.parametrize("days", [-1, 2, 400])
def test_a_clock_that_jumped_needs_a_rebuild(counters: Counters, days: int):
    assert not counters.is_complete(TODAY + timedelta(days=days))


def test_thirty_days_are_kept_from_28_back_to_tomorrow():
    days = days_of(TODAY)
    assert (days[0], days[-1], len(days)) == (TODAY + timedelta(days=1), TODAY - timedelta(days=28), 30)
