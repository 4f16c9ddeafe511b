"""When the shifts of a rotation change, and whose turn each is: by the clock on the wall, on every kind of day."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from domain.workdays import DayKind, kind_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SHIFT_HOURS = (1, 2, 3, 4, 6, 8, 12, *range(24, 24 * 29, 24))  # a shift divides a day, or is up to 28 whole days
EVERY_DAY = frozenset(DayKind)
LAYERS = range(10)
MOST_PEOPLE = 60


class Duty(StrEnum):
    DUTY = "duty"  # 值班人
    DEPUTY = "deputy"  # 副班


@dataclass(frozen=True)
class Person:
    """Kept with the name, so that who was on duty can be told after the person has left the list."""

    id: str
    name: str


class RosterRefused(Exception):
    """A rotation, an override or a swap that cannot be. `key` names the reason for screens."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


class DutyDays:
    """The kinds of all days of one city, and how many days of some kinds lie between two dates."""

    def __init__(self, calendar: Mapping[str, str]) -> None:
        self._calendar = dict(calendar)
        self._special = sorted(calendar)
        self.kind = lru_cache(4096)(self._kind)
        self._before_special = lru_cache(64)(self._count_before_special)

    def _kind(self, day: date) -> DayKind:
        return kind_of(day, self._calendar)

    def count(self, first: date, last: date, kinds: frozenset[DayKind]) -> int:
        """How many days from `first` up to but not including `last` are of these kinds; 0 when there are none."""
        if kinds == EVERY_DAY:
            return max(0, (last - first).days)
        return max(0, self._until(last, kinds) - self._until(first, kinds))

    def _until(self, day: date, kinds: frozenset[DayKind]) -> int:
        """Days of these kinds from 0001-01-01, a Monday, up to `day`: by the week, then as the calendar corrects it."""
        weeks, rest = divmod(day.toordinal() - 1, 7)
        workdays, weekend_days = weeks * 5 + min(rest, 5), weeks * 2 + max(0, rest - 5)
        by_week = workdays * (DayKind.WORKDAY in kinds) + weekend_days * (DayKind.WEEKEND in kinds)
        return by_week + self._before_special(kinds)[bisect_left(self._special, day.isoformat())]

    def _count_before_special(self, kinds: frozenset[DayKind]) -> list[int]:
        """For each special day in order, and after the last: by how much the days before it differ from the week."""
        found = [0]
        for iso in self._special:
            day = date.fromisoformat(iso)
            by_week = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY
            found.append(found[-1] + (self.kind(day) in kinds) - (by_week in kinds))
        return found


@dataclass(frozen=True)
class Rotation:
    """One layer of a post: people who take turns. `valid_from` and `valid_to` say for which minutes it is the rotation;
    an edit ends it and begins another, so that what it said of the past stays.

    Shifts of `shift_hours` change at local `handover` and on from there; a day of duty begins at `handover` and has the
    kind of the date it begins on. On days of other kinds the rotation stands still: the turn waits."""

    id: str
    post: str
    duty: Duty
    layer: int
    people: tuple[Person, ...]
    shift_hours: int
    handover: time
    starts_on: date
    day_kinds: frozenset[DayKind]
    valid_from: datetime
    valid_to: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.people) <= MOST_PEOPLE:
            raise RosterRefused("people", f"a rotation has 1 to {MOST_PEOPLE} people")
        if self.shift_hours not in SHIFT_HOURS:
            raise RosterRefused("shift_hours", "a shift has 1, 2, 3, 4, 6, 8 or 12 hours, or up to 28 whole days")
        if self.layer not in LAYERS:
            raise RosterRefused("layer", f"a layer has a number from 0 to {LAYERS[-1]}")
        if not self.day_kinds:
            raise RosterRefused("day_kinds", "a rotation covers at least one kind of day")

    def is_valid(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @cached_property
    def shifts_a_day(self) -> int:
        return max(1, 24 // self.shift_hours)

    @cached_property
    def days_a_shift(self) -> int:
        return max(1, self.shift_hours // 24)

    def person(self, at: datetime, zone: ZoneInfo, days: DutyDays) -> Person | None:
        """Whose turn it is at `at`; None where this rotation covers nobody."""
        if not self.is_valid(at):
            return None
        day = duty_day(at, self.handover, zone)
        if day < self.starts_on or days.kind(day) not in self.day_kinds:
            return None
        worked = days.count(self.starts_on, day, self.day_kinds)
        turn = worked // self.days_a_shift * self.shifts_a_day + self._part(day, at, zone)
        return self.people[turn % len(self.people)]

    def _part(self, day: date, at: datetime, zone: ZoneInfo) -> int:
        """Which shift of its day of duty; changes that a clock change skips have happened, none happens twice."""
        if self.shifts_a_day == 1:
            return 0
        return max(k for k in range(self.shifts_a_day) if k == 0 or self._change(day, k, zone) <= at)

    def _change(self, day: date, part: int, zone: ZoneInfo) -> datetime:
        return instant(datetime.combine(day, self.handover) + part * self.shift_hours * HOUR, zone)

    def changes(self, first: date, last: date, zone: ZoneInfo) -> Iterable[datetime]:
        """Every instant of the days of duty `first` … `last` at which a turn may end."""
        for number in range(first.toordinal(), last.toordinal() + 1):
            for part in range(self.shifts_a_day):
                yield self._change(date.fromordinal(number), part, zone)


@lru_cache(20_000)  # posts share their handovers, and converting costs more than looking up
def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows this; for a time that a clock change skips, as if it had not skipped."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def duty_day(at: datetime, handover: time, zone: ZoneInfo) -> date:
    """The date on which the day of duty began: a day of duty lasts from one handover to the next."""
    today = at.astimezone(zone).date()
    for day in (today + DAY, today):  # tomorrow's handover may lie behind us: the clock went back over midnight
        if instant(datetime.combine(day, handover), zone) <= at:
            return day
    return today - DAY
