"""The page of one grid worker: what the order says now, and the two answers it asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from domain.grid import ANSWERS, WorkerLine, WorkerTally
from domain.order import Answer, Order, OrderRefused, OrderState
from operations.grid_calls import announce_workers
from operations.login_rules import digest
from operations.order_reading import OrderUnknown
from operations.ports import Begin, Clock, Work

TOKEN_LENGTH = 32
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


class PageUnknown(Exception):
    """There is no page with this token."""


@dataclass(frozen=True)
class GridPage:
    """`order` is the newest edition; its words are for nobody unless `valid`."""

    order: Order
    line: WorkerLine
    valid: bool


class GridPages:
    """The token is the authority: whoever holds it is the worker it was made for, and nobody else. `token_of` makes it
    (operations.grid_calls). `played`: this is a demo, whose workers have no telephones and are answered for."""

    def __init__(
        self,
        begin: Begin,
        read: Begin,
        *,
        clock: Clock,
        city: City,
        token_of: Callable[[str, str], str],
        played: bool = False,
    ) -> None:
        self._begin, self._read, self._clock, self._city, self._played = begin, read, clock, city, played
        self._token_of = token_of

    def open(self, token: str) -> GridPage:
        """The page as it stands; that it was opened is noted. Raises PageUnknown."""
        key, now = _key(token), self._clock.real()
        with self._read() as work:
            page = self._page(work, key, now)
        if page.line.read_at is not None or not page.valid:
            return page
        with self._begin() as work:
            page = self._page(work, key, now)
            return self._save(work, page, page.line.read(now))

    def answer(self, token: str, answer: str) -> GridPage:
        """Keep an answer, `received` or `need_support`; the same again changes nothing. Raises PageUnknown, and
        OrderRefused when the order is over or the answer none of these."""
        key, now = _key(token), self._clock.real()
        if answer not in ANSWERS:
            raise OrderRefused(f"answer {answer!r} is not one of {', '.join(ANSWERS)}")
        with self._begin() as work:
            page = self._page(work, key, now)
            if not page.valid:
                raise OrderRefused(f"order {page.order.no} is already over")
            return self._save(work, page, page.line.answered(Answer(now, answer, "", page.line.name)))

    def answer_for(self, actor: Actor, order_id: str, answers: Mapping[str, str]) -> int:
        """In a demo: what its made-up grid workers answer, worker → answer; how many of them had not answered before.
        Raises NotAllowed in a live city, where a worker is known by his page alone, and for a worker whose township the
        actor does not answer for; OrderUnknown; OrderRefused when the order is over or an answer is none of these."""
        actor.must(Permission.ANSWER)
        wrong = sorted(set(answers.values()) - set(ANSWERS))
        if wrong:
            raise OrderRefused(f"answer {wrong[0]!r} is not one of {', '.join(ANSWERS)}")
        now = self._clock.real()
        with self._begin() as work:
            self._check_played(work.orders.get(order_id), order_id, now)
            found = [line for worker in answers if (line := work.worker_lines.get(order_id, worker))]
            for line in (line for line in found if not actor.answers_for(line.township)):
                raise NotAllowed(f"{actor.name} does not answer for {line.township}")
            silent = [line for line in found if line.acknowledged_at is None]
            for line in silent:
                work.worker_lines.save(line.answered(Answer(now, answers[line.worker], "", line.name)))
            announce_workers(work, order_id)
        return len(silent)

    def _check_played(self, order: Order | None, order_id: str, now: datetime) -> None:
        if order is None:
            raise OrderUnknown(order_id)
        if not self._played:
            raise NotAllowed("nobody answers for a grid worker but he himself, on his page")
        if order.state is not OrderState.RUNNING or order.valid_until <= now:
            raise OrderRefused(f"order {order.no} is already over")

    def lines(self, actor: Actor, order_id: str) -> list[WorkerLine]:
        """The grid workers of an order, by township and grid. Raises NotAllowed, OrderUnknown."""
        with self._read() as work:
            self._check(work, actor, order_id)
            return work.worker_lines.of_order(order_id)

    def numbers(self, actor: Actor, lines: Sequence[WorkerLine]) -> dict[str, str]:
        """Worker → telephone, of those whom the actor may order and who have one; nobody else is told numbers."""
        root = actor.dispatch_root
        mine = [line.worker for line in lines if root is not None and self._city.is_within(line.township, root)]
        with self._read() as work:
            return {one.id: one.phone for one in work.grid.get_many(mine) if one.phone}

    def tally(self, actor: Actor, order_id: str) -> WorkerTally:
        """How many of an order's grid workers are in each state, and need support."""
        with self._read() as work:
            self._check(work, actor, order_id)
            return work.worker_lines.tally(order_id)

    def link_path(self, actor: Actor, order_id: str, worker_id: str) -> str:
        """The path of a worker's page, for who has dispatch authority: to be read out, or tried in a demo. Raises
        NotAllowed, OrderUnknown, PageUnknown; it is audited, since whoever opens it answers as the worker."""
        actor.must(Permission.DISPATCH)
        with self._begin() as work:
            self._check(work, actor, order_id)
            line = work.worker_lines.get(order_id, worker_id)
            if line is None or not self._city.is_within(line.township, str(actor.dispatch_root)):
                raise PageUnknown(worker_id)
            token = self._token_of(order_id, worker_id)
            work.worker_lines.set_digests(order_id, {worker_id: digest(token)})
            work.audit(actor, "grid_page.shown", order_id, {"worker": line.name})
        return f"/g/{token}"

    def _check(self, work: Work, actor: Actor, order_id: str) -> None:
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        if work.orders.get(order_id) is None:
            raise OrderUnknown(order_id)

    def _page(self, work: Work, key: str, now: datetime) -> GridPage:
        line = work.worker_lines.by_digest(key)
        order = work.orders.get(line.order) if line else None
        if line is None or order is None:
            raise PageUnknown
        while order.state is OrderState.CORRECTED and order.superseded_by:
            newer = work.orders.get(order.superseded_by)
            newer_line = work.worker_lines.get(order.superseded_by, line.worker)
            if newer is None or newer_line is None:
                break
            order, line = newer, newer_line
        return GridPage(order, line, order.state is OrderState.RUNNING and order.valid_until > now)

    def _save(self, work: Work, page: GridPage, line: WorkerLine) -> GridPage:
        if line is not page.line:
            work.worker_lines.save(line)
            announce_workers(work, line.order)
        return GridPage(page.order, line, page.valid)


def _key(token: str) -> str:
    """The digest of a token that could be one; anything else never reaches the database."""
    if len(token) != TOKEN_LENGTH or not set(token) <= _LETTERS:
        raise PageUnknown
    return digest(token)
