"""Planned roll-calls: when they come, and who was absent."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.channel_test import ChannelTest, Every, Miss, follows, missed_in_a_row
from domain.order import Answer, KnownBy, Line, LineState, OrderRefused
from domain.roll_call import RollCallPlan, absent

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # a Tuesday, 14:30 in the city


def a_plan(**changed: object) -> RollCallPlan:
    said: dict = {
        "id": "r1",
        "name": "早点名",
        "post": "410100",
        "tiers": ("district",),
        "posts": (),
        "leave_out": (),
        "within_s": 300,
        "days": frozenset({2}),
        "at": time(14, 30),
        "until": None,
        "created_by": "o1",
        "signer": "演示值班长",
        "created_at": AT - timedelta(days=30),
    }
    return RollCallPlan(**said | changed)


def test_it_comes_on_its_weekdays_at_its_time_and_once():
    plan = a_plan()
    assert plan.is_due(AT, ZONE, "s")
    assert not plan.is_due(AT - timedelta(seconds=1), ZONE, "s")
    assert not plan.is_due(AT + timedelta(days=1), ZONE, "s")
    assert not a_plan(last_day=date(2026, 11, 24)).is_due(AT, ZONE, "s")
    assert a_plan(last_day=date(2026, 11, 17)).is_due(AT, ZONE, "s")
    assert not a_plan(ended_at=AT).is_due(AT, ZONE, "s")


def test_one_that_was_missed_is_not_made_up_for():
    assert a_plan().is_due(AT + timedelta(seconds=299), ZONE, "s")
    assert not a_plan().is_due(AT + timedelta(seconds=300), ZONE, "s")
    assert not a_plan(created_at=AT + timedelta(seconds=1)).is_due(AT + timedelta(seconds=2), ZONE, "s")


def test_a_surprise_falls_between_its_two_times_on_another_minute_each_day():
    plan = a_plan(days=frozenset(range(1, 8)), at=time(2), until=time(5))
    moments = [plan.due_on(date(2026, 11, day), ZONE, "a secret") for day in range(1, 31)]
    clock = [moment.astimezone(ZONE) for moment in moments if moment]
    assert all(time(2) <= at.time() < time(5) for at in clock)
    assert len({at.time() for at in clock}) > 20
    assert plan.due_on(date(2026, 11, 1), ZONE, "another") != moments[0]
    assert plan.due_on(date(2026, 11, 1), ZONE, "a secret") == moments[0]


@pytest.mark.parametrize(
    "wrong",
    [{"days": frozenset()}, {"days": frozenset({0})}, {"within_s": 9}, {"within_s": 90_000}, {"until": time(14)}],
)
def test_a_plan_that_cannot_be_is_refused(wrong: dict):
    with pytest.raises(OrderRefused):
        a_plan(**wrong)


def test_who_answered_too_late_was_absent_all_the_same():
    limit = timedelta(minutes=5)
    lines = [Line("o1", str(n), "district", LineState.QUEUED, AT) for n in range(3)]
    in_time, late = (
        line.acknowledged(Answer(AT + wait, "received", "", "演示员01"), known_by=KnownBy.LOGIN, limit=limit)
        for line, wait in zip(lines, (limit, limit + timedelta(seconds=1)), strict=False)
    )
    assert [line.post for line in absent([in_time, late, lines[2]])] == ["1", "2"]


def test_tests_of_channels_come_by_week_or_by_month():
    weekly = ChannelTest("terminal", Every.WEEK, 2, time(10), 3600)
    assert weekly.due_on(date(2026, 11, 24), ZONE) == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert weekly.due_on(date(2026, 11, 25), ZONE) is None
    assert ChannelTest("sms", Every.MONTH, 25, time(10), 3600).is_on(date(2026, 11, 25))


def test_one_miss_is_a_reminder_and_two_in_a_row_are_told_above():
    rows = ([True, True], [True, False], [False, True, False, False], [])
    assert [missed_in_a_row(row) for row in rows] == [0, 1, 2, 0]
    assert [follows(n) for n in range(4)] == [None, Miss.REMINDER, Miss.ABOVE, Miss.ABOVE]
