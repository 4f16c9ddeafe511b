"""The timers of an order: when each rung is reached, when a quiet line comes back, when the next group is ordered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.escalation import Ladder, ladder_of, limit_of
from domain.order import Kind, Line, Order

MOST_ROUNDS = 5  # after that nobody new is left to be told, and the line stands at the top of the desk's list


class TimerKind(StrEnum):
    RUNG = "rung"  # a rung of the line's ladder
    BACK = "back"  # an acknowledged line that is not completed by then comes back
    GROUP = "group"  # the next group is ordered unless enough answers came


class TimerState(StrEnum):
    WAITING = "waiting"
    FIRED = "fired"  # its condition held, and what it says was done
    IDLE = "idle"  # its time came and there was nothing to do
    DROPPED = "dropped"  # its order ended or was filled first


@dataclass(frozen=True)
class Timer:
    """`post` is empty for a group's timer; `round` is 1 for the first climb and one more each time the line came back;
    `number` is the rung's or the group's place in the ladder."""

    id: str
    order: str
    post: str
    kind: TimerKind
    round: int
    number: int
    due_at: datetime


def timers_of(order: Order, lines: Iterable[Line], *, haste: float = 1.0) -> list[Timer]:
    """Everything that an order's new lines have to wait for, from when each was written. `haste` below 1 brings the
    rungs forward. Only an order proper climbs: an all-clear hurries nobody, and silence in a roll-call is absence."""
    if order.kind is not Kind.ORDER:
        return []
    ladder = ladder_of(order.ladder)
    return [timer for line in lines for timer in climb(ladder, order, line, start=line.queued_at, haste=haste)]


def climb(
    ladder: Ladder, order: Order, line: Line, *, start: datetime, round_: int = 1, haste: float = 1.0
) -> list[Timer]:
    """The rungs of one line, climbed from `start` on."""
    limit = limit_of(order, line.tier)
    return [
        _timer(order.id, line.post, (TimerKind.RUNG, round_, number), start + rung.after(limit, haste))
        for number, rung in enumerate(ladder.of(line.tier))
    ]


def back(ladder: Ladder, order: Order, post: str, *, since: datetime, round_: int = 2) -> list[Timer]:
    """The timer that brings a line back for its `round_`; none when the ladder does not say within what time it must be
    completed, when an acknowledgement completes it, or when it came back often enough."""
    within = ladder.completes_within_s
    if within is None or order.completes == "received" or round_ > MOST_ROUNDS:
        return []
    return [_timer(order.id, post, (TimerKind.BACK, round_, 0), since + timedelta(seconds=within))]


def group_timers(order: Order) -> list[Timer]:
    """One for each group that follows while too few of the wanted answers have come."""
    if not order.wanted or order.kind is not Kind.ORDER:
        return []
    groups: Sequence[tuple[int, float]] = [(n, one.after_s) for n, one in enumerate(ladder_of(order.ladder).groups)]
    return [
        _timer(order.id, "", (TimerKind.GROUP, 1, number), order.issued_at + timedelta(seconds=after))
        for number, after in groups
    ]


def _timer(order: str, post: str, place: tuple[TimerKind, int, int], due_at: datetime) -> Timer:
    kind, round_, number = place
    return Timer(f"{order}/{post}/{kind}{round_}.{number}", order, post, kind, round_, number, due_at)
