"""Receipts from terminals: checked for form, gathered, and written many in one transaction."""

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from domain.account import Actor
from live import wire
from operations.ports import Row
from operations.receipts import Receipt

GATHER_S = 0.02
LARGEST = 500
PATIENCE_S = 20.0
LOST_HOPE = 3  # receipts that fail one by one in a row: then it is not them
NOT_NOW = "this cannot be written now; it is kept on your device and sent again"
log = logging.getLogger("live")

Kind = Literal["delivered", "read", "acknowledged", "answered"]
KINDS: tuple[Kind, ...] = ("delivered", "read", "acknowledged", "answered")
_LONGEST = {"order": 64, "post": 32, "person": 64, "pin": 32, "answer": 32, "note": 500}


class Malformed(Exception):
    """The payload is not what the protocol says; the sentence names the field."""


def receipt(kind: Kind, payload: object, actor: Actor) -> Receipt:
    """The receipt that a terminal's event means; raises Malformed."""
    if not isinstance(payload, dict):
        raise Malformed("a receipt is an object with order, post and version")
    version = payload.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 2**31:
        raise Malformed("version must be a whole number")
    return Receipt(
        order=_needed(payload, "order"),
        post=_needed(payload, "post"),
        version=version,
        kind=kind,
        actor=actor,
        person=_text(payload, "person"),
        pin=_text(payload, "pin"),
        answer=_text(payload, "answer"),
        note=_text(payload, "note") or "",
        claimed_at=_moment(payload.get("at")),
        place=_place(payload.get("place")),
    )


def _needed(payload: Row, name: str) -> str:
    value = _text(payload, name)
    if not value:
        raise Malformed(f"{name} is missing")
    return value


def _text(payload: Row, name: str) -> str | None:
    value = payload.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _LONGEST[name]:
        raise Malformed(f"{name} must be a text of at most {_LONGEST[name]} characters")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Malformed(f"{name} holds a character that cannot be stored")
    return value


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return wire.moment(cast(str, value))
    except (TypeError, ValueError) as error:
        raise Malformed("at must be an RFC 3339 time with a zone") from error


def _place(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    degrees = [float(each) for each in value if is_number(each)] if isinstance(value, list) else []
    if len(degrees) != 2 or len(cast(list[object], value)) != 2 or abs(degrees[0]) > 180 or abs(degrees[1]) > 90:
        raise Malformed("place must be [longitude, latitude] in degrees")
    return degrees[0], degrees[1]


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass
class Waiting:
    """A receipt on its way, and the terminal that waits for the answer."""

    receipt: Receipt
    written: threading.Event = field(default_factory=threading.Event)
    problem: str | None = NOT_NOW


Record = Callable[[Sequence[Receipt]], list[str | None]]


class GroupCommit:
    """Gathers receipts for a moment and records them together; while one batch is being written the next gathers.

    `offload(fn, *args)` runs the writing where it may block.
    """

    def __init__(self, record: Record, offload: Callable[..., Any]) -> None:
        self._record, self._offload = record, offload
        self._queue: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self._started = threading.Lock()

    def put(self, receipt: Receipt) -> str | None:
        """Wait until the receipt is durable; None, or the sentence why it was refused."""
        self._start()
        waiting = Waiting(receipt)
        self._queue.put(waiting)
        waiting.written.wait(PATIENCE_S)
        return waiting.problem

    def _start(self) -> None:
        """With the first receipt, not before: the thread must belong to the process that serves."""
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._run, name="receipts", daemon=True).start()

    def _run(self) -> None:
        while True:
            batch = self._gather()
            try:
                problems = self._offload(self._write, [waiting.receipt for waiting in batch])
            except Exception as error:
                log.error("receipts could not be written: %s", error, exc_info=True)
                problems = [NOT_NOW] * len(batch)
            for waiting, problem in zip(batch, problems, strict=True):
                waiting.problem = problem
                waiting.written.set()

    def _gather(self) -> list[Waiting]:
        batch = [self._queue.get()]
        end = time.monotonic() + GATHER_S
        while len(batch) < LARGEST and (left := end - time.monotonic()) > 0:
            try:
                batch.append(self._queue.get(timeout=left))
            except queue.Empty:
                break
        return batch

    def _write(self, receipts: Sequence[Receipt]) -> list[str | None]:
        """All together; when that fails, one by one, so that a receipt which breaks something breaks only itself."""
        try:
            return self._record(receipts)
        except Exception as error:
            log.error("%d receipts together: %s; trying each alone", len(receipts), error, exc_info=True)
        problems: list[str | None] = []
        for one in receipts:
            failing = problems[-LOST_HOPE:] == [NOT_NOW] * LOST_HOPE
            problems.append(NOT_NOW if failing else self._alone(one))
        return problems

    def _alone(self, one: Receipt) -> str | None:
        try:
            return self._record([one])[0]
        except Exception as error:
            log.error("receipt of %s for %s: %s", one.post, one.order, error, exc_info=True)
            return NOT_NOW
