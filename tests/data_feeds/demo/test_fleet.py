"""The demo's devices: heard once an interval, silent for a while, never heard at all."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import mean

import pytest

from data_feeds.demo.chance import Spread
from data_feeds.demo.fleet import Fleet, happened
from data_feeds.demo.profile import Network, Profile

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
NETWORK = Network("iot", 60, 6000, 0.01, 0.03, Spread(2700, 1.1), 60, 0.0)
DISTRICTS = {"a": 3.0, "b": 1.0}


def fleet(network: Network = NETWORK, seed: int = 1) -> Fleet:
    return Fleet(network, DISTRICTS, seed=seed, now=NOW)


def heard(fleet: Fleet, seconds: range) -> list[str]:
    pieces = [piece for second in seconds for piece in fleet.heard_in(second)]
    devices: list[str] = json.loads(b"[" + b", ".join(pieces) + b"]")
    return devices


def test_every_device_that_is_online_is_heard_once_an_interval():
    one = fleet()
    minute = heard(one, range(1000, 1060))
    assert len(minute) == len(set(minute)) == one.online
    assert heard(one, range(1060, 1120)) == minute


def test_heartbeats_are_spread_over_the_interval():
    one = fleet()
    sizes = [len(heard(one, range(second, second + 1))) for second in range(60)]
    assert max(sizes) < 6 * mean(sizes)


def test_the_fleet_is_registered_whole_and_by_the_districts_weights():
    devices = list(fleet().registrations())
    assert len({device["id"] for device in devices}) == 6000
    assert sum(device["district"] == "a" for device in devices) == 4500


def test_it_begins_with_the_usual_share_of_silent_devices():
    one = fleet()
    offline = sum(len(gateway.offline) for gateway in one.gateways)
    never = sum(len(gateway.never) for gateway in one.gateways)
    assert offline / 6000 == pytest.approx(0.03, abs=0.005)
    assert never / 6000 == pytest.approx(0.01, abs=0.005)
    assert one.online + offline + never == 6000


def test_who_was_never_seen_stays_unseen():
    one = fleet()
    never = {device for gateway in one.gateways for device in gateway.never}
    one.pass_(NOW + timedelta(days=1))
    assert never.isdisjoint(heard(one, range(60)))


def test_silent_devices_come_back_and_others_fall_silent():
    one = fleet()
    before = set(heard(one, range(60)))
    for minute in range(1, 241):
        one.pass_(NOW + timedelta(minutes=minute))
    after = set(heard(one, range(60)))
    assert after - before
    assert before - after
    assert one.online / 6000 == pytest.approx(0.96, abs=0.012)


def test_a_gateway_that_fails_takes_all_behind_it_and_brings_them_back():
    one = fleet(replace(NETWORK, offline_share=0.0, gateway_outages=86_400.0, outage_s=Spread(600)))
    whole = one.online
    one.pass_(NOW + timedelta(seconds=5))
    down = [gateway for gateway in one.gateways if gateway.is_down]
    assert down
    assert one.online == whole - sum(len(set(gateway.devices) - gateway.never) for gateway in down)
    assert set(heard(one, range(60))).isdisjoint(device for gateway in down for device in gateway.devices)
    one.network = replace(one.network, gateway_outages=0.0)
    one.pass_(NOW + timedelta(seconds=700))
    assert one.online == whole


def test_the_same_seed_makes_the_same_fleet():
    assert heard(fleet(), range(60)) == heard(fleet(), range(60))
    assert heard(fleet(), range(60)) != heard(fleet(seed=2), range(60))


def test_the_profiles_networks_are_as_large_as_it_says(profile: Profile):
    assert {one.key: one.count for one in profile.networks} == {"iot": 63_000, "video": 114_000}


def test_a_network_without_devices_says_nothing():
    one = fleet(replace(NETWORK, count=0))
    one.pass_(NOW + timedelta(hours=1))
    assert (heard(one, range(60)), one.online) == ([], 0)


def test_what_is_expected_twice_happens_twice_on_the_average():
    chance = Random(1)
    assert mean(happened(2.0, chance) for _ in range(4000)) == pytest.approx(2, abs=0.1)
    assert happened(0.0, chance) == 0
