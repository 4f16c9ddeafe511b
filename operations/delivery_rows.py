"""How a message over an outside channel looks on the wire: the rows of docs/live-protocol.md."""

from collections.abc import Mapping, Sequence

from domain.delivery import TEST, Delivery
from operations.ports import Row, Work
from operations.rows import stamp

MASS = 2  # the lane of mass calls: too many to show one by one on a screen
_AT_ONCE = 200  # rows in one announcement


def delivery_row(delivery: Delivery) -> Row:
    """A message with everything a desk may see, the address too: it never goes to a wall."""
    row: Row = {"kind": "delivery", "id": delivery.id, "version": delivery.version, "order": delivery.order}
    row |= {name: getattr(delivery, name) for name in ("post", "person", "channel", "address", "reason", "state")}
    row |= {"wanted_at": stamp(delivery.wanted_at), "next_at": stamp(delivery.next_at), "attempts": delivery.attempts}
    return row | {
        "times": {state: stamp(at) for state, at in delivery.times.items()},
        "outcome": delivery.outcome,
        "bundled_into": delivery.bundled_into,
        "lane": delivery.lane,
    }


def tally_row(order: str, tally: Mapping[str, Mapping[str, int]], version: int) -> Row:
    """How many messages of an order are in each state, by channel; they sum to the messages that were wanted."""
    counts = {channel: dict(states) for channel, states in tally.items()}
    return {"kind": "deliveries", "id": f"{order}/deliveries", "order": order, "version": version, "channels": counts}


def delivery_rows(work: Work, order: str) -> list[Row]:
    """What somebody who opens an order is told of its messages: each of them, but of a mass call only the counts."""
    found = work.deliveries.of_order(order)
    rows = [delivery_row(one) for one in found if one.lane < MASS]
    return [*rows, tally_row(order, *work.deliveries.tally(order))] if found else []


def announce_deliveries(work: Work, changed: Sequence[Delivery]) -> None:
    """Tell the desks what became of messages: each of them, but of a mass call only the counts."""
    by_order: dict[str, list[Delivery]] = {}
    for one in (one for one in changed if one.order != TEST):
        by_order.setdefault(one.order, []).append(one)
    for order, some in by_order.items():
        rows = [delivery_row(one) for one in some if one.lane < MASS]
        for start in range(0, len(rows), _AT_ONCE):
            work.announce(["desk", f"order:{order}"], rows[start : start + _AT_ONCE])
        tally, version = work.deliveries.tally(order)
        work.announce(["desk", f"order:{order}"], [tally_row(order, tally, version)])
