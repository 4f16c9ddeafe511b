"""An order and its lines as announced: to the desks, the walls and the terminals of its posts."""

from collections.abc import Sequence

from domain.order import ROUTINE, Line, Order, OrderState
from operations.editions import terminal_row
from operations.ports import Work
from operations.rows import line_row, order_row, order_without_words, wall_line_row


def announce_order(work: Work, order: Order, posts: Sequence[str]) -> None:
    rooms, terminals = ["desk", f"order:{order.id}"], [f"post:{post}" for post in posts]
    if order.kind not in ROUTINE:
        rooms = ["wall", *rooms]
    if order.state is OrderState.RUNNING:
        if order.edition == 1:
            work.announce([*rooms, *terminals], [order_row(order)])
            return
        work.announce(rooms, [order_row(order)])
        work.announce(terminals, [terminal_row(work, order)])
    else:
        work.announce(rooms, [order_row(order)])
        work.announce(terminals, [order_without_words(order)])


def announce_lines(work: Work, order_id: str, lines: Sequence[Line]) -> None:
    """The desk sees every line whole; the wall sees it without names."""
    if lines:
        work.announce(["desk", f"order:{order_id}"], [line_row(line) for line in lines])
        work.announce(["wall"], [wall_line_row(line) for line in lines])
