"""Tests of channels: when each is due, and what follows when a post does not answer one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.shifts import instant

TERMINAL = "terminal"  # the post's own terminal; every other word is a domain.delivery.Channel


class Every(StrEnum):
    WEEK = "week"
    MONTH = "month"


class Miss(StrEnum):
    """What follows, by how many tests in a row were missed."""

    REMINDER = "reminder"  # one: the post is reminded
    ABOVE = "above"  # two or more: the tier above is told


@dataclass(frozen=True)
class ChannelTest:
    """`day` is the weekday (1 Monday) or the day of the month; `at` the wall clock; whoever does not answer within
    `within_s` has missed it."""

    channel: str
    every: Every
    day: int
    at: time
    within_s: int

    def is_on(self, day: date) -> bool:
        return day.isoweekday() == self.day if self.every is Every.WEEK else day.day == self.day

    def due_on(self, day: date, zone: ZoneInfo) -> datetime | None:
        """When the test of a local day begins, None on other days."""
        return instant(datetime.combine(day, self.at), zone) if self.is_on(day) else None


def missed_in_a_row(answered: Sequence[bool]) -> int:
    """How many of the newest tests were missed one after the other; `answered` has the newest last."""
    found = 0
    for good in reversed(answered):
        if good:
            break
        found += 1
    return found


def follows(missed: int) -> Miss | None:
    """What follows after so many misses in a row."""
    if missed == 0:
        return None
    return Miss.REMINDER if missed == 1 else Miss.ABOVE
