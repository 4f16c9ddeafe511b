"""Every id is declared once, and the wall's page uses exactly the ids that are declared for it."""

from enum import StrEnum
from inspect import getmembers, isclass

from layouts import ids, wall
from layouts.ids import OrderScene, Overview, Wall
from layouts.page import Page
from tests.browser.harness import cities

OF_THE_WALL = (Wall, Overview, OrderScene)


def declared() -> list[str]:
    screens = [kind for _, kind in getmembers(ids, isclass) if issubclass(kind, StrEnum) and kind is not StrEnum]
    return [str(one) for screen in screens for one in screen]


def in_layout() -> list[str]:
    page = Page("zh-CN", cities.of("made:5"), True, "b1", urls=dict.fromkeys(("city", "words", "topojson"), "/"))
    return [str(part.id) for part in [wall.layout(page), *wall.layout(page)._traverse()] if getattr(part, "id", None)]


def test_ids_are_declared_once():
    assert len(declared()) == len(set(declared()))


def test_the_wall_uses_each_of_its_ids_once_and_no_other():
    assert sorted(in_layout()) == sorted(str(one) for screen in OF_THE_WALL for one in screen)
