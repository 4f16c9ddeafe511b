"""One channel's loop: a thread of its own, and one for each call, so that a callee that hangs holds up nobody else."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from channels.pace import Pace
from channels.turn import Turn
from domain.delivery import Delivery, DeliveryState
from operations.sending import HANGS, OWN_FAULT, Came, Job, Outbound

LEASE_S, RENEW_S = 6.0, 2.0
LOOK_S, GATHER_S = 0.5, 0.05  # how often it looks by itself; how long results are gathered for one commit
TIME_TO_FINISH_S = 3.0
_ASKED_AT_ONCE = 50
_MOST_HANGING = 4  # times the calls allowed at once
log = logging.getLogger("channels")
Result = tuple[Delivery, Came]


@dataclass(frozen=True)
class Manners:
    """How a channel is used: calls at the same time, the longest a call may take, how often the callee is asked."""

    parallel: int
    timeout_s: float
    ask_every_s: float = 2.0


class Runner:
    """`turn` is shared by the channels of a process. `wait(seconds)` returns early when something new may be there;
    `attempt` calls what may fail and says once when it does."""

    def __init__(
        self,
        outbound: Outbound,
        *,
        pace: Pace,
        manners: Manners,
        turn: Turn,
        wait: Callable[[float], None],
        attempt: Callable[[Callable[[], object]], bool],
    ) -> None:
        self._outbound, self._pace, self._manners, self._turn = outbound, pace, manners, turn
        self._wait, self._attempt, self._name = wait, attempt, f"channel {outbound.channel}"
        self._results: SimpleQueue[Result] = SimpleQueue()
        self._unwritten: list[Result] = []
        self._calls: dict[str, tuple[Delivery, float]] = {}  # id → what is called, and since when
        self._hanging: set[str] = set()
        self._is_ours, self._ask_at = False, 0.0
        self._asker: threading.Thread | None = None

    def run(self, told: threading.Event) -> None:
        self._turn.join()
        while not told.is_set():
            self._attempt(self.cycle)
            self._wait(GATHER_S if self._calls or self._unwritten else LOOK_S)
        self._attempt(self.finish)

    def cycle(self) -> None:
        """Write what came of calls, then make the next ones."""
        self._collect()
        if not self._has_turn():
            return
        free = self._manners.parallel - len(self._calls)
        if len(self._hanging) >= _MOST_HANGING * self._manners.parallel:
            free = 0  # every call hangs far beyond its time: more threads would not help
        room = min(free, self._pace.free())
        if room > 0:
            self._begin_calls(self._outbound.claim(room))
        self._begin_asking()

    def finish(self) -> None:
        """Wait a little for calls under way, write what came of them, and leave the turn."""
        until = time.monotonic() + TIME_TO_FINISH_S
        while self._calls and time.monotonic() < until:
            time.sleep(GATHER_S)
            self._collect()
        self._collect()
        self._turn.leave()

    def _has_turn(self) -> bool:
        before, self._is_ours = self._is_ours, self._turn.is_ours()
        if self._is_ours and not before:
            self._is_ours = False  # until what the last process left has been seen to
            self._pace.begin(self._outbound.tried_since(self._pace.window_s))
            left = self._outbound.take_over()
            if left:
                log.warning("%s: %d messages were on their way when their process died", self._name, left)
            self._is_ours = True
        return self._is_ours

    def _begin_calls(self, jobs: list[Job]) -> None:
        self._pace.took(len(jobs))
        for job in jobs:
            self._calls[job.delivery.id] = job.delivery, time.monotonic()
            threading.Thread(target=self._call, args=(job,), name=self._name, daemon=True).start()

    def _call(self, job: Job) -> None:
        try:
            came = self._outbound.send(job)
        except Exception as error:  # noqa: BLE001 - a fault of one call is that call's result
            log.error("%s: a call failed with %s", self._name, type(error).__name__)
            came = Came(DeliveryState.UNKNOWN, OWN_FAULT)
        self._results.put((job.delivery, came))

    def _collect(self) -> None:
        """Results and calls past their time, in one commit; what could not be written is kept for the next."""
        while True:
            try:
                self._unwritten.append(self._results.get_nowait())
            except Empty:
                break
        late = time.monotonic() - 2 * self._manners.timeout_s - 1  # the call's own limit should have come first
        for delivery, since in list(self._calls.values()):
            if since < late:
                self._hanging.add(delivery.id)
                self._calls.pop(delivery.id)
                self._unwritten.append((delivery, Came(DeliveryState.UNKNOWN, HANGS)))
        if not self._unwritten:
            return
        self._outbound.settle(self._unwritten)
        for delivery, came in self._unwritten:
            self._calls.pop(delivery.id, None)
            if came.words != HANGS:
                self._hanging.discard(delivery.id)
        self._unwritten = []

    def _begin_asking(self) -> None:
        now = time.monotonic()
        if not self._outbound.asks or now < self._ask_at or (self._asker and self._asker.is_alive()):
            return
        self._ask_at = now + self._manners.ask_every_s
        self._asker = threading.Thread(target=self._ask, name=f"{self._name} asking", daemon=True)
        self._asker.start()

    def _ask(self) -> None:
        def ask_all() -> None:
            for delivery in self._outbound.to_ask(_ASKED_AT_ONCE):
                came = self._outbound.ask(delivery)
                if came is not None:
                    self._results.put((delivery, came))

        self._attempt(ask_all)
