"""How often one person may be told over one channel, and when not at all: what goes now, and what waits until when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.delivery import Channel


@dataclass(frozen=True)
class Limit:
    """At most so many messages to a person within so many minutes."""

    most: int
    minutes: int


# GoAlert's (engine/message/ratelimit.go), which has paged people for years; a channel of the file may have others.
USUAL: Mapping[Channel, tuple[Limit, ...]] = {
    Channel.SMS: (Limit(5, 15), Limit(11, 60), Limit(21, 180)),
    Channel.VOICE: (Limit(3, 15), Limit(7, 60), Limit(15, 180)),
}
HOURS = "quiet"  # the kind under which a person's quiet hours are kept, beside the addresses
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class Why(StrEnum):
    """Why a message is held back."""

    LIMIT = "held_limit"
    HOURS = "held_hours"


@dataclass(frozen=True)
class Held:
    """Held back until a moment; then it is looked at again."""

    until: datetime
    why: Why


@dataclass(frozen=True)
class QuietHours:
    """From `begin` to `end`, local time, every day; past midnight where `end` is the earlier."""

    begin: time
    end: time

    @classmethod
    def read(cls, said: str) -> "QuietHours | None":
        """From «22:00-06:30»; None from nothing. Raises ValueError for anything else, and for hours without length."""
        if not said:
            return None
        found = _HOURS.fullmatch(said)
        if found is None or found[1] + found[2] == found[3] + found[4]:
            raise ValueError(f"{said!r} is not like 22:00-06:30")
        return cls(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))

    def end_after(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When they end if `at` lies within them, else None."""
        local = at.astimezone(zone)
        over_night = self.end < self.begin
        before, after = local.time() < self.end, local.time() >= self.begin
        if not ((before or after) if over_night else (before and after)):
            return None
        day = local.date() + timedelta(days=1 if over_night and after else 0)
        return datetime.combine(day, self.end, zone)


def opens_at(past: Sequence[datetime], limits: Sequence[Limit], now: datetime) -> datetime | None:
    """When a person who was told at these moments may be told again; None for now."""
    opens = now
    for limit in limits:
        window = timedelta(minutes=limit.minutes)
        recent = sorted(at for at in past if at > now - window)
        if len(recent) >= limit.most:
            opens = max(opens, recent[-limit.most] + window)
    return opens if opens > now else None


def held(
    now: datetime,
    *,
    past: Sequence[datetime],
    limits: Sequence[Limit],
    hours: QuietHours | None,
    zone: ZoneInfo,
    urgent: bool,
) -> Held | None:
    """Whether a message waits, None if it goes now. What is `urgent` (grades Ⅰ and Ⅱ) always goes. `past`: when the
    person was told over this channel, urgent messages among it."""
    if urgent:
        return None
    end = hours.end_after(now, zone) if hours else None
    if end is not None:
        return Held(end, Why.HOURS)
    opens = opens_at(past, limits, now)
    return Held(opens, Why.LIMIT) if opens is not None else None
