"""Reports that arrive one by one at the same moment are written in one transaction: a commit costs what it costs."""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock

from domain.account import Actor
from domain.case import CaseReport
from operations.cases import Outcome

MOST = 200  # in one transaction, which must stay short

Write = Callable[[Actor, Sequence[CaseReport]], list[Outcome]]


class Waiting:
    """One report on its way, and the request that waits for what becomes of it."""

    def __init__(self, actor: Actor, report: CaseReport) -> None:
        self.actor, self.report = actor, report
        self.turn = Event()  # set when the outcome is there, or when it is this request's turn to write
        self.outcome: Outcome | None = None
        self.error: Exception | None = None

    @property
    def is_done(self) -> bool:
        return self.outcome is not None or self.error is not None


class Gather:
    """The first request writes at once; those that come while it writes wait, and the first of them writes them all.
    Nobody waits for a clock, so a report that comes alone is as quick as ever."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[Waiting] = deque()
        self._lock, self._is_writing = Lock(), False

    def report(self, actor: Actor, report: CaseReport) -> Outcome:
        """What became of the report once it is durable. Raises what the write raised."""
        mine = Waiting(actor, report)
        with self._lock:
            self._waiting.append(mine)
            is_first, self._is_writing = not self._is_writing, True
        if not is_first:
            mine.turn.wait()
        if not mine.is_done:
            self._write_for_all(actor)
        if mine.error is not None:
            raise mine.error
        assert mine.outcome is not None, "written with the others"
        return mine.outcome

    def _write_for_all(self, actor: Actor) -> None:
        """Write what waits under this actor's key, then hand the turn to whoever waits next."""
        with self._lock:
            batch = [one for one in self._waiting if one.actor == actor][:MOST]
            for one in batch:
                self._waiting.remove(one)
        self._settle(batch)
        for one in batch:
            one.turn.set()
        with self._lock:
            self._is_writing = bool(self._waiting)
            if self._waiting:
                self._waiting[0].turn.set()

    def _settle(self, batch: Sequence[Waiting]) -> None:
        try:
            outcomes = self._write(batch[0].actor, [one.report for one in batch])
        except Exception as error:  # noqa: BLE001 - each of the waiting requests raises it in its own name
            for one in batch:
                one.error = error
        else:
            for one, outcome in zip(batch, outcomes, strict=True):
                one.outcome = outcome
