"""What an order's posts say of it once it is over: what went well, what hindered. Asked once, of the post and of nobody
in it, and free to be skipped; it is beside the record of times, which it never changes."""

from datetime import datetime, timedelta

from domain.account import Actor, NotAllowed, Permission
from domain.order import Kind, Line, Order, OrderRefused, OrderState
from operations.feedback_ports import Feedback
from operations.order_reading import OrderUnknown
from operations.ports import Begin, Clock, Row, Work
from operations.rows import stamp

ASKED_FOR = timedelta(days=7)  # after the end; later nobody remembers
LONGEST = 200  # characters of a sentence
_OVER = (OrderState.CLOSED, OrderState.EXPIRED)  # what was withdrawn or corrected was not carried out


class FeedbackDesk:
    def __init__(self, begin: Begin, read: Begin, *, clock: Clock) -> None:
        self._begin, self._read, self._clock = begin, read, clock

    def asked(self, actor: Actor, post: str) -> list[Order]:
        """The orders and drills that this post took part in and has not said anything of, newest first. Raises
        NotAllowed for another's post."""
        _must_sit_at(actor, post)
        since = self._clock.real() - ASKED_FOR
        with self._read() as work:
            over = [order for order in work.orders.newest_for(post, since) if _asks(order, since)]
            lines = work.orders.lines_of([(order.id, post) for order in over])
            said = work.feedback.said_by(post, [order.id for order in over])
        return [order for order in over if order.id not in said and _took_part(lines.get((order.id, post)))]

    def say(self, actor: Actor, post: str, order_id: str, *, went_well: str = "", hindered: str = "") -> None:
        """Keep what the post says, two sentences or one; without any it was skipped, and is not asked again. Raises
        NotAllowed for another's post, OrderUnknown, OrderRefused when this post is not asked, or has answered."""
        _must_sit_at(actor, post)
        now = self._clock.real()
        with self._begin() as work:
            order = work.orders.get(order_id)
            if order is None:
                raise OrderUnknown(order_id)
            line = work.orders.lines_of([(order_id, post)]).get((order_id, post))
            if not (_asks(order, now - ASKED_FOR) and _took_part(line)):
                raise OrderRefused(f"nobody asks this post about order {order.no} now")
            said = Feedback(order_id, post, now, sentence(went_well), sentence(hindered))
            if not work.feedback.add(said):
                raise OrderRefused(f"this post has said something of order {order.no} already")
            skipped = not (said.went_well or said.hindered)
            work.audit(actor, "order.feedback", order_id, {"no": order.no, "post": post, "skipped": skipped})

    def of(self, actor: Actor, order_id: str) -> list[Feedback]:
        """What the posts said of an order, oldest first, without those that skipped it. Raises OrderUnknown,
        NotAllowed."""
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        with self._read() as work:
            if work.orders.get(order_id) is None:
                raise OrderUnknown(order_id)
            return said_of(work, order_id)


def said_of(work: Work, order_id: str) -> list[Feedback]:
    return [one for one in work.feedback.of_order(order_id) if one.went_well or one.hindered]


def annex(work: Work, order_id: str, until: datetime) -> Row:
    """What had been said by a moment, for the order's record; nothing of it in a record of which nobody said anything.
    It stands beside the times, which it does not touch."""
    told = [one for one in said_of(work, order_id) if one.at <= until]
    rows = [
        {"post": one.post, "at": stamp(one.at), "went_well": one.went_well, "hindered": one.hindered} for one in told
    ]
    return {"feedback": rows} if rows else {}


def sentence(text: str) -> str:
    """One line of readable characters."""
    readable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(readable.split())[:LONGEST]


def _must_sit_at(actor: Actor, post: str) -> None:
    if not actor.answers_for(post):
        raise NotAllowed(f"{actor.name} does not sit at post {post}")


def _asks(order: Order, since: datetime) -> bool:
    ended = order.ended_at is not None and order.ended_at >= since
    return ended and order.kind is Kind.ORDER and order.state in _OVER


def _took_part(line: Line | None) -> bool:
    """Whether the order came through to the post."""
    return line is not None and any((line.delivered_at, line.read_at, line.acknowledged_at))
