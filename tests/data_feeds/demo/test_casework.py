"""Cases at the real HTTP door: caught up once, moved on in time, never doubled."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data_feeds.demo.casework import Casework
from data_feeds.demo.door import Door as DemoDoor
from data_feeds.demo.door import DoorClosed
from data_feeds.demo.past import Past
from data_feeds.demo.stories import stamp
from domain.case import CaseState
from domain.city import City
from tests.data_feeds.demo.conftest import BEGAN, stories_of
from tests.fakes import FakeClock
from tests.mounted import KEYS, Door, served

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # half past three in the afternoon of the city


@dataclass
class Town:
    """A served door, and the demo's work against it; `restart` forgets everything but the server."""

    door: Door
    city: City
    url: str
    work: Casework
    past: Past
    demo: DemoDoor

    def restart(self) -> None:
        self.work, self.past, self.demo = parts(self.city, self.url, self.door.clock)

    def fill_today(self) -> None:
        self.past.fill_today(*self.past.tell_today())

    def cases(self) -> list[dict[str, Any]]:
        found, after = [], ""
        while after is not None:
            page = self.door.get("/cases", limit="500", **({"after": after} if after else {})).json
            found, after = found + page["cases"], page["next"]
        return found

    def expected(self) -> int:
        return sum(story.arrives_at <= self.door.clock.now() for story in stories_of(self.city).of_day(BEGAN))

    def live(self, minutes: int) -> None:
        for _ in range(minutes):
            self.door.clock.pass_(minutes=1)
            while self.work.turn(self.demo, self.door.clock.now()):
                pass


def parts(city: City, url: str, clock: FakeClock) -> tuple[Casework, Past, DemoDoor]:
    demo = DemoDoor(url, lambda: "any")
    work = Casework(stories_of(city), files_by_rule=city.files_by_rule)
    return work, Past(work, demo, clock.now, threading.Event()), demo


@pytest.fixture
def town(door: Door, small: City) -> Iterator[Town]:
    door.clock.at = NOW
    with served(door.server) as url:
        yield Town(door, small, url, *parts(small, url, door.clock))


def test_today_is_caught_up_with_its_history(town: Town):
    assert town.past.tell_today()[0] == BEGAN
    town.fill_today()
    cases = town.cases()
    assert len(cases) == town.expected() > 100
    states = Counter(case["state"] for case in cases)
    assert {CaseState.ASSIGNED, CaseState.FINISHED, CaseState.CLOSED} <= set(states)
    assert all(case["reported_at"] <= stamp(NOW) for case in cases)


def test_case_numbers_follow_the_time_of_arrival(town: Town):
    town.fill_today()
    arrivals = {story.external_id: story.arrives_at for story in stories_of(town.city).of_day(BEGAN)}
    in_order = sorted(town.cases(), key=lambda case: case["no"])
    assert [arrivals[case["external_id"]] for case in in_order] == sorted(arrivals[c["external_id"]] for c in in_order)


def test_a_restart_makes_no_doubles_and_leaves_no_gap(town: Town):
    town.fill_today()
    town.restart()
    town.door.clock.pass_(hours=2)
    town.fill_today()
    assert len({case["external_id"] for case in town.cases()}) == len(town.cases()) == town.expected()


def test_a_demo_that_was_killed_in_the_middle_goes_on_where_it_was(town: Town):
    told = sorted(stories_of(town.city).of_day(BEGAN), key=lambda story: story.arrives_at)
    town.work.report_past(town.demo, told[:37], NOW)
    town.restart()
    town.fill_today()
    assert len(town.cases()) == town.expected()


def test_cases_arrive_and_are_moved_on_in_their_time(town: Town):
    town.fill_today()
    before = len(town.cases())
    town.live(minutes=60)
    cases = {case["external_id"]: case for case in town.cases()}
    assert len(cases) == town.expected() > before
    steps = {s.external_id: [h.step for h in s.steps if h.at <= town.door.clock.now()] for s in told_today(town)}
    leads = {"receive": "received", "file": "filed", "assign": "assigned", "finish": "finished"}
    leads |= {"close": "closed", "refuse": "not_filed", "void": "voided"}
    wrong = [one for one, taken in steps.items() if taken and cases[one]["state"] != leads[taken[-1]]]
    assert wrong == []


def told_today(town: Town) -> list[Any]:
    now = town.door.clock.now()
    return [story for story in stories_of(town.city).of_day(BEGAN) if story.arrives_at <= now]


def test_who_files_is_the_rule_or_a_person_by_source(town: Town):
    town.fill_today()
    town.live(minutes=30)
    by = {(case["source"] in town.city.files_by_rule, case["filed_by"]) for case in town.cases() if case["filed_by"]}
    assert by == {(True, "rule"), (False, "person")}


def test_open_cases_of_an_earlier_run_are_moved_on(town: Town):
    town.fill_today()
    town.restart()
    followed = town.work.resume(town.demo)
    assert followed == sum(case["state"] in ("assigned", "finished", "received", "filed") for case in town.cases())
    before = Counter(case["state"] for case in town.cases())
    town.door.clock.pass_(hours=6)
    while town.work.turn(town.demo, town.door.clock.now()):
        pass
    assert Counter(case["state"] for case in town.cases())["closed"] > before["closed"]


def test_what_this_run_reported_is_not_followed_twice(town: Town):
    town.fill_today()
    assert town.work.resume(town.demo) == 0


def ending_soonest(town: Town) -> tuple[dict[str, Any], datetime]:
    """Of the cases that a unit works on, the one that ends first by its story, and when."""
    ends = {story.external_id: story.steps[-1].at for story in told_today(town)}
    working = [case for case in town.cases() if case["state"] == "assigned"]
    case = min(working, key=lambda case: ends[case["external_id"]])
    return case, ends[case["external_id"]]


def test_a_case_that_somebody_else_moved_is_gone_on_from_there(town: Town):
    town.fill_today()
    case, end = ending_soonest(town)
    said = {"step": "finish", "at": stamp(NOW), "by": "an officer", "version": case["version"]}
    assert town.door.post(f"/cases/{case['id']}/steps", said).status_code == 200
    town.door.clock.at = end + timedelta(seconds=1)
    while town.work.turn(town.demo, town.door.clock.now()):
        pass
    after, history = (town.door.get(f"/cases/{case['id']}").json[key] for key in ("case", "history"))
    assert after["state"] == "closed"
    assert [entry["by"] for entry in history if entry["step"] == "finish"] == ["an officer"]


def test_a_case_that_somebody_ended_is_left_alone(town: Town):
    town.fill_today()
    case, end = ending_soonest(town)
    said = {"step": "void", "at": stamp(NOW), "by": "an officer", "version": case["version"], "reason": "twice"}
    assert town.door.post(f"/cases/{case['id']}/steps", said).status_code == 200
    town.door.clock.at = end + timedelta(seconds=1)
    while town.work.turn(town.demo, town.door.clock.now()):
        pass
    assert town.door.get(f"/cases/{case['id']}").json["case"]["state"] == "voided"


def test_the_next_day_follows_by_itself(town: Town):
    town.fill_today()
    town.door.clock.at = datetime(2026, 11, 24, 15, 55, tzinfo=UTC)
    town.live(minutes=90)
    days = Counter(case["external_id"].split("-")[2] for case in town.cases())
    told = list(stories_of(town.city).of_day(BEGAN + timedelta(days=1)))
    assert days["20261125"] == sum(story.arrives_at <= town.door.clock.now() for story in told) > 0
    assert days["20261124"] == len(list(stories_of(town.city).of_day(BEGAN)))


def test_the_days_before_are_filled_newest_first_and_once(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("data_feeds.demo.past.DAYS", 2)
    monkeypatch.setattr("data_feeds.demo.past.REST", 0.0)
    town.past.fill_before(BEGAN)
    days = Counter(case["external_id"].split("-")[2] for case in town.cases())
    stories = stories_of(town.city)
    expected = {f"202611{24 - back}": len(list(stories.of_day(BEGAN - timedelta(days=back)))) for back in (1, 2)}
    assert days == expected
    town.restart()
    town.past.fill_before(BEGAN)
    assert len(town.cases()) == sum(expected.values())


def test_only_yesterday_is_filled_without_a_rest(town: Town, monkeypatch: pytest.MonkeyPatch):
    rests: list[float] = []
    monkeypatch.setattr(town.past._stopped, "wait", rests.append)
    monkeypatch.setattr("data_feeds.demo.past.DAYS", 1)
    town.past.fill_before(BEGAN)
    assert set(rests) == {0.0}
    monkeypatch.setattr("data_feeds.demo.past.DAYS", 2)
    town.past.fill_before(BEGAN)
    assert max(rests) > 0.0


def test_a_door_that_is_closed_loses_nothing(town: Town):
    town.fill_today()
    key = KEYS.pop("any")
    try:
        town.door.clock.pass_(minutes=30)
        with pytest.raises(DoorClosed):
            town.work.turn(town.demo, town.door.clock.now())
    finally:
        KEYS["any"] = key
    while town.work.turn(town.demo, town.door.clock.now()):
        pass
    assert len(town.cases()) == town.expected()


def test_a_case_that_is_refused_holds_up_no_other(town: Town):
    told = [replace(story, category="NONE") if n == 3 else story for n, story in enumerate(told_today(town)[:10])]
    town.work.report_past(town.demo, told, NOW)
    assert len(town.cases()) == 9
