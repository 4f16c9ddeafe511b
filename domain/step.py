"""What escalation did for a line, one row for each thing, with its reason: the ledger's own memory of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LATE_AFTER_S = 5.0  # a worker looks twice a second; later than this it was away, and the step says by how much


class What(StrEnum):
    TOLD = "told"  # a message to `person` over `channel` was put on its way
    DIAL = "dial"  # nothing can be sent: somebody of the centre dials `person`
    NOTICE = "notice"  # the terminal of the post `to` shows it
    DESK = "desk"  # the tier above is the centre itself: the desk shows it
    NOBODY = "nobody"  # nobody is on duty and nobody is on the post's list
    NO_NUMBER = "no_number"  # `person` is known, and no number or address of theirs
    TOLD_BEFORE = "told_before"  # this person was told over this channel already
    NO_CHANNEL = "no_channel"  # the channel, other than the telephone, is not configured, and nobody was silent yet
    BACK = "back"  # acknowledged and then silent: the line is back
    FILLED = "filled"  # enough of the wanted answers came
    GROUP = "group"  # too few came: the next group was ordered
    TESTED = "tested"  # a channel's test is over: `n` posts answered it


@dataclass(frozen=True)
class Step:
    """`why` is the condition that held (domain.escalation.Condition, or filled, too_few). `to` is the post that was
    told, the line's own or the one above. `listed`: nobody was on duty by the roster, so it went to those on the post's
    list. `late_s`: by how much the worker was late, 0 when it was not. `post` is empty for the whole order."""

    id: str
    order: str
    post: str
    at: datetime
    what: What
    why: str
    round: int = 1
    rung: int | None = None
    whom: str = ""
    to: str = ""
    channel: str = ""
    person: str | None = None
    name: str = ""
    phone: str = ""
    listed: bool = False
    late_s: float = 0.0
    n: int = 0


@dataclass(frozen=True)
class Notice:
    """A line on a post's own terminal: `key` says what (the words are the screen's), `about` which post is meant. It
    is shown while its order runs, or until `until`."""

    id: str
    post: str
    order: str
    key: str
    about: str
    at: datetime
    until: datetime | None = None


def lateness(due_at: datetime, now: datetime) -> float:
    """Seconds by which a timer fired late, 0 for what no worker could have done faster."""
    late = (now - due_at).total_seconds()
    return round(late, 1) if late > LATE_AFTER_S else 0.0
