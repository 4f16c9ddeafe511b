"""How a case, an order and a ledger line look on the wire: the rows of docs/live-protocol.md."""

from dataclasses import asdict
from datetime import UTC, datetime

from domain.case import Case
from domain.order import Line, Order
from operations.ports import Row


def stamp(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_CASE = ("id", "version", "no", "source", "category", "title", "district", "township", "lon", "lat", "state", "urgency")
_CASE_TIMES = ("reported_at", "filed_at", "finished_at", "closed_at")


def case_row(case: Case) -> Row:
    """A case without the reporter's words."""
    row: Row = {"kind": "case"} | {name: getattr(case, name) for name in _CASE}
    row |= {"unit": case.unit, "filed_by": case.filed_by}
    return row | {name: stamp(getattr(case, name)) for name in _CASE_TIMES}


_ORDER_TIMES = ("issued_at", "valid_until", "ended_at")


def order_row(order: Order) -> Row:
    """An order as its targets and screens see it: signed by name, never with the account's id."""
    row: Row = asdict(order) | {"kind": "order", "order_kind": str(order.kind)}  # what row it is; what order it is
    del row["issued_by"]
    row |= {"targets": order.targets, "grade": int(order.grade)}
    row |= {name: list(getattr(order, name)) for name in ("answers", "checklist")}
    row |= {name: dict(getattr(order, name)) for name in ("limits", "tiers", "wanted", "ladder")}
    return row | {name: stamp(getattr(order, name)) for name in _ORDER_TIMES}


def order_without_words(order: Order) -> Row:
    """An order that is over, as its posts see it: they take it down, and nobody acts on its words again."""
    return order_row(order) | {"title": "", "text": "", "ground": ""}


_LINE_TIMES = ("queued_at", "sent_at", "delivered_at", "read_at", "acknowledged_at", "overdue_at")


def line_row(line: Line) -> Row:
    """A ledger line with everything a desk may see."""
    row: Row = {"kind": "line", "id": line.id, "order": line.order, "post": line.post, "tier": line.tier}
    row |= {"version": line.version, "state": line.state, "by": line.by, "known_by": line.known_by}
    row |= {name: stamp(getattr(line, name)) for name in _LINE_TIMES}
    answers = [
        {
            "at": stamp(answer.at),
            "answer": answer.answer,
            "note": answer.note,
            "by": answer.by,
            "claimed_at": stamp(answer.claimed_at),
            "place": answer.place and list(answer.place),
        }
        for answer in line.answers
    ]
    newest = answers[-1] if answers else {"answer": None, "note": ""}
    row |= {"answer": newest["answer"], "note": newest["note"], "answers": answers}
    return row | {"late": line.late, "reason": line.reason}


def wall_line_row(line: Line) -> Row:
    """The same line for the wall: no person's name and no note leave for a screen that visitors see."""
    row = line_row(line)
    answers = [{"at": answer["at"], "answer": answer["answer"]} for answer in row["answers"]]
    return row | {"by": None, "note": "", "answers": answers}
