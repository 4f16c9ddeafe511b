"""Grids below the township: the people who look after them, and what one of them made of one order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.delivery import Channel
from domain.order import Answer, LineState

ANSWERS = ("received", "need_support")  # what a grid worker's page asks


class GridRole(StrEnum):
    CHIEF = "chief"  # 网格长
    WORKER = "worker"  # 网格员


@dataclass(frozen=True)
class GridWorker:
    """`township` is a post's code. Who is not on duty is not called."""

    id: str
    township: str
    grid: str
    name: str
    role: GridRole = GridRole.WORKER
    phone: str = ""
    channel: Channel = Channel.SMS
    on_duty: bool = True


@dataclass(frozen=True)
class WorkerLine:
    """One grid worker's line in one order. The times are when the centre knew."""

    order: str
    worker: str
    township: str
    grid: str
    name: str
    state: LineState
    queued_at: datetime
    sent_at: datetime | None = None
    read_at: datetime | None = None
    acknowledged_at: datetime | None = None
    answers: tuple[Answer, ...] = ()
    version: int = 1

    @property
    def answer(self) -> str | None:
        """The newest answer."""
        return self.answers[-1].answer if self.answers else None

    def read(self, at: datetime) -> "WorkerLine":
        """The line once its page was opened: then the message has arrived, too. Again changes nothing."""
        if self.read_at is not None:
            return self
        opened = LineState.READ if self.state in (LineState.QUEUED, LineState.SENT, LineState.FAILED) else self.state
        return replace(self, state=opened, read_at=at, sent_at=self.sent_at or at, version=self.version + 1)

    def answered(self, answer: Answer) -> "WorkerLine":
        """The line with an answer; the first one is the acknowledgement, a changed mind keeps both."""
        if self.answers and self.answers[-1].answer == answer.answer:
            return self
        line = self.read(answer.at)
        return replace(
            line,
            state=LineState.ACKNOWLEDGED,
            acknowledged_at=line.acknowledged_at or answer.at,
            answers=(*line.answers, answer),
            version=line.version + 1,
        )


@dataclass(frozen=True)
class WorkerTally:
    """How an order's grid workers stand: how many lines are in each state (they sum to the workers called), how many
    ask for support, and a number that grows with every change."""

    counts: dict[str, int]
    need_support: int = 0
    version: int = 0


def worker_counts(states: Iterable[str]) -> dict[str, int]:
    """How many lines are in each state; the values sum to the number of workers called."""
    found = Counter(states)
    return {state: found.get(state, 0) for state in LineState if state is not LineState.DELIVERED}
