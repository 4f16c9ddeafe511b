"""How a source is doing: since when it is late, how bad that is, and when to ask again. Pure, time is an argument."""

from dataclasses import dataclass, replace
from datetime import datetime

WATCH, WARN, ALARM = 2.0, 4.0, 12.0  # usual intervals that a source may be silent before it is called so
FIRST_PAUSE_S, LONGEST_PAUSE_S = 15.0, 600.0


@dataclass(frozen=True)
class Condition:
    """`good_at`: the last success; `since`: the first failure of the present row of failures."""

    started_at: datetime
    good_at: datetime | None = None
    since: datetime | None = None
    failures: int = 0
    why: str = ""

    @property
    def is_failing(self) -> bool:
        return self.failures > 0

    def succeeded(self, now: datetime) -> "Condition":
        return replace(self, good_at=now, since=None, failures=0, why="")

    def failed(self, now: datetime, why: str) -> "Condition":
        return replace(self, since=self.since or now, failures=self.failures + 1, why=why)

    def late_s(self, now: datetime) -> float:
        """Seconds since the last success, or since we began to ask."""
        return max(0.0, (now - (self.good_at or self.started_at)).total_seconds())


def severity(late_s: float, usual_s: float) -> str:
    """normal, watch, warn or alarm: how long a source is silent, against how often it usually speaks."""
    silent = late_s / usual_s
    for name, limit in (("alarm", ALARM), ("warn", WARN), ("watch", WATCH)):
        if silent > limit:
            return name
    return "normal"


def severity_of(condition: Condition, now: datetime, usual_s: float) -> str:
    """A feed whose last try failed is never called normal."""
    found = severity(condition.late_s(now), usual_s)
    return "watch" if found == "normal" and condition.is_failing else found


def pause_s(failures: int, interval_s: float, chance: float) -> float:
    """Seconds until the next try after a row of failures: doubling, from the interval or 15 s if that is less, up to
    ten minutes or the interval if that is more; spread by a `chance` from 0 to 1, so that many feeds do not come back
    in the same second."""
    first, longest = min(interval_s, FIRST_PAUSE_S), max(interval_s, LONGEST_PAUSE_S)
    return float(min(longest, first * 2 ** min(failures - 1, 16))) * (0.75 + 0.5 * chance)
