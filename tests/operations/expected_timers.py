"""Which timers an order must have, worked out once more beside the code: from LADDER, the lines and their answers."""

from collections import Counter
from datetime import datetime, timedelta

from domain.order import Line, Order

RUNGS = {"district": (0, 1 / 3, 2 / 3, 1), "township": (0.3, 0.5, 0.8)}  # of LADDER, in limits of the tier
NOT_READ = "rung1.1"  # the rung of a township that asks whether the order was read
ROUNDS = 5


def expected(order: Order, line: Line, returned: list[datetime]) -> dict[str, datetime]:
    """Every timer that a line must have had, and when it is due: its rungs, once more each time it came back, and the
    wait for what completes it."""
    limit, within = timedelta(seconds=limit_of(order, line.tier)), order.ladder.get("completes_within_s")
    found = {
        f"{line.id}/rung{round_}.{n}": start + limit * at
        for round_, start in enumerate([line.queued_at, *returned], 1)
        for n, at in enumerate(RUNGS[line.tier])
    }
    if within and order.completes != "received" and was_acknowledged(order, line):
        waits = enumerate(
            [*([] if line.answers[0].answer == order.completes else [line.acknowledged_at]), *returned], 2
        )
        found |= {f"{line.id}/back{n}.0": at + timedelta(seconds=within) for n, at in waits if n <= ROUNDS}
    return found


def limit_of(order: Order, tier: str) -> int:
    return order.limits.get(tier) or max(order.limits.values())  # a tier that joined later has the longest


def was_acknowledged(order: Order, line: Line) -> bool:
    """While the order ran; what comes in the very moment of its end may be either."""
    at = line.acknowledged_at
    return at is not None and (order.ended_at is None or at < order.ended_at)


def groups_of(order: Order) -> dict[str, datetime]:
    groups = enumerate(order.ladder.get("groups", ())) if order.wanted else ()
    return {f"{order.id}//group1.{n}": order.issued_at + timedelta(seconds=one["after_s"]) for n, one in groups}


def had_nothing_to_do(timer: str, order: Order, lines: dict[str, Line], at: datetime) -> bool:
    """Whether a timer whose time came at `at` found everything done already."""
    _, post, what = timer.split("/")
    if not post:
        return enough(order, lines, at)
    line = lines[post]
    if what == NOT_READ and line.tier == "township" and line.read_at:
        return line.read_at <= at
    if what.startswith("rung1."):
        return line.acknowledged_at is not None and line.acknowledged_at <= at
    return order.completes in answers_by(line, at)


def answers_by(line: Line, at: datetime) -> list[str]:
    return [one.answer for one in line.answers if one.at <= at]


def enough(order: Order, lines: dict[str, Line], at: datetime) -> bool:
    said = Counter(answers[-1] for line in lines.values() if (answers := answers_by(line, at)))
    return bool(order.wanted) and all(said[answer] >= n for answer, n in order.wanted.items())
