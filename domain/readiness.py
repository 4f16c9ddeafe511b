"""The readiness of the city, peace or war (平时/战时), and everything that changes with it."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

NOBODY = 0  # of second_person_from: no grade needs a second person


class Condition(StrEnum):
    PEACE = "peace"  # 平时
    WAR = "war"  # 战时


@dataclass(frozen=True)
class Effects:
    """What holds in one condition. Nothing is copied anywhere when the switch is thrown: whoever needs one of these
    asks for what holds now, so that switching back undoes all of it. What an order took along when it was issued stays
    with that order."""

    grade: int = 4  # the grade that a new order begins with
    second_person_from: int = 1  # orders of this grade and above wait for a second person; NOBODY for none
    ladder_factor: float = 1.0  # times the moment of every rung of an escalation, for orders issued now
    roll_call_every_min: int = 0  # a roll-call by itself so often; 0 for none
    wall_scene: str = "overview"  # what the wall returns to
    channels_in_parallel: bool = False  # each rung tells over every channel there is


EFFECTS = tuple(one.name for one in fields(Effects))


@dataclass(frozen=True)
class Change:
    """What one effect is before and after a switch."""

    effect: str
    before: int | float | str | bool
    after: int | float | str | bool


@dataclass(frozen=True)
class Readiness:
    """The condition that holds, since when, by whom and why. `version` counts the switches; 0 is a city that was never
    switched."""

    condition: Condition = Condition.PEACE
    since: datetime | None = None
    by: str = ""
    reason: str = ""
    version: int = 0
    effects: Effects = field(default_factory=Effects)


def changes(before: Effects, after: Effects) -> list[Change]:
    """Every effect with its value before and after, also those that stay: nothing changes that is not listed."""
    return [Change(name, getattr(before, name), getattr(after, name)) for name in EFFECTS]
