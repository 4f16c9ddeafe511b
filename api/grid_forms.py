"""What the interface takes and answers about grid workers, field by field."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers import Given
from api.requests import Code, Key, Taken


class WorkerOut(Given):
    """A grid worker whom an order would call."""

    id: str
    township: str
    grid: str
    name: str
    role: str


class InPersonOut(Given):
    """Somebody who would be told in person; `listed`: the roster is silent, and the post's list has the name."""

    post: str
    role: str
    name: str
    listed: bool


class GridWorkerOut(WorkerOut):
    """A grid worker as the list has him."""

    phone: str
    channel: str
    on_duty: bool


class GridWorkersOut(Given):
    """`next`: the `after` of the page that follows, null on the last one."""

    workers: list[GridWorkerOut]
    next: str | None


class GridQuery(BaseModel):
    """`below`: only those below this post; `containing`: in the name, the grid or the number."""

    model_config = ConfigDict(extra="forbid")

    below: Code | None = None
    containing: Key = ""
    after: Code | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class GridRowIn(Taken):
    township: Code
    grid: Code
    name: Code
    role: Literal["chief", "worker"] = "worker"
    phone: Key = ""
    channel: Literal["sms", "voice"] = "sms"
    on_duty: bool = True


class GridRowsIn(Taken):
    """They replace everybody of the townships that they name. With one bad row nothing is taken; `confirmed` takes the
    townships without one."""

    workers: Annotated[list[GridRowIn], Field(min_length=1, max_length=20_000)]
    confirmed: bool = False


class GridTakenOut(Given):
    """`problems`: the number of each bad row, counted from 1, and what is wrong with it."""

    townships: int
    workers: int
    problems: list[tuple[int, str]]


class DutyIn(Taken):
    on_duty: bool


class WorkerAnswerOut(Given):
    at: datetime
    answer: str


class WorkerLineOut(Given):
    """A grid worker's line in an order."""

    worker: str
    township: str
    grid: str
    name: str
    state: str
    queued_at: datetime
    sent_at: datetime | None
    read_at: datetime | None
    acknowledged_at: datetime | None
    answers: list[WorkerAnswerOut]


class WorkerLinesOut(Given):
    """`counts` by state sum to the number of lines."""

    counts: dict[str, int]
    lines: list[WorkerLineOut]


class PagePathOut(Given):
    """Where the page of a grid worker lies: whoever opens it answers as the worker."""

    path: str


class WorkerSaysIn(Taken):
    worker: Code
    answer: Key


class WorkerAnswersIn(Taken):
    answers: Annotated[list[WorkerSaysIn], Field(min_length=1, max_length=200)]


class WorkersAnsweredOut(Given):
    """How many of them had not answered before."""

    answered: int
