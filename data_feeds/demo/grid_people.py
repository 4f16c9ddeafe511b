"""The grid workers of the demo, played: who of those that an order calls answers what, and when."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from data_feeds.demo.agenda import Agenda
from data_feeds.demo.chance import stream
from data_feeds.demo.door import Attempts, Door, DoorClosed, Refusal
from data_feeds.demo.profile import GridManners

TURN_S = 0.5
AT_ONCE_S = (0.2, 4.0)  # what was missed while nobody played is made up for so soon
MOST = 100  # answers in one request


@dataclass(frozen=True)
class Says:
    order: str
    worker: str
    answer: str


class GridPeople:
    """`running` names the orders that run now, with when each was issued. `reads` may see ledgers, `answers` may answer
    for posts; each is used by the thread of `run` alone."""

    def __init__(
        self,
        running: Callable[[], Mapping[str, datetime]],
        *,
        manners: GridManners,
        reads: Door,
        answers: Door,
        seed: int,
    ) -> None:
        self._running, self._manners, self._seed = running, manners, seed
        self._reads, self._answers = reads, answers
        self._known: set[str] = set()
        self._agenda: Agenda[Says] = Agenda()

    def run(self, stopped: threading.Event) -> None:
        attempts = Attempts("what grid workers answer")
        while not stopped.wait(TURN_S):
            attempts.attempt(lambda: self.turn(datetime.now(UTC)))

    def turn(self, now: datetime) -> None:
        """Look at the orders that are new, and say what is due. Raises DoorClosed."""
        running = self._running()
        self._known &= running.keys()
        for order in running.keys() - self._known:
            self._begin(order, running[order], now)
            self._known.add(order)
        due = [says for says in self._agenda.due(now, MOST) if says.order in running]
        for order in dict.fromkeys(says.order for says in due):
            self._say(order, [says for says in due if says.order == order], now)

    def _begin(self, order: str, issued: datetime, now: datetime) -> None:
        for line in self._reads.get(f"/orders/{order}/grid-workers")["lines"]:
            if line["acknowledged_at"] is None:
                for due, says in self._says(order, line["worker"], issued, now):
                    self._agenda.add(due, says)

    def _says(self, order: str, worker: str, issued: datetime, now: datetime) -> Iterator[tuple[datetime, Says]]:
        chance, manners = stream(self._seed, order, worker), self._manners
        seconds = manners.delay.draw(chance)
        if chance.random() < manners.slow_share:
            seconds *= manners.slow_factor
        if chance.random() < manners.silent_share:
            return
        answer = "need_support" if chance.random() < manners.need_support_share else "received"
        hurried = now + timedelta(seconds=chance.uniform(*AT_ONCE_S))
        yield max(issued + timedelta(seconds=seconds), hurried), Says(order, worker, answer)

    def _say(self, order: str, some: list[Says], now: datetime) -> None:
        body: dict[str, Any] = {"answers": [{"worker": one.worker, "answer": one.answer} for one in some]}
        try:
            self._answers.post(f"/orders/{order}/grid-workers/answers", body)
        except Refusal:
            return  # the order ended a moment ago
        except DoorClosed:
            for one in some:  # the same answers again once the server is back
                self._agenda.add(now, one)
            raise
