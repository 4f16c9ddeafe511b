"""Orders and their ledgers as they are read."""

from domain.account import Actor, Permission
from domain.city import City, Template
from domain.order import Line, Order
from operations.plan_book import plans_in_force
from operations.ports import Begin


class OrderUnknown(Exception):
    """There is no order of this id."""


class OrderReading:
    def __init__(self, read: Begin) -> None:
        self._read = read

    def get(self, actor: Actor, order_id: str) -> Order:
        """One order. Raises OrderUnknown, NotAllowed."""
        return self.ledger(actor, order_id)[0]

    def ledger(self, actor: Actor, order_id: str) -> tuple[Order, list[Line]]:
        """An order and the line of every post, in the city's order. Raises OrderUnknown, NotAllowed."""
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        with self._read() as work:
            order = work.orders.get(order_id)
            if order is None:
                raise OrderUnknown(order_id)
            return order, work.orders.lines(order_id)

    def latest(self, actor: Actor, limit: int = 50) -> list[tuple[Order, dict[str, int]]]:
        """The newest orders with how many lines are in each state."""
        actor.must(Permission.SEE_LEDGER)
        with self._read() as work:
            orders = work.orders.latest(limit)
            tally = work.orders.tally([order.id for order in orders])
        return [(order, tally[order.id]) for order in orders]

    def plans(self, city: City) -> list[Template]:
        """The plans that an order may follow now. They are for whoever was let in to the desk."""
        with self._read() as work:
            return plans_in_force(work, city)
