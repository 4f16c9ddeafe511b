"""Calling grid workers: a line and a page of his own for each, and messages that lead there."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from domain.delivery import Channel, Delivery, DeliveryState, Wanted
from domain.grid import GridWorker, WorkerLine
from domain.order import Answer, LineState, Mode, Order, OrderRefused, OrderState
from operations.deliveries import FIRST, MASS, Deliveries
from operations.login_rules import digest
from operations.ports import Begin, Row, Work
from operations.reach import InPerson

PAGE = "/g/"
_LEFT = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.BUNDLED)
_SEAT = "grid/"  # in place of the post: a worker's message is nobody's business at the township's desk


class GridCalls:
    """`secret_key` makes the tokens of the pages: they are never kept, only their digests. `url` is where phones find
    this centre."""

    def __init__(self, begin: Begin, read: Begin, deliveries: Deliveries, *, secret_key: str, url: str) -> None:
        self._begin, self._read = begin, read
        self.deliveries, self._url = deliveries, url.rstrip("/")
        self._key = hashlib.sha256(b"grid workers:" + secret_key.encode()).digest()

    def token(self, order_id: str, worker_id: str) -> str:
        """What the page of a worker is found by: 192 bits that nobody can guess."""
        found = hmac.new(self._key, f"{order_id}/{worker_id}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(found[:24]).decode()

    def unreachable(self, workers: Sequence[GridWorker]) -> list[GridWorker]:
        """Those whom no message can reach: no number, or a channel that this installation does not have."""
        channels = self.deliveries.channels
        return [
            one for one in workers if not one.phone or not (one.channel in channels or one.channel is Channel.VOICE)
        ]

    def check(self, mode: Mode, workers: Sequence[GridWorker]) -> None:
        """Raises OrderRefused when a live order would reach none of its grid workers."""
        leaves = mode is Mode.LIVE and self.deliveries.outside
        if workers and leaves and len(self.unreachable(workers)) == len(workers):
            raise OrderRefused("no grid worker can be reached: they have no numbers, or there is no channel for them")

    def write(self, work: Work, order: Order, workers: Sequence[GridWorker]) -> None:
        """A line for each worker, in the order's own transaction; the messages follow by `send_waiting`, so that the
        call of thousands holds up nobody."""
        if not workers:
            return
        tokens = {one.id: self.token(order.id, one.id) for one in workers}
        leaves = order.mode is Mode.LIVE and self.deliveries.outside
        lost = {one.id for one in self.unreachable(workers)} if leaves else set()
        lines = [_line(order, one, LineState.FAILED if one.id in lost else LineState.QUEUED) for one in workers]
        work.worker_lines.add(lines, [digest(tokens[one.id]) for one in workers])
        announce_workers(work, order.id)

    def send_waiting(self, limit: int = 100) -> int:
        """Put messages on their way, some at a time; how many lines were looked after. Nothing of a drill or of a demo
        leaves (operations.deliveries): there the pages alone are made."""
        with self._read() as work:
            if not work.worker_lines.waiting(1):
                return 0
        with self._begin() as work:
            waiting = work.worker_lines.waiting(limit)
            for order_id in dict.fromkeys(order for order, _ in waiting):
                some = [worker for order, worker in waiting if order == order_id]
                self._send(work, work.orders.get(order_id), work.grid.get_many(some))
                work.worker_lines.wait_no_more(order_id, some)
        return len(waiting)

    def _send(self, work: Work, order: Order | None, workers: Sequence[GridWorker]) -> None:
        if order is not None and order.state is OrderState.RUNNING:
            wanted = [self._wanted(one, self.token(order.id, one.id)) for one in workers]
            self.deliveries.enqueue(work, order, wanted, lane=MASS)

    def tell_in_person(self, work: Work, order: Order, people: Sequence[InPerson]) -> None:
        """A message to each, with the role as its reason; without a channel for it somebody of the centre dials."""
        channel = Channel.SMS if Channel.SMS in self.deliveries.channels else Channel.CALL
        wanted = [Wanted(one.post, one.somebody.id, channel, str(one.role)) for one in people]
        self.deliveries.enqueue(work, order, wanted, lane=FIRST)

    def called(self, work: Work, order_id: str) -> list[GridWorker]:
        """The workers of an order, as they are on the list today; who left it since keeps his line, without number."""
        lines = work.worker_lines.of_order(order_id)
        known = {one.id: one for one in work.grid.of(sorted({line.township for line in lines}))}
        gone = {line.worker: GridWorker(line.worker, line.township, line.grid, line.name) for line in lines}
        return [known.get(line.worker, gone[line.worker]) for line in lines]

    def stop(self, work: Work, order_id: str, state: LineState) -> None:
        """The order ended: pages show nothing of it any more."""
        if work.worker_lines.tally(order_id).version:
            work.worker_lines.stop(order_id, state)
            announce_workers(work, order_id)

    def _wanted(self, worker: GridWorker, token: str) -> Wanted:
        link = f"{self._url}{PAGE}{token}"
        return Wanted(f"{_SEAT}{worker.id}", worker.id, worker.channel, "grid_worker", worker.phone, link)


def _line(order: Order, worker: GridWorker, state: LineState) -> WorkerLine:
    return WorkerLine(order.id, worker.id, worker.township, worker.grid, worker.name, state, order.issued_at)


def worker_rows(work: Work, order_id: str) -> list[Row]:
    """How the workers of an order stand, in one row however many they are; none for an order that called none."""
    tally = work.worker_lines.tally(order_id)
    row = {"kind": "workers", "id": f"{order_id}/workers", "order": order_id} | asdict(tally)
    return [row] if tally.version else []


def announce_workers(work: Work, order_id: str) -> None:
    work.announce(["desk", f"order:{order_id}"], worker_rows(work, order_id))


def note_workers(work: Work, changed: Sequence[Delivery], now: datetime) -> None:
    """What became of the messages of grid workers, on their lines: left, failed, or confirmed by telephone."""
    mine = [one for one in changed if one.post.startswith(_SEAT)]
    for order_id in dict.fromkeys(one.order for one in mine):
        some = [one for one in mine if one.order == order_id]
        gone = [str(one.person) for one in some if one.state in _LEFT]
        work.worker_lines.mark(order_id, gone, LineState.SENT, now)
        failed = [str(one.person) for one in some if one.state is DeliveryState.FAILED]
        work.worker_lines.mark(order_id, failed, LineState.FAILED, now)
        for one in (one for one in some if one.state is DeliveryState.CONFIRMED):
            _confirm(work, order_id, str(one.person), now)
        announce_workers(work, order_id)


def _confirm(work: Work, order_id: str, worker_id: str, now: datetime) -> None:
    line = work.worker_lines.get(order_id, worker_id)
    if line is not None and line.acknowledged_at is None:
        work.worker_lines.save(line.answered(Answer(now, "received", "", line.name)))
