"""City time: the time cases and days are counted in. It runs at the real pace, or faster in a demo or a replay."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SLOT = timedelta(minutes=15)


@dataclass(frozen=True)
class CityTime:
    """City time runs from `city_base` at `real_base`, `speed` times as fast as real time."""

    real_base: datetime
    city_base: datetime
    speed: float = 1.0

    def at(self, real: datetime) -> datetime:
        return self.city_base + (real - self.real_base) * self.speed


REAL = CityTime(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))


def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def slot_of(at: datetime, zone: ZoneInfo) -> int:
    """Which quarter of an hour of the local day, counted from its first instant: 0 … 95 (91, 99 at clock changes)."""
    return int((at - start_of(day_of(at, zone), zone)) / SLOT)


def clock_words(at: datetime, issued: datetime, zone: ZoneInfo) -> str:
    """An absolute time for a text: HH:MM, with the date in front when it is not the day on which the text is issued."""
    local = at.astimezone(zone)
    same_day = day_of(at, zone) == day_of(issued, zone)
    return local.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M")
