"""The snapshot of the city's vital signs: right figures, true ages, small enough to send every second."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis

from domain.account import SYSTEM
from domain.case import CaseReport
from domain.city import District, Source
from live import keys, wire
from live.reader import RedisReader
from live.relay import Relay
from live.vitals import Tick
from live.writer import RedisWriter
from operations.drafts import OrderRequest
from operations.rows import stamp
from operations.targets import Targets
from tests.live.conftest import Told, tick_of
from tests.operations.conftest import Office

LIMIT = 8 * 1024


@pytest.fixture
def tick(office: Office, redis: Redis, told: Told) -> Tick:
    return tick_of(office, redis, told)


@pytest.fixture
def look(relay: Relay, tick: Tick) -> Callable[[], dict]:
    """The tiles after everything committed was carried."""

    def look() -> dict:
        while relay.cycle():
            pass
        tick._slowly.compared_due = tick._slowly.delays_due = 0.0
        snapshot = tick.beat()
        assert snapshot
        return snapshot["tiles"]

    return look


def report(office: Office, *minutes_ago: int, **said: object) -> None:
    known = {"source": "GRID", "text": "x", "district": "410105"} | said
    reports = [
        CaseReport(external_id=f"{ago}-{said}", reported_at=office.clock.now() - timedelta(minutes=ago), **known)
        for ago in minutes_ago
    ]
    assert {outcome.status for outcome in office.cases.report(SYSTEM, reports)} == {"new"}


def test_todays_cases_are_compared_with_the_same_time_yesterday(office: Office, look):
    report(office, 1, 20, 300)
    report(office, 24 * 60 + 1, 24 * 60 + 20, 24 * 60 - 30, source="DCG")
    tile = look()["cases_today"]
    assert (tile["value"], tile["same_time_yesterday"], tile["yesterday"]) == (3, 2, 3)
    assert tile["counts"]["reported"] == 3


def test_the_curve_has_a_band_only_of_days_with_cases(office: Office, look):
    report(office, 5)
    tile = look()["curve"]
    assert sum(tile["today"]) == 1
    assert len(tile["today"]) == 59  # 14:30 in Zhengzhou: the 59th quarter has just begun
    assert (len(tile["yesterday"]), tile["low"], tile["high"], tile["days"]) == (96, [], [], 0)
    for day in (1, 7):
        report(office, day * 24 * 60, source="DCG")
    tile = look()["curve"]
    assert (len(tile["low"]), sum(tile["low"]), sum(tile["high"]), tile["days"]) == (96, 1, 1, 2)


def test_sources_say_health_lateness_and_their_own_total(office: Office, redis: Redis, look):
    writer = RedisWriter(redis, office.clock.real)
    report(office, 5)
    writer.source_health("HEAT", "warn", 421.4, office.clock.real(), "no answer")
    writer.source_total("GRID", office.clock.now().date(), 4190, office.clock.real())
    writer.source_total("DCG", office.clock.now().date() - timedelta(days=1), 7, office.clock.real())
    rows = {row[0]: row[1:] for row in look()["sources"]["rows"]}
    assert list(rows) == [source.code for source in office.city.sources]
    assert rows["GRID"] == [1, "normal", 0, 4190]
    assert rows["HEAT"] == [0, "warn", 421, None]
    assert rows["DCG"] == [0, "off", 0, None]


def test_districts_are_counted_per_ten_thousand_residents(office: Office, look):
    report(office, 5, 6)
    rows = look()["districts"]["rows"]
    residents = office.city.district_by_code["410105"].population
    assert rows["410105"] == [2, round(2 / residents * 10_000, 2)]
    assert len(rows) == 16


def test_filing_times_are_those_of_the_cases_filed_today(office: Office, look):
    report(office, 0)
    [case] = office.cases.search(SYSTEM, {}, after=None, limit=5)
    for seconds, step in ((5, "receive"), (20, "file")):
        office.clock.pass_(seconds=seconds)
        case = office.cases.step(SYSTEM, case.id, step, version=case.version, at=office.clock.now())
    tile = look()["filing"]
    assert (tile["p50_s"], tile["p95_s"], tile["n"], tile["by_person"], tile["by_rule"]) == (25, 25, 1, 1, 0)
    assert tile["yesterday_p50_s"] is None


def test_latency_is_that_of_live_orders_at_the_districts_own_posts(office: Office, look):
    order = office.orders.issue(
        office.officer, OrderRequest(Targets(posts=("410105", "410105001")), title="到岗", text="请确认")
    )
    office.clock.pass_(seconds=14)
    assert office.record(office.receipt(order.id, "410105"), office.receipt(order.id, "410105001")) == [None, None]
    tile = look()["latency"]
    assert ["410105", None, None, 1, [14]] in [list(row) for row in tile["rows"]]
    assert ["410102", None, None, 0, []] in [list(row) for row in tile["rows"]]
    assert tile["window_d"] == 30


def test_the_gravest_and_oldest_urgent_cases_are_shown_oldest_first(office: Office, look):
    report(office, 30, urgency="high")
    report(office, 60, urgency="critical")
    report(office, 5, urgency="low")
    report(office, *range(61, 66), urgency="high")
    tile = look()["urgent"]
    assert tile["n"] == 7
    assert [row["severity"] for row in tile["rows"]] == ["warn", "warn", "warn", "alarm"]


def test_an_indicator_carries_its_own_age_and_severity(office: Office, redis: Redis, look):
    assert look()["indicators"]["state"] == "not_connected"
    [first, *others] = office.city.indicators
    measured_at = office.clock.real() - timedelta(minutes=4)
    RedisWriter(redis, office.clock.real).measured(first.key, -50.0, measured_at)
    tile = look()["indicators"]
    assert "state" not in tile
    at = "2026-11-24T06:26:00.000Z"
    assert tile["rows"][0] == [first.key, -50.0, "alarm", at, first.age_limit_s]
    assert tile["rows"][1] == [others[0].key, None, "off", None, others[0].age_limit_s]


def test_stations_are_put_together_by_the_indicators_formula(office: Office, redis: Redis, look):
    writer, now = RedisWriter(redis, office.clock.real), office.clock.real()
    first = office.city.indicators[0]
    assert first.formula == "median"
    for station, value, age_s in (("a", 40, 9), ("b", 44, 5), ("c", 47, 1), ("old", 90, first.age_limit_s + 1)):
        writer.measured(first.key, value, now - timedelta(seconds=age_s), station)
    row = look()["indicators"]["rows"][0]
    assert (row[1], row[3]) == (44, stamp(now - timedelta(seconds=1)))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_measurement(office: Office, redis: Redis, value: float):
    with pytest.raises(ValueError, match="finite"):
        RedisWriter(redis, office.clock.real).measured("heat", value, office.clock.real())


def test_what_has_no_rows_yet_is_not_connected(look):
    tiles = look()
    assert (tiles["diverted"]["state"], tiles["cross"]["state"]) == ("not_connected", "not_connected")
    assert tiles["devices_iot"]["state"] == "not_connected"


def test_devices_that_were_heard_have_a_tile(office: Office, redis: Redis, look):
    with office.database.begin() as work:
        work.devices.register([{"device_class": "iot", "id": str(n), "district": None} for n in range(4)])
    writer = RedisWriter(redis, office.clock.real)
    writer.heard("iot", [0, 1, 2], int(office.clock.at.timestamp()) // 60)
    writer.heartbeats.flush()
    tile = look()["devices_iot"]
    assert (tile["registered"], tile["online"], tile["offline"], tile["unknown"]) == (4, 3, 0, 1)
    assert (tile["as_of"], tile["limit_s"], tile["state"]) == ("2026-11-24T06:30:00.000Z", 180, "checking")


def test_counts_age_when_the_relay_stands_still_though_the_tick_goes_on(office: Office, look, tick: Tick):
    first = look()["cases_today"]["as_of"]
    office.clock.pass_(seconds=30)
    snapshot = tick.beat()
    assert snapshot
    assert snapshot["tiles"]["cases_today"]["as_of"] == first == "2026-11-24T06:30:00.000Z"
    assert snapshot["real_at"] == "2026-11-24T06:30:30.000Z"


def test_latency_ages_when_sql_is_away(office: Office, look, tick: Tick, monkeypatch: pytest.MonkeyPatch):
    look()

    def away() -> None:
        raise OSError("SQL is away")

    monkeypatch.setattr(tick, "read", away)
    tick._slowly.delays_due = 0.0
    office.clock.pass_(seconds=61)
    snapshot = tick.beat()
    assert snapshot
    assert snapshot["tiles"]["latency"]["as_of"] == "2026-11-24T06:30:00.000Z"


def test_the_snapshot_is_told_to_walls_and_desks_and_kept(office: Office, redis: Redis, told: Told, look):
    look()
    look()
    events = [(data["seq"], rooms) for event, data, rooms in told.events if event == "vitals"]
    assert events == [(1, ["wall", "desk"]), (2, ["wall", "desk"])]
    kept = RedisReader(redis, office.clock.real).vitals()
    assert kept
    assert (kept["seq"], kept["demo"], kept["day"], kept["speed"]) == (2, True, "2026-11-24", 1.0)
    assert kept["epoch"] == redis.get(keys.EPOCH).decode()


def test_only_one_worker_ticks(
    office: Office, redis: Redis, tick: Tick, relay: Relay, told: Told, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("live.vitals.LEASE_S", 600.0)
    relay.cycle()
    assert tick.beat()
    assert tick_of(office, redis, told, holder="two").beat() is None


def test_there_is_no_tick_while_the_counts_are_not_there(redis: Redis, tick: Tick, relay: Relay):
    assert tick.beat() is None
    relay.cycle()
    assert tick.beat()
    redis.flushall()
    assert tick.beat() is None


def test_a_large_city_on_a_full_day_fits_into_eight_kilobytes(office: Office, redis: Redis, told: Told):
    districts = tuple(District(f"D{n:05d}", f"第{n}区", f"{n}区", f"D {n}", 0, 0, 800_000) for n in range(40))
    sources = tuple(Source(f"SRC{n:02d}", "来源", "源", "Source", "x") for n in range(40))
    office.city = replace(office.city, districts=districts, sources=sources)
    tick = tick_of(office, redis, told)
    fill(office, redis)
    tick.devices.tick(office.clock.at)
    delays = [(district.code, 60.0 + n) for district in districts for n in range(8)]
    tick._slowly.delays, tick._slowly.delays_at, tick._slowly.delays_due = delays, office.clock.at, float("inf")
    snapshot = tick.beat()
    assert snapshot
    assert len(wire.dumps(snapshot).encode()) <= LIMIT


def fill(office: Office, redis: Redis) -> None:
    """A day of 12,100 cases, in Redis."""
    redis.set(keys.EPOCH, "5f2c")
    redis.set(keys.RELAYED_AT, "2026-11-24T06:29:59.999Z")
    for back in range(29):
        day = (office.clock.at - timedelta(days=back)).date().isoformat()
        counts = {f"reported/slot/{slot}": 80 + slot for slot in range(96)} | {"reported": 12_100}
        counts |= {f"reported/source/SRC{n:02d}": 300 + n for n in range(40)}
        counts |= {f"reported/district/D{n:05d}": 300 + n for n in range(40)}
        redis.hset(keys.counts(day), mapping=counts)
    for n in range(8):
        row = {"id": f"{n:022d}", "category": "0101", "title": "路面塌陷" * 30, "district": "D00001"}
        row |= {"township": "D00001001", "urgency": "critical", "reported_at": "2026-11-24T06:20:00.000Z"}
        redis.hset(keys.URGENT, row["id"], wire.dumps(row))
        redis.zadd(keys.URGENT_ORDER, {row["id"]: n})
    writer = RedisWriter(redis, office.clock.real)
    for n in range(40):
        writer.source_total(f"SRC{n:02d}", office.clock.at.date(), 1_000, office.clock.at)
        writer.source_health(f"SRC{n:02d}", "normal", 123.0, None, "")
