"""Sources that report by themselves are called late by their own habit."""

from datetime import timedelta

from data_feeds.silence import Silence, usual_s
from tests.api.reports import a_report
from tests.fakes import FakeClock
from tests.mounted import Door


def report(door: Door, n: int, *, every_s: float, source: str = "HEAT") -> None:
    for i in range(n):
        at = door.clock.now().isoformat()
        door.post("/cases", a_report(source=source, external_id=f"{source}-{at}-{i}", reported_at=at))
        door.clock.pass_(seconds=every_s)


def silence(door: Door, **expected_s: float) -> Silence:
    return Silence(cases=door.parts.cases, live=door.live, clock=door.clock, city=door.city, expected_s=expected_s)


def test_a_source_that_spoke_lately_is_normal_and_one_that_never_spoke_is_not_judged(door: Door):
    report(door, 5, every_s=60)
    silence(door).feed().poll()
    assert door.live.health == {"HEAT": ("normal", 0.0, None, "")}


def test_a_source_is_late_by_what_it_usually_does(door: Door):
    report(door, 10, every_s=300)
    last = door.clock.now() - timedelta(seconds=300)
    door.clock.pass_(minutes=20)
    silence(door).feed().poll()
    severity, late, since, why = door.live.health["HEAT"]
    assert (severity, late, since, why) == ("warn", 1500.0, last, "silent for 0:25:00")


def test_a_city_may_say_what_is_usual(door: Door):
    report(door, 10, every_s=300)
    silence(door, HEAT=3600).feed().poll()
    assert door.live.health["HEAT"][0] == "normal"
    silence(door, HEAT=20).feed().poll()
    assert door.live.health["HEAT"][0] == "alarm"


def test_a_source_that_is_pulled_is_left_to_its_feed(door: Door):
    report(door, 2, every_s=60)
    silence(door).feed(pulled=lambda: {"HEAT"}).poll()
    assert door.live.health == {}


def test_one_case_is_no_habit():
    clock = FakeClock()
    assert usual_s([clock.now()]) == float("inf")
    assert usual_s([clock.now(), clock.now() + timedelta(seconds=5)]) == 60.0
