"""What an order did, once it has ended: the record that the certificate and its spreadsheet are made of."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.account import Actor, Permission
from domain.city import City
from domain.order import Answer, Line, Mode, Order, OrderRefused, OrderState
from operations.account_ports import AuditStore
from operations.curves import curve, delay, delays
from operations.feedback import annex
from operations.grid_record import grid_facts
from operations.messages import editions
from operations.order_reading import OrderUnknown
from operations.ports import Clock, Row, Work
from operations.rows import stamp

FORMAT = "zhongshu/order-record/1"
OFFLINE_S = 30  # an answer given this long before the centre had it was given offline and sent later
SETTLING = timedelta(seconds=10)  # a receipt of an earlier moment is committed by then
PRINTED = "order.certificate"
_MOST_PRINTED = 100_000
CONFIRMED, IN_POSITION = "confirmed", "in_position"


class AuditedWork(Work, Protocol):
    @property
    def audits(self) -> AuditStore: ...


BeginAudited = Callable[[], AbstractContextManager[AuditedWork]]


class NotEnded(OrderRefused):
    """The order still runs: its record is not complete."""


@dataclass(frozen=True)
class Aftermath:
    """`demo`: whether this is the demo city, which every record says of itself."""

    begin: BeginAudited
    read: BeginAudited
    clock: Clock
    city: City
    demo: bool

    def record(self, actor: Actor, order_id: str, *, as_of: datetime | None = None) -> Row:
        """Everything that was known of an ended order at a moment, as plain JSON values: the same moment always gives
        the same record. Without `as_of` what is known now. Seconds count from the issue to when the *centre* knew.
        Raises OrderUnknown, NotEnded, NotAllowed."""
        actor.must(Permission.SEE_LEDGER)
        with self.read() as work:
            order = work.orders.get(order_id)
            if order is None:
                raise OrderUnknown(order_id)
            if order.state is OrderState.RUNNING or order.ended_at is None:
                raise NotEnded(f"order {order.no} still runs: its record is made when it has ended")
            moment = whole(as_of or max(order.ended_at, self.clock.real() - SETTLING))
            lines = [known_at(line, moment) for line in work.orders.lines(order_id)]
            return self._record(work, order, lines, moment)

    def note_printed(self, actor: Actor, order_id: str, detail: Row) -> None:
        """Remember in the audit record what was handed out: the digests of the record and of the file."""
        with self.begin() as work:
            work.audit(actor, PRINTED, order_id, detail)

    def printed(self, actor: Actor, order_id: str) -> list[Row]:
        """What was handed out for an order: the digests that `note_printed` was given, newest first."""
        actor.must(Permission.SEE_LEDGER)
        with self.read() as work:
            entries = work.audits.latest(_MOST_PRINTED, containing=order_id)
        return [entry["detail"] for entry in entries if (entry["verb"], entry["about"]) == (PRINTED, order_id)]

    def _record(self, work: Work, order: Order, lines: Sequence[Line], moment: datetime) -> Row:
        return {
            "format": FORMAT,
            "as_of": stamp(moment),
            "city": self.city.code,
            "demo": self.demo,
            "drill": order.mode is Mode.DRILL,
            "order": order_facts(order),
            "editions": [order_facts(each) for each in editions(work, order)[:-1]],
            "tiers": [self._tier(order, tier, lines) for tier in order.tiers],
            "timeline": timeline(order, lines),
            "lines": [line_facts(order, line) for line in lines],
            **grid_facts(work, order, moment),
            **annex(work, order.id, moment),
        }

    def _tier(self, order: Order, tier: str, lines: Sequence[Line]) -> Row:
        mine = [line for line in lines if line.tier == tier]
        limit = order.limits.get(tier)
        confirmed = delays(order, [line.acknowledged_at for line in mine])
        in_position = delays(order, [first_of(line, IN_POSITION) for line in mine])
        return {
            "tier": tier,
            "targets": len(mine),
            "limit_s": limit,
            CONFIRMED: curve(confirmed),
            IN_POSITION: curve(in_position),
            "late": [line.post for line in mine if is_late(order, line)],
            "silent": [line.post for line in mine if line.acknowledged_at is None],
        }


def whole(at: datetime) -> datetime:
    """The end of its millisecond: a record says its own moment in whole ones, and an answer just before is in it."""
    return at + timedelta(microseconds=-at.microsecond % 1000)


def canonical(record: Row) -> bytes:
    """The one way to write a record: what its digest is taken of."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(record: Row) -> str:
    """SHA-256 of the canonical record, in hex."""
    return hashlib.sha256(canonical(record)).hexdigest()


def known_at(line: Line, moment: datetime) -> Line:
    """The line as it stood at a moment: what the centre heard later is not there yet."""

    def then(at: datetime | None) -> datetime | None:
        return at if at is not None and at <= moment else None

    acknowledged = then(line.acknowledged_at)
    return replace(
        line,
        sent_at=then(line.sent_at),
        delivered_at=then(line.delivered_at),
        read_at=then(line.read_at),
        acknowledged_at=acknowledged,
        by=line.by if acknowledged else None,
        known_by=line.known_by if acknowledged else None,
        answers=tuple(answer for answer in line.answers if answer.at <= moment),
    )


def order_facts(order: Order) -> Row:
    named = ("id", "no", "edition", "title", "text", "mode", "state", "issued_by", "signer", "ground", "callback")
    facts: Row = {name: str(getattr(order, name)) for name in named} | {"edition": order.edition}
    times = {name: stamp(getattr(order, name)) for name in ("issued_at", "valid_until", "ended_at")}
    more = {"grade": int(order.grade), "limits": dict(order.limits), "tiers": dict(order.tiers)}
    alone = {"second": order.second or "", "override": order.override, "plan_version": order.plan_version}
    return facts | times | more | alone | {"reason": order.reason, "answers": list(order.answers)}


def first_of(line: Line, answer: str) -> datetime | None:
    """When the post first gave an answer."""
    return next((each.at for each in line.answers if each.answer == answer), None)


def is_late(order: Order, line: Line) -> bool:
    """Confirmed after its limit; one that never confirmed is silent, not late."""
    limit, took = order.limits.get(line.tier), delay(order, line.acknowledged_at)
    return limit is not None and took is not None and took > limit


def is_offline(answer: Answer) -> bool:
    """Given while the terminal was offline and sent later (离线补报)."""
    return answer.claimed_at is not None and (answer.at - answer.claimed_at).total_seconds() > OFFLINE_S


def line_facts(order: Order, line: Line) -> Row:
    times = {name: stamp(getattr(line, name)) for name in ("sent_at", "delivered_at", "read_at", "acknowledged_at")}
    return {
        "post": line.post,
        "tier": line.tier,
        **times,
        "took_s": delay(order, line.acknowledged_at),
        "in_position_s": delay(order, first_of(line, IN_POSITION)),
        "late": is_late(order, line),
        "by": line.by,
        "known_by": line.known_by and str(line.known_by),
        "answers": [answer_facts(answer) for answer in line.answers],
    }


def answer_facts(answer: Answer) -> Row:
    said: Row = {"answer": answer.answer, "note": answer.note, "by": answer.by}
    said |= {"place": list(answer.place)} if answer.place else {}
    return said | {"at": stamp(answer.at), "claimed_at": stamp(answer.claimed_at), "offline": is_offline(answer)}


def timeline(order: Order, lines: Sequence[Line]) -> list[Row]:
    """What happened when: the issue, how far each step had come, every answer, the end; oldest first."""
    steps: list[tuple[datetime, int, Row]] = [(order.issued_at, 0, {"what": "issued", "by": order.signer})]
    for name in ("sent_at", "delivered_at", "read_at", "acknowledged_at"):
        steps += milestones(name, [getattr(line, name) for line in lines], len(lines))
    for line in lines:
        steps += [(a.at, 2, {"what": "answered", "post": line.post} | answer_facts(a)) for a in line.answers]
    if order.ended_at:
        steps.append((order.ended_at, 3, {"what": str(order.state), "reason": order.reason}))
    ordered = sorted(steps, key=lambda step: (step[0], step[1], step[2].get("post", "")))
    return [{"at": stamp(at)} | what for at, _rank, what in ordered]


def milestones(name: str, times: Sequence[datetime | None], targets: int) -> list[tuple[datetime, int, Row]]:
    """The first and the last post that a step reached."""
    known = sorted(at for at in times if at is not None)
    what = name.removesuffix("_at")
    first = [(known[0], 1, {"what": f"{what}_first", "n": 1, "of": targets})] if known else []
    last = [(known[-1], 1, {"what": f"{what}_last", "n": len(known), "of": targets})] if len(known) > 1 else []
    return first + last
