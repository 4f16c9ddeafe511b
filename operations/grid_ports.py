"""What orders to grid workers and saved groups keep."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.delivery import Channel
from domain.grid import GridWorker, WorkerLine, WorkerTally
from domain.order import LineState


@dataclass(frozen=True)
class Group:
    """Targets under a name. `owner` is the top of the subtree whose officers may use it; `targets` as the operations
    take them, in plain JSON."""

    id: str
    name: str
    owner: str
    targets: dict[str, Any]
    made_by: str
    made_at: datetime


class GroupStore(Protocol):
    def all(self) -> list[Group]:
        """By name."""

    def get(self, group_id: str) -> Group | None: ...
    def add(self, group: Group) -> None: ...
    def remove(self, group_id: str) -> None: ...


class GridStore(Protocol):
    def of(self, townships: Sequence[str], *, on_duty_only: bool = False) -> list[GridWorker]:
        """By township, grid, chief first, name."""

    def search(self, townships: Sequence[str], *, containing: str, after: str | None, limit: int) -> list[GridWorker]:
        """Those whose name, grid or number contains the text, by id, from the one after `after` on."""

    def counts(self, townships: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Township → how many there are, and how many of them are on duty."""

    def get(self, worker_id: str) -> GridWorker | None: ...
    def get_many(self, worker_ids: Sequence[str]) -> list[GridWorker]:
        """Those who are still on the list."""

    def put(self, workers: Sequence[GridWorker]) -> None: ...
    def remove(self, worker_ids: Sequence[str]) -> None: ...


class WorkerLineStore(Protocol):
    def call(self, order_id: str, townships: Sequence[str], reached: Collection[Channel] | None, at: datetime) -> int:
        """A line for everybody who is on duty in these townships, in one statement; how many. Whom none of the channels
        `reached` reaches has failed, the others wait for their message; None: nothing leaves, and nobody fails."""

    def call_again(self, order_id: str, before: str, reached: Collection[Channel] | None, at: datetime) -> int:
        """The same for everybody whom the order `before` called, on duty or not. Who left the list is not reached."""

    def set_digests(self, order_id: str, digests: Mapping[str, str]) -> None:
        """Worker → by what his page is found. Before that nobody finds it."""

    def waiting(self, limit: int) -> list[tuple[str, str]]:
        """(order, worker) of lines whose message has not been put on its way, those of one order together."""

    def wait_no_more(self, order_id: str, worker_ids: Sequence[str]) -> None: ...
    def of_order(self, order_id: str) -> list[WorkerLine]:
        """By township, grid and name."""

    def get(self, order_id: str, worker_id: str) -> WorkerLine | None: ...
    def by_digest(self, digest: str) -> WorkerLine | None:
        """The line whose page has the token with this digest."""

    def save(self, line: WorkerLine) -> None: ...
    def mark(self, order_id: str, worker_ids: Sequence[str], state: LineState, at: datetime) -> None:
        """The lines of these workers that are queued get this state."""

    def stop(self, order_id: str, state: LineState) -> bool:
        """The order ended: every line that is not acknowledged gets this state; whether there was one."""

    def tally(self, order_id: str) -> WorkerTally: ...
