"""Calling grid workers: a line and a page of his own for each, and messages that lead there."""

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from domain.delivery import Channel, Delivery, DeliveryState, Wanted
from domain.grid import GridWorker
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

    def write(self, work: Work, order: Order, workers: Sequence[GridWorker]) -> int:
        """A line for each of these, who are those on duty in their townships, in the order's own transaction; how many.
        Tokens and messages follow by `send_waiting`, so that the call of thousands holds up nobody. Raises OrderRefused
        when the list has changed since it was read: then nothing is sent to anybody."""
        if not workers:
            return 0
        townships = sorted({one.township for one in workers})
        n = work.worker_lines.call(order.id, townships, self._reached(order), order.issued_at)
        if n != len(workers):
            raise OrderRefused("the list of grid workers changed this very moment: look at it and send the order again")
        announce_workers(work, order.id)
        return n

    def write_again(self, work: Work, order: Order, before: str) -> int:
        """The same for everybody whom the order `before` called: who was told the first words is told the next, on duty
        or not."""
        n = work.worker_lines.call_again(order.id, before, self._reached(order), order.issued_at)
        if n:
            announce_workers(work, order.id)
        return n

    def _reached(self, order: Order) -> Collection[Channel] | None:
        """The channels by which a message leaves; None where none does."""
        leaves = order.mode is Mode.LIVE and self.deliveries.outside
        return {*self.deliveries.channels, Channel.VOICE} if leaves else None

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
            tokens = {one.id: self.token(order.id, one.id) for one in workers}
            work.worker_lines.set_digests(order.id, {worker: digest(token) for worker, token in tokens.items()})
            wanted = [self._wanted(one, tokens[one.id]) for one in workers]
            self.deliveries.enqueue(work, order, wanted, lane=MASS)

    def tell_in_person(self, work: Work, order: Order, people: Sequence[InPerson]) -> None:
        """A message to each, with the role as its reason; without a channel for it somebody of the centre dials."""
        channel = Channel.SMS if Channel.SMS in self.deliveries.channels else Channel.CALL
        wanted = [Wanted(one.post, one.somebody.id, channel, str(one.role)) for one in people]
        self.deliveries.enqueue(work, order, wanted, lane=FIRST)

    def stop(self, work: Work, order_id: str, state: LineState) -> None:
        """The order ended: pages show nothing of it any more."""
        if work.worker_lines.stop(order_id, state):
            announce_workers(work, order_id)

    def _wanted(self, worker: GridWorker, token: str) -> Wanted:
        link = f"{self._url}{PAGE}{token}"
        return Wanted(f"{_SEAT}{worker.id}", worker.id, worker.channel, "grid_worker", worker.phone, link)


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
