"""The rule of the second person: which orders one login alone cannot send, and what lets them go all the same."""

from dataclasses import dataclass

from domain.city import City
from domain.order import Order, OrderRefused
from operations.drafts import Draft


class SecondPersonNeeded(OrderRefused):
    """This order waits for a second person: it is asked for (operations.order_requests), not issued."""


@dataclass(frozen=True)
class Approval:
    """Why an order may go that the rule would hold: the name of the second person, or the reason of an emergency in
    which nobody came."""

    second: str | None = None
    override: str = ""


ALONE = Approval()


def wants_second(city: City, made: Draft, *, wide: bool, original: Order | None = None) -> bool:
    """Whether this order waits for a second person. A correction goes to the same posts at once, unless it raises the
    grade into those that wait."""
    if original is not None:
        return made.grade < original.grade and city.second_person.wants(made.grade, wide=False)
    return city.second_person.wants(made.grade, wide=wide)


def check_second(city: City, made: Draft, approval: Approval, *, wide: bool, original: Order | None = None) -> None:
    """Raises SecondPersonNeeded for an order that waits and has neither."""
    if approval == ALONE and wants_second(city, made, wide=wide, original=original):
        raise SecondPersonNeeded("this order needs a second person: ask for one")
