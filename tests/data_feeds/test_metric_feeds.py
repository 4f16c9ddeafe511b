"""The three feeds of what source systems say of themselves, from a real HTTP server into the real database."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, Response, request

from data_feeds import daily_volume, device_status, dispatch_latency
from data_feeds.feed import FeedFailed
from data_feeds.http_get import get_json
from operations.figures import Figures
from tests.mounted import Door, served

AS_OF = "2026-11-24T14:29:00+08:00"
TODAY = date(2026, 11, 24)


class System:
    """A foreign system: what it answers can be changed, and what it was asked is kept."""

    def __init__(self) -> None:
        self.answer: Any = {}
        self.asked: list[dict[str, str]] = []
        self.url = ""

    def server(self) -> Flask:
        server = Flask("system")

        def reply() -> Any:
            self.asked.append(request.args.to_dict())
            return self.answer() if callable(self.answer) else self.answer

        server.add_url_rule("/it", "it", reply)
        return server


@pytest.fixture
def system() -> Iterator[System]:
    made = System()
    with served(made.server()) as url:
        made.url = f"{url}/it"
        yield made


@pytest.fixture
def figures(door: Door) -> Figures:
    begin, read = door.database.begin, door.database.read
    return Figures(begin, read, live=door.live, clock=door.clock, city=door.city)


def day(n: int, **more: Any) -> dict[str, Any]:
    return {"day": (TODAY - timedelta(days=n)).isoformat(), "source": "HEAT", "reported": 100 + n} | more


def kept(door: Door) -> dict[tuple[str, str], int]:
    with door.database.read() as work:
        return {(row["day"], row["measure"]): row["value"] for row in work.feeds.daily(date(2020, 1, 1))}


def test_daily_totals_are_kept_and_todays_stands_beside_our_count(system: System, door: Door, figures: Figures):
    system.answer = {"as_of": AS_OF, "days": [day(0), day(1, finished=90)]}
    daily_volume.feed(system.url, figures).poll()
    assert kept(door) == {
        ("2026-11-24", "reported"): 100,
        ("2026-11-23", "reported"): 101,
        ("2026-11-23", "finished"): 90,
    }
    assert door.live.totals == {("HEAT", TODAY): (100, datetime(2026, 11, 24, 6, 29, tzinfo=UTC))}


def test_the_first_poll_asks_for_four_hundred_days_and_the_next_only_for_what_may_have_changed(
    system: System, figures: Figures
):
    system.answer = {"as_of": AS_OF, "days": [day(n) for n in range(401)]}
    feed = daily_volume.feed(system.url, figures)
    feed.poll()
    feed.poll()
    assert [asked["since"] for asked in system.asked] == ["2025-10-20", "2026-11-22"]


def test_a_corrected_day_replaces_the_earlier_figure(system: System, door: Door, figures: Figures):
    system.answer = {"as_of": AS_OF, "days": [day(1)]}
    daily_volume.feed(system.url, figures).poll()
    system.answer = {"as_of": AS_OF, "days": [day(1, reported=77)]}
    daily_volume.feed(system.url, figures).poll()
    assert kept(door) == {("2026-11-23", "reported"): 77}


def test_a_figure_of_a_strange_source_or_of_the_future_is_refused_and_the_others_are_kept(
    system: System, door: Door, figures: Figures
):
    system.answer = {"as_of": AS_OF, "days": [day(1), day(1, source="MARS"), day(-2)]}
    with pytest.raises(FeedFailed, match="2 of its figures were refused"):
        daily_volume.feed(system.url, figures).poll()
    assert kept(door) == {("2026-11-23", "reported"): 101}


def test_device_status_is_kept_as_a_reference_of_its_own_age(system: System, door: Door):
    system.answer = {"as_of": AS_OF, "classes": [{"class": "iot", "registered": 63000, "online": 61000, "more": 1}]}
    device_status.feed(system.url, door.live).poll()
    values, at = door.live.references["device_status"]
    assert values == {"iot": {"registered": 63000, "online": 61000}}
    assert at.isoformat() == "2026-11-24T06:29:00+00:00"


def test_dispatch_latency_is_kept_as_a_reference(system: System, door: Door):
    system.answer = {
        "as_of": AS_OF,
        "districts": [{"district": "410105", "p50_s": 20, "p95_s": 61.5, "n": 40, "window_d": 30}],
    }
    dispatch_latency.feed(system.url, door.live).poll()
    assert door.live.references["dispatch_latency"][0] == {
        "410105": {"p50_s": 20.0, "p95_s": 61.5, "n": 40, "window_d": 30}
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"as_of": AS_OF}, "classes: Field required"),
        ({"as_of": "2026-11-24T14:29:00", "classes": []}, "as_of: Input should have timezone info"),
        ({"as_of": AS_OF, "classes": [{"class": "iot", "registered": -1, "online": 0}]}, "classes.0.registered"),
        (["no"], "the answer"),
    ],
)
def test_an_answer_of_another_form_names_the_field(system: System, door: Door, answer: Any, said: str):
    system.answer = answer
    with pytest.raises(FeedFailed, match=said):
        device_status.feed(system.url, door.live).poll()


def drip() -> Response:
    def slowly() -> Iterator[bytes]:
        import time

        for _ in range(100):
            time.sleep(0.05)
            yield b" "

    return Response(slowly())


@pytest.mark.parametrize(
    ("answer", "timeout_s", "said"),
    [
        (lambda: ("down", 503), 20, "answers 503"),
        (lambda: "<html>", 20, "does not answer JSON"),
        (lambda: "[" * 100_000, 20, "does not answer JSON"),
        (drip, 0.3, "takes longer than 0.3 s"),
    ],
)
def test_whatever_a_system_does_is_a_failed_feed_with_a_reason(
    system: System, answer: Callable[[], Any], timeout_s: float, said: str
):
    system.answer = answer
    with pytest.raises(FeedFailed, match=said):
        get_json(system.url, timeout_s=timeout_s)


def test_a_system_that_is_away_is_a_failed_feed(free_port: Callable[[], int]):
    with pytest.raises(FeedFailed, match="cannot be reached"):
        get_json(f"http://127.0.0.1:{free_port()}/it")
    with pytest.raises(FeedFailed, match="cannot be reached"):
        get_json("no url at all")
