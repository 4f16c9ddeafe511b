"""The steps of an order's plan, ticked one by one by whoever directs it: who, when, on record."""

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from domain.order import Order, OrderRefused, OrderState
from operations.order_reading import OrderUnknown
from operations.ports import Begin, Clock, Row, Work
from operations.rows import stamp


class Checklists:
    """The steps are stored with the order: a plan that changes later does not change them."""

    def __init__(self, begin: Begin, read: Begin, *, clock: Clock, city: City) -> None:
        self._begin, self._read, self._clock, self._city = begin, read, clock, city

    def of(self, actor: Actor, order_id: str) -> list[Row]:
        """Every step of the order, ticked or not, as rows. Raises OrderUnknown, NotAllowed."""
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        with self._read() as work:
            order = work.orders.get(order_id)
            if order is None:
                raise OrderUnknown(order_id)
            return steps_in(work, order)

    def tick(self, actor: Actor, order_id: str, n: int, *, done: bool = True) -> Row:
        """Tick step `n` (from 0), or take the tick back; one that stands so already keeps who and when. Raises
        OrderUnknown; NotAllowed for an order from above; OrderRefused for a step that is not there, or once the order
        has ended."""
        actor.must(Permission.DISPATCH)
        with self._begin() as work:
            order = self._running(work, actor, order_id)
            if not 0 <= n < len(order.checklist):
                raise OrderRefused(f"order {order.no} has no step {n + 1}")
            before = {step["n"]: step for step in work.order_steps.of(order.chain)}.get(n)
            if (before is not None and before["done_at"] is not None) == done:
                return step_row(order, n, before)
            step = {"order": order.chain, "n": n, "done_at": self._clock.real() if done else None}
            step |= {"by": actor.name, "version": before["version"] + 1 if before else 1}
            work.order_steps.put(step)
            row = step_row(order, n, step)
            work.announce(["desk", f"order:{order.id}"], [row])
            verb = "order.step_done" if done else "order.step_undone"
            work.audit(actor, verb, order.id, {"no": order.no, "step": order.checklist[n]})
        return row

    def _running(self, work: Work, actor: Actor, order_id: str) -> Order:
        order = work.orders.get(order_id)
        if order is None:
            raise OrderUnknown(order_id)
        if not self._city.is_within(order.post, str(actor.dispatch_root)):
            raise NotAllowed(f"order {order.no} was issued above {actor.name}'s authority")
        if order.state is not OrderState.RUNNING:
            raise OrderRefused(f"order {order.no} is already {order.state}")
        return order


def steps_in(work: Work, order: Order) -> list[Row]:
    """The steps of an order as rows. What was done under an earlier edition stays done."""
    ticked = {step["n"]: step for step in work.order_steps.of(order.chain)}
    return [step_row(order, n, ticked.get(n)) for n in range(len(order.checklist))]


def step_row(order: Order, n: int, step: Row | None) -> Row:
    """A step as desks see it: docs/live-protocol.md."""
    row: Row = {"kind": "order_step", "id": f"{order.id}/step/{n}", "order": order.id, "n": n}
    row |= {"version": step["version"] if step else 0, "text": order.checklist[n]}
    return row | {"done_at": stamp(step["done_at"]) if step else None, "by": step["by"] if step else ""}
