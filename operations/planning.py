"""Setting the timers of an order's lines, in the transaction that writes them."""

from collections.abc import Sequence

from domain.city import City
from domain.order import Line, Order
from domain.timers import group_timers, timers_of
from operations.ports import Work
from operations.readiness import readiness_in


def plan(work: Work, city: City, order: Order, lines: Sequence[Line]) -> None:
    """The rungs of these lines, and the groups that may follow."""
    work.timers.add([*timers_of(order, lines, haste=haste_in(work, city)), *group_timers(order)])


def haste_in(work: Work, city: City) -> float:
    """Times the moment of every rung that is planned now; below 1 in a city at war."""
    return readiness_in(work, city).effects.ladder_factor
