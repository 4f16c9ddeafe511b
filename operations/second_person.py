"""The rule of the second person: which orders one login alone cannot send, and what lets them go all the same."""

from dataclasses import dataclass, replace

from domain.city import City, SecondPersonRule
from domain.order import Order, OrderRefused
from domain.readiness import Condition
from operations.drafts import Draft
from operations.ports import Work
from operations.readiness import readiness_in


class SecondPersonNeeded(OrderRefused):
    """This order waits for a second person: it is asked for (operations.order_requests), not issued."""


@dataclass(frozen=True)
class Approval:
    """Why an order may go that the rule would hold: the name of the second person, or the reason of an emergency in
    which nobody came."""

    second: str | None = None
    override: str = ""


ALONE = Approval()


def rule_in(work: Work, city: City) -> SecondPersonRule:
    """The rule that holds now: the city's own in peace, in war what the switch makes of it."""
    held = readiness_in(work, city)
    if held.condition is Condition.PEACE:
        return city.second_person
    from_grade = held.effects.second_person_from
    wide = max(from_grade, city.second_person.wide_from_grade) if from_grade else 0
    return replace(city.second_person, from_grade=from_grade, wide_from_grade=wide)


def wants_second(rule: SecondPersonRule, made: Draft, *, wide: bool, original: Order | None = None) -> bool:
    """Whether this order waits for a second person. A correction goes to the same posts at once, unless it raises the
    grade into those that wait."""
    if original is not None:
        return made.grade < original.grade and rule.wants(made.grade, wide=False)
    return rule.wants(made.grade, wide=wide)


def check_second(
    rule: SecondPersonRule, made: Draft, approval: Approval, *, wide: bool, original: Order | None = None
) -> None:
    """Raises SecondPersonNeeded for an order that waits and has neither."""
    if approval == ALONE and wants_second(rule, made, wide=wide, original=original):
        raise SecondPersonNeeded("this order needs a second person: ask for one")
