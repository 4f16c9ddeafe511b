"""Whether an order reaches unusually far: beside its plan's last orders, else beside all of its centre's, else beside
a floor of the city's own."""

from dataclasses import dataclass

from domain.account import Actor
from domain.city import City
from operations.drafts import Draft
from operations.ports import Work

_WIDER = 3  # times the median of what is usual
_OF_THE_PLAN, _OF_ALL = 8, 20  # orders looked back at
_ENOUGH = 3  # of a centre's orders of all kinds: fewer say nothing of what is usual
_FEW = 10  # posts: beside orders of other kinds, so few are never wide, or a day of single posts would make them so


@dataclass(frozen=True)
class Compared:
    """`usual`: the reach of the plan's own last orders; `beside`: of those that this one was compared with, which are
    the centre's last live ones when the plan has none."""

    usual: tuple[int, ...]
    beside: tuple[int, ...]
    wide: bool


def compared(work: Work, city: City, actor: Actor, made: Draft) -> Compared:
    """More than three times the median is wide, beside orders of other kinds only above ten posts; with nothing to
    compare, more than the city's floor, if it has one."""
    usual = work.orders.reach(made.template, _OF_THE_PLAN) if made.template else []
    beside = usual or work.orders.reach_from(str(actor.dispatch_root), _OF_ALL)
    if not usual and len(beside) < _ENOUGH:
        floor = city.second_person.wide_from
        return Compared((), (), bool(floor) and made.count > floor)
    median = sorted(beside)[len(beside) // 2]
    most = _WIDER * median if usual else max(_WIDER * median, _FEW)
    return Compared(tuple(usual), tuple(beside), made.count > most)
