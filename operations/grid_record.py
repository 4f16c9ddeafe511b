"""What the grid workers of an ended order did, for its record: each of them, and all together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.city import Tier
from domain.delivery import Delivery, DeliveryState
from domain.grid import ANSWERS, WorkerLine
from domain.order import Order
from operations.curves import curve, delay, delays
from operations.ports import Row, Work
from operations.rows import stamp

_ARRIVED = (DeliveryState.DELIVERED, DeliveryState.CONFIRMED)


def grid_facts(work: Work, order: Order, moment: datetime) -> Row:
    """`grid_workers` of the record as it was known at `moment`; nothing for an order that called none. Their limit is
    that of the townships, whose desks the same order went to. `silent` and those in `answers` sum to `called`."""
    called = [worker_known_at(line, moment) for line in work.worker_lines.of_order(order.id)]
    if not called:
        return {}
    arrivals = _arrivals(work.deliveries.of_order(order.id), moment)
    limit = order.limits.get(Tier.TOWNSHIP)
    lines = [_facts(order, line, arrivals.get(line.worker), limit) for line in called]
    answers = Counter(line.answer for line in called if line.answer)
    return {
        "grid_workers": {
            "called": len(lines),
            "limit_s": limit,
            "sent": _with(lines, "sent_at"),
            "delivered": _with(lines, "delivered_at"),
            "read": _with(lines, "read_at"),
            "answers": {answer: answers[answer] for answer in ANSWERS},
            "late": sum(line["late"] for line in lines),
            "silent": len(lines) - _with(lines, "acknowledged_at"),
            "confirmed": curve(delays(order, [line.acknowledged_at for line in called])),
            "lines": lines,
        }
    }


def worker_known_at(line: WorkerLine, moment: datetime) -> WorkerLine:
    """The line's times and answers as they stood at a moment: what the centre heard later is not there yet."""

    def then(at: datetime | None) -> datetime | None:
        return at if at is not None and at <= moment else None

    return replace(
        line,
        sent_at=then(line.sent_at),
        read_at=then(line.read_at),
        acknowledged_at=then(line.acknowledged_at),
        answers=tuple(answer for answer in line.answers if answer.at <= moment),
    )


def _arrivals(messages: Sequence[Delivery], moment: datetime) -> Mapping[str, datetime]:
    """Worker → when the first receipt said that his message arrived."""
    found: dict[str, datetime] = {}
    for one in messages:
        for at in (one.times.get(state) for state in _ARRIVED):
            if one.person and at is not None and at <= moment:
                found[one.person] = min(at, found.get(one.person, at))
    return found


def _facts(order: Order, line: WorkerLine, arrived: datetime | None, limit: int | None) -> Row:
    """Whose page was opened has the message, whether or not its channel tells."""
    known = [at for at in (arrived, line.read_at) if at is not None]
    took = delay(order, line.acknowledged_at)
    return {
        "worker": line.worker,
        "name": line.name,
        "township": line.township,
        "grid": line.grid,
        "sent_at": stamp(line.sent_at),
        "delivered_at": stamp(min(known, default=None)),
        "read_at": stamp(line.read_at),
        "acknowledged_at": stamp(line.acknowledged_at),
        "took_s": took,
        "late": limit is not None and took is not None and took > limit,
        "answers": [{"answer": one.answer, "at": stamp(one.at)} for one in line.answers],
    }


def _with(lines: Sequence[Row], name: str) -> int:
    return sum(line[name] is not None for line in lines)
