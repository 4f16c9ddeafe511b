"""When a source is called late, and when a failing one is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from data_feeds.condition import Condition, pause_s, severity, severity_of

T0 = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("late", "name"), [(0, "normal"), (120, "normal"), (121, "watch"), (241, "warn"), (720, "warn"), (721, "alarm")]
)
def test_silence_is_measured_in_usual_intervals(late: float, name: str):
    assert severity(late, usual_s=60) == name


def test_a_condition_remembers_since_when_it_fails_and_forgets_when_it_is_back():
    failing = Condition(T0).succeeded(after(10)).failed(after(20), "down").failed(after(30), "still down")
    assert (failing.since, failing.failures, failing.why) == (after(20), 2, "still down")
    assert failing.late_s(after(40)) == 30
    back = failing.succeeded(after(50))
    assert (back.since, back.is_failing, back.why) == (None, False, "")


def test_a_feed_whose_last_try_failed_is_never_normal():
    assert severity_of(Condition(T0).succeeded(T0).failed(after(1), "down"), after(1), usual_s=60) == "watch"
    assert severity_of(Condition(T0).succeeded(T0), after(1), usual_s=60) == "normal"


def test_a_feed_that_never_succeeded_is_late_since_it_was_first_asked():
    assert Condition(T0).failed(T0, "down").late_s(after(90)) == 90


def test_pauses_double_up_to_ten_minutes_and_are_spread():
    assert [pause_s(n, 30, 0.5) for n in (1, 2, 3, 10, 1000)] == [15, 30, 60, 600, 600]
    assert (pause_s(1, 5, 0.0), pause_s(1, 5, 1.0)) == (3.75, 6.25)
    assert [pause_s(n, 3600, 0.5) for n in (1, 9, 20)] == [15, 3600, 3600]
