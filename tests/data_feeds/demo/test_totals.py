"""The source systems' totals of the demo: in the contracts' form, and in keeping with its cases."""

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from data_feeds import answers
from data_feeds.demo.fleet import Fleet
from data_feeds.demo.profile import Profile
from data_feeds.demo.robots import Robots
from data_feeds.demo.totals import Totals, serve
from data_feeds.feeds_file import FeedsFile, with_metrics_at
from domain.city import City
from tests.conftest import a_free_port
from tests.data_feeds.demo.conftest import BEGAN, days_of

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def now() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def totals(city: City, profile: Profile) -> Totals:
    fleets = [Fleet(one, profile.districts, seed=1, now=NOW) for one in profile.networks]
    return Totals(days_of(profile), now, fleets, Robots(city, profile.staff, seed=1))


@pytest.fixture(scope="module")
def url(totals: Totals) -> Iterator[str]:
    port = a_free_port()
    server = serve(totals, port)
    assert server
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()


def asked(url: str) -> dict[str, str]:
    """Where the feeds themselves would ask."""
    return {name: feed.url for name, feed in with_metrics_at(FeedsFile(), url).metrics.items()}


def test_every_answer_keeps_to_its_contract(url: str):
    contracts = (
        ("daily_volume", answers.DailyVolume),
        ("device_status", answers.DeviceStatus),
        ("dispatch_latency", answers.DispatchLatency),
    )
    for name, contract in contracts:
        answers.read(contract, httpx.get(asked(url)[name], trust_env=False).json())


def test_400_days_are_told_and_later_only_what_is_asked(totals: Totals):
    days = {one["day"] for one in totals.daily_volume({})["days"]}
    assert (min(days), max(days), len(days)) == (str(BEGAN - timedelta(days=400)), str(BEGAN), 401)
    recent = totals.daily_volume({"since": "2026-11-23"})["days"]
    assert {one["day"] for one in recent} == {"2026-11-23", "2026-11-24"}
    assert totals.daily_volume({"since": "2026-12-01"})["days"] == []


def test_a_days_figures_are_the_days_cases_and_todays_until_now(totals: Totals, profile: Profile):
    told = totals.daily_volume({"since": "2026-11-23"})["days"]
    figures = {(one["day"], one["source"]): one["reported"] for one in told}
    days = days_of(profile)
    yesterday = days.by_source(date(2026, 11, 23))
    assert {source: figures["2026-11-23", source] for source in yesterday} == yesterday
    until_now = Counter(source for at, source in days.reports(BEGAN) if at <= NOW)
    assert {source: n for (day, source), n in figures.items() if day == "2026-11-24"} == {
        source: until_now[source] for source in yesterday
    }


def test_device_platforms_tell_what_is_registered_and_online(totals: Totals):
    classes = {one["class"]: one for one in totals.device_status()["classes"]}
    assert {key: one["registered"] for key, one in classes.items()} == {"iot": 63_000, "video": 114_000}
    assert all(0.95 < one["online"] / one["registered"] < 0.99 for one in classes.values())


def test_latency_is_told_of_what_was_confirmed_and_of_nothing_else(city: City, profile: Profile):
    robots = Robots(city, profile.staff, seed=1)
    said = Totals(days_of(profile), now, [], robots)
    assert said.dispatch_latency()["districts"] == []
    order = {"kind": "order", "id": "o1", "version": 1, "state": "closed", "mode": "live", "tiers": {}}
    times = {"queued_at": NOW.isoformat(), "acknowledged_at": (NOW + timedelta(seconds=20)).isoformat()}
    line = {"kind": "line", "order": "o1", "post": "410105", "version": 1, "tier": "district", "by": "x"}
    robots.heard([order, line | times], NOW)
    found = said.dispatch_latency()["districts"]
    assert found == [{"district": "410105", "p50_s": 20.0, "p95_s": 20.0, "n": 1, "window_d": 30}]


@pytest.mark.parametrize("path", ["/", "/nothing", "/daily-volume?since=yesterday"])
def test_what_nobody_knows_is_not_found(url: str, path: str):
    assert httpx.get(url + path, trust_env=False).status_code == 404


def test_a_taken_port_is_told_and_the_rest_goes_on(totals: Totals, caplog: pytest.LogCaptureFixture):
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert serve(totals, other.getsockname()[1]) is None
    assert "cannot be served" in caplog.text
