"""What kind of day a date is: a working day or not, in a country that moves working days (调休)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class DayKind(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # a public holiday
    SHIFTED = "shifted"  # a weekend day worked in exchange for a holiday (调休)


def kind_of(day: date, calendar: Mapping[str, str]) -> DayKind:
    """The kind of `day`. `calendar`: ISO date → holiday or workday, for the days that are not as the week says."""
    said = calendar.get(day.isoformat())
    if said == "holiday":
        return DayKind.HOLIDAY
    if day.weekday() >= 5:
        return DayKind.SHIFTED if said == "workday" else DayKind.WEEKEND
    return DayKind.WORKDAY


def known_until(calendar: Mapping[str, str]) -> int | None:
    """The last year the calendar speaks of; beyond it only the week is known."""
    return int(max(calendar)[:4]) if calendar else None
