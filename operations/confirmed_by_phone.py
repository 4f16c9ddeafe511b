"""Somebody who was called keyed the digit that confirms: the line of the post says so."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from domain.delivery import Delivery
from domain.order import Answer, KnownBy
from operations.escalation import Change
from operations.order_rows import announce_lines
from operations.ports import Work
from operations.rows import line_row

Answered = Callable[[Work, Sequence[Change]], None]


def nobody_waits(_work: Work, _changes: Sequence[Change]) -> None:
    """For calls on their own, without escalation."""


def confirm_lines(work: Work, confirmed: Sequence[Delivery], now: datetime, answered: Answered = nobody_waits) -> None:
    """Confirm the lines of these posts in the name of whoever's telephone it was, and tell `answered`. A line that was
    confirmed before keeps who was first; a post without a line in that order has none to confirm."""
    lines = work.orders.lines_of(sorted({(one.order, one.post) for one in confirmed}))
    changes = []
    for one in confirmed:
        line, order = lines.get((one.order, one.post)), work.orders.get(one.order)
        if line is None or order is None:
            continue
        names = {person["id"]: person["name"] for person in work.people.of(one.post)}
        answer = "received" if "received" in order.answers else order.answers[0]
        said = Answer(now, answer, "", names.get(one.person, one.post))
        limit = order.limits.get(line.tier)
        after = line.acknowledged(said, known_by=KnownBy.PHONE, limit=timedelta(seconds=limit) if limit else None)
        if after is not line:
            lines[(one.order, one.post)] = after
            changes.append(Change(order, line, after))
    _write(work, changes)
    if changes:
        answered(work, changes)


def _write(work: Work, changes: Sequence[Change]) -> None:
    work.orders.save_lines([change.after for change in changes])
    for change in changes:
        announce_lines(work, change.order.id, [change.after])
        work.announce([f"post:{change.after.post}"], [line_row(change.after)])
