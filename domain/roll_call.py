"""Roll-calls (点名): the plan of one that repeats, at a set time or by surprise, and who was absent."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.order import Line, OrderRefused
from domain.shifts import instant

EVERY_DAY = frozenset(range(1, 8))
LONGEST_S = 24 * 3600


@dataclass(frozen=True)
class RoutineWords:
    """The words of roll-calls and of channel tests, in the city's language; {channel} is one of `channels`."""

    roll_call_title: str = "值班点名"
    roll_call_text: str = "这是值班点名，不是处置任务。请值班人在 {deadline} 前确认在岗。"
    channel_test_title: str = "通道测试：{channel}"
    channel_test_text: str = "这是通道测试，不是处置任务。请值班人在 {deadline} 前通过{channel}确认收到。"
    channels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RollCallPlan:
    """A roll-call that repeats. `days`: ISO weekdays; `at`: the wall clock. With `until` it comes by surprise, at a
    minute between the two that nobody can know. `post`: below which the creator may order. `ended_at`: since when it
    does not come any more; `last_day`: the last local day it was done for."""

    id: str
    name: str
    post: str
    tiers: tuple[str, ...]
    posts: tuple[str, ...]
    leave_out: tuple[str, ...]
    within_s: int
    days: frozenset[int]
    at: time
    until: time | None
    created_by: str
    signer: str
    created_at: datetime
    ended_at: datetime | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if not self.days or not self.days <= EVERY_DAY:
            raise OrderRefused("name at least one weekday, 1 (Monday) to 7 (Sunday)")
        if not 10 <= self.within_s <= LONGEST_S:
            raise OrderRefused("the window of a roll-call lasts from 10 seconds to a day")
        if self.until is not None and self.until <= self.at:
            raise OrderRefused("a surprise falls between two times of one day: the second must be the later one")

    def due_on(self, day: date, zone: ZoneInfo, secret: str) -> datetime | None:
        """When it comes on a local day, None on days when it does not. `secret` makes a surprise one."""
        if day.isoweekday() not in self.days:
            return None
        start = instant(datetime.combine(day, self.at), zone)
        if self.until is None:
            return start
        span = int((instant(datetime.combine(day, self.until), zone) - start).total_seconds())
        drawn = hashlib.blake2b(f"{self.id} {day}".encode(), key=secret.encode()[:64], digest_size=8).digest()
        return start + timedelta(seconds=int.from_bytes(drawn) % max(span, 1))

    def is_due(self, now: datetime, zone: ZoneInfo, secret: str) -> bool:
        """Whether it must come now. One that was missed by more than its own window is not made up for."""
        day = now.astimezone(zone).date()
        due = self.due_on(day, zone, secret)
        if due is None or due < self.created_at or self.ended_at is not None or self.last_day == day:
            return False
        return due <= now < due + timedelta(seconds=self.within_s)


def absent(lines: Iterable[Line]) -> list[Line]:
    """Those who did not answer within the window; whoever answered after it was absent all the same."""
    return [line for line in lines if line.acknowledged_at is None or line.late]
