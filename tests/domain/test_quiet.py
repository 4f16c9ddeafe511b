"""How often one person is told: the limits of each channel, quiet hours, and what rings whatever they say."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.delivery import Channel
from domain.quiet import USUAL, Held, Limit, QuietHours, Why, held, opens_at

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # 14:30 in the city
ZONE = ZoneInfo("Asia/Shanghai")
SMS = USUAL[Channel.SMS]


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


def verdict(now: datetime = NOW, **said: object) -> Held | None:
    usual = {"past": [], "limits": SMS, "hours": None, "zone": ZONE, "urgent": False}
    return held(now, **(usual | said))


def test_the_usual_limits_are_those_of_goalert():
    said = {channel: [(limit.most, limit.minutes) for limit in limits] for channel, limits in USUAL.items()}
    assert said[Channel.SMS] == [(5, 15), (11, 60), (21, 180)]
    assert said[Channel.VOICE] == [(3, 15), (7, 60), (15, 180)]


@pytest.mark.parametrize(
    ("past", "opens_in"),
    [
        ([], None),
        ([1, 2, 3, 4], None),
        ([1, 2, 3, 4, 14], 1),  # the oldest of five leaves the quarter of an hour in a minute
        ([1, 2, 3, 4, 15], None),
        ([1, 2, 3, 4, 5, 14], 10),  # with six, until four are left
        ([1, *range(20, 59, 4)], 4),  # eleven within the hour
        ([1, *range(62, 180, 6)], 4),  # twenty-one within three
    ],
)
def test_a_window_opens_when_its_oldest_message_leaves_it(past: list[float], opens_in: float | None):
    expected = None if opens_in is None else NOW + timedelta(minutes=opens_in)
    assert opens_at(ago(*past), SMS, NOW) == expected


def test_the_first_message_of_a_window_goes_at_once_under_every_limit():
    assert all(verdict(limits=limits) is None for limits in USUAL.values())
    assert verdict(limits=[Limit(1, 60)]) is None


def test_what_exceeds_a_limit_waits_for_its_window_unless_it_is_urgent():
    past = ago(1, 2, 3, 4, 14)
    assert verdict(past=past) == Held(NOW + timedelta(minutes=1), Why.LIMIT)
    assert verdict(past=past, urgent=True) is None


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        ("22:00-06:30", "21:59", None),
        ("22:00-06:30", "22:00", "2026-11-25 06:30"),
        ("22:00-06:30", "00:10", "2026-11-24 06:30"),
        ("22:00-06:30", "06:30", None),
        ("12:00-14:00", "13:00", "2026-11-24 14:00"),
        ("12:00-14:00", "14:00", None),
        ("12:00-14:00", "11:00", None),
    ],
)
def test_quiet_hours_hold_until_they_end_also_past_midnight(hours: str, at: str, ends: str | None):
    local = datetime.fromisoformat(f"2026-11-24 {at}").replace(tzinfo=ZONE)
    until = Held(datetime.fromisoformat(ends).replace(tzinfo=ZONE), Why.HOURS) if ends else None
    assert verdict(local, hours=QuietHours.read(hours)) == until
    assert verdict(local, hours=QuietHours.read(hours), urgent=True) is None


def test_quiet_hours_are_read_or_refused():
    assert QuietHours.read("22:00-06:30") == QuietHours(time(22), time(6, 30))
    assert QuietHours.read("") is None
    for wrong in ("22-6", "24:00-06:00", "22:00-22:00", "22:00 - 06:00", "nights"):
        with pytest.raises(ValueError, match="22:00-06:30"):
            QuietHours.read(wrong)
