"""The ledger of orders: receipts in, lines on; many in one transaction, and a bad one refused alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.account import NotAllowed
from domain.order import Answer, KnownBy, Line, LineState, Order, ReceiptRefused
from operations.escalation import Change
from operations.order_reading import OrderUnknown
from operations.order_rows import announce_lines
from operations.pins import PinTries
from operations.ports import Begin, Clock, PasswordHasher, Row, Work
from operations.receipts import Receipt
from operations.rows import line_row

_LONGEST_NOTE = 500
_REACHED = {"delivered": LineState.DELIVERED, "read": LineState.READ}


@dataclass(frozen=True)
class _Somebody:
    name: str
    known_by: KnownBy


def nobody_waits(_work: Work, _changes: Sequence[Change]) -> None:
    """For a ledger on its own, without escalation."""


class Ledger:
    """`answered` is told of every line that receipts change, in their own transaction."""

    def __init__(
        self,
        begin: Begin,
        read: Begin,
        *,
        clock: Clock,
        hasher: PasswordHasher,
        answered: Callable[[Work, Sequence[Change]], None] = nobody_waits,
    ):
        self._begin, self._read, self._clock, self._hasher = begin, read, clock, hasher
        self._answered = answered

    def record(self, receipts: Sequence[Receipt]) -> list[str | None]:
        """Write receipts; for each, None when it counts and a sentence when it was refused. Repeated and late receipts
        count and change nothing. All good ones commit together."""
        people = self._people(receipts)
        with self._begin() as work:
            tried = [str(receipt.person) for receipt in receipts if receipt.pin and receipt.person in people]
            tries = PinTries(work, self._hasher, tried, now=self._clock.real())
            somebody = [self._known(receipt, people, tries) for receipt in receipts]
            problems, changed = self._apply(work, receipts, somebody)
            after = [change.after for change in changed]
            work.orders.save_lines(after)
            self._announce(work, after)
            self._answered(work, changed)
        return problems

    def take(self, receipt: Receipt) -> Line:
        """Write one receipt; the line after it. Raises NotAllowed for a post that the actor does not answer for,
        OrderUnknown where that post has no line, ReceiptRefused with the sentence why it does not count."""
        if not receipt.actor.answers_for(receipt.post):
            raise NotAllowed(f"{receipt.actor.name} does not answer for {receipt.post}")
        if self._line(receipt) is None:
            raise OrderUnknown(receipt.order)
        problem = self.record([receipt])[0]
        line = self._line(receipt)
        if problem or line is None:
            raise ReceiptRefused(problem or f"order {receipt.order} is gone")
        return line

    def _line(self, receipt: Receipt) -> Line | None:
        with self._read() as work:
            return work.orders.lines_of([(receipt.order, receipt.post)]).get((receipt.order, receipt.post))

    def mark_sent(self, order_id: str, posts: Sequence[str], at: datetime) -> None:
        """The order was handed to the rooms of these posts, which have a terminal connected."""
        with self._begin() as work:
            before = work.orders.lines_of([(order_id, post) for post in posts])
            after = [line.reached(LineState.SENT, at) for line in before.values()]
            changed = [line for line in after if line is not before[(line.order, line.post)]]
            work.orders.save_lines(changed)
            announce_lines(work, order_id, changed)

    def _people(self, receipts: Sequence[Receipt]) -> dict[str, Row]:
        posts = sorted({receipt.post for receipt in receipts if receipt.person})
        if not posts:
            return {}
        with self._read() as work:
            found = work.people.of_many(posts)
        return {person["id"]: person for people in found.values() for person in people}

    def _known(self, receipt: Receipt, people: dict[str, Row], tries: PinTries) -> "_Somebody | str":
        """Who gave this receipt and how we know, or why we do not."""
        if receipt.kind in _REACHED or not receipt.actor.answers_for(receipt.post):  # who is refused tries no PIN
            return _Somebody("", KnownBy.CHOSEN)
        if receipt.person is None:
            if receipt.actor.known_by == "login" and receipt.actor.post == receipt.post:
                return _Somebody(receipt.actor.name, KnownBy.LOGIN)
            if receipt.actor.known_by == "key":
                return _Somebody(receipt.actor.name, KnownBy.KEY)
            return "say who confirms: choose a name"
        person = people.get(receipt.person)
        if person is None or person["post"] != receipt.post:
            return "this person is not on the post's list"
        if not receipt.pin:
            return _Somebody(person["name"], KnownBy.CHOSEN)
        return tries.problem(receipt.actor, person, receipt.pin) or _Somebody(person["name"], KnownBy.PIN)

    def _apply(
        self, work: Work, receipts: Sequence[Receipt], somebody: Sequence["_Somebody | str"]
    ) -> tuple[list[str | None], list[Change]]:
        before = work.orders.lines_of(sorted({(receipt.order, receipt.post) for receipt in receipts}))
        orders = {order_id: work.orders.get(order_id) for order_id in {order for order, _post in before}}
        problems: list[str | None] = []
        lines = dict(before)
        for receipt, who in zip(receipts, somebody, strict=True):
            key = (receipt.order, receipt.post)
            try:
                line = self._after(lines.get(key), orders.get(receipt.order), receipt, who)
            except ReceiptRefused as refusal:
                problems.append(str(refusal))
                continue
            if line is not lines[key]:
                lines[key] = line
            problems.append(None)
        moved = [(orders[line.order], before[key], line) for key, line in lines.items() if line is not before[key]]
        return problems, [Change(order, old, new) for order, old, new in moved if order is not None]

    def _after(self, line: Line | None, order: Order | None, receipt: Receipt, who: "_Somebody | str") -> Line:
        if not receipt.actor.answers_for(receipt.post):
            raise ReceiptRefused("you do not sit at this post")
        if line is None or order is None:
            raise ReceiptRefused("this post has no line in that order")
        if isinstance(who, str):
            raise ReceiptRefused(who)
        now = self._clock.real()
        if receipt.kind in _REACHED:
            return line.reached(_REACHED[receipt.kind], now)
        answer = _answer(order, receipt, who.name, now)
        if receipt.kind == "answered" and line.acknowledged_at is not None:
            return line.answered(answer)
        limit = order.limits.get(line.tier)
        return line.acknowledged(answer, known_by=who.known_by, limit=timedelta(seconds=limit) if limit else None)

    def _announce(self, work: Work, changed: Sequence[Line]) -> None:
        by_order: dict[str, list[Line]] = {}
        for line in changed:
            by_order.setdefault(line.order, []).append(line)
        for order_id, lines in by_order.items():
            announce_lines(work, order_id, lines)
        for line in changed:
            if line.acknowledged_at:  # every other terminal of the post must see that somebody answered
                work.announce([f"post:{line.post}"], [line_row(line)])


def _answer(order: Order, receipt: Receipt, by: str, now: datetime) -> Answer:
    answer = receipt.answer or order.answers[0]
    if answer not in order.answers:
        raise ReceiptRefused(f"this order asks for {', '.join(order.answers)}, not {answer}")
    return Answer(now, answer, receipt.note[:_LONGEST_NOTE], by, receipt.claimed_at, receipt.place)
