"""The wall as a tree of components: what stands on the page before the browser fills it."""

from collections.abc import Iterator

import pytest
from dash.development.base_component import Component

from layouts import wall
from layouts.ids import Overview, Wall
from layouts.page import Page
from tests.browser.harness import cities

URLS = {"city": "/c", "words": "/w", "topojson": "/t/"}


def page(*, language: str = "zh-CN", demo: bool = True, city: str = "made:5") -> Page:
    return Page(language, cities.of(city), demo, "b1", urls=URLS)


def parts(component: Component) -> Iterator[Component]:
    yield component
    yield from (one for one in component._traverse() if isinstance(one, Component))


def words(component: Component) -> str:
    return " ".join(
        str(one) for part in parts(component) for one in [getattr(part, "children", "")] if type(one) is str
    )


def by_id(component: Component, ident: str) -> Component:
    return next(part for part in parts(component) if getattr(part, "id", None) == ident)


def test_the_demo_is_named_before_the_centre_beside_it_and_on_the_map():
    tree = wall.layout(page())
    assert by_id(tree, Wall.NAME).children == "演示·样例市城市运行中心"
    assert "演示数据" in words(by_id(tree, Wall.DEMO))
    assert "演示数据" in words(by_id(tree, Overview.MAP_NOTE))


def test_a_live_city_says_nothing_of_a_demo():
    tree = wall.layout(page(demo=False))
    assert "演示" not in words(tree)
    assert tree.to_plotly_json()["props"]["data-demo"] == "0"


def test_the_page_tells_the_scripts_where_everything_is():
    told = wall.layout(page()).to_plotly_json()["props"]
    assert told["data-city"] == "/c"
    assert told["data-words"] == "/w"
    assert told["data-build"] == "b1"
    assert told["data-first"] == ""


def test_a_first_snapshot_travels_with_the_page():
    told = wall.layout(page(), {"ok": True, "rows": [{"title": "井盖"}]}).to_plotly_json()["props"]
    assert told["data-first"] == '{"ok": true, "rows": [{"title": "井盖"}]}'


@pytest.mark.parametrize(("language", "other", "name"), [("zh-CN", "en", "EN"), ("en", "zh-CN", "中文")])
def test_the_language_link_leads_to_the_other_language(language, other, name):
    link = by_id(wall.layout(page(language=language)), Wall.LANGUAGE)
    assert (link.href, link.children) == (f"?lang={other}", name)


def test_a_city_whose_borders_are_a_sketch_says_so_on_the_map_and_another_need_not():
    assert "乡镇界非行政界线" in words(by_id(wall.layout(page(city="zhengzhou")), Overview.MAP_NOTE))
    assert "乡镇界" not in words(by_id(wall.layout(page(city="points:5")), Overview.MAP_NOTE))


def test_every_tile_names_the_measurement_whose_age_it_shows():
    tiles = {
        part.id: part.to_plotly_json()["props"].get("data-tile")
        for part in parts(wall.layout(page()))
        if "tile-" in str(getattr(part, "id", ""))
    }
    assert tiles[Overview.SOURCES] == "sources"
    assert tiles[Overview.LEGEND] == "districts"
    assert tiles[Overview.INDICATORS] == "indicators"


def test_both_graphs_are_still_and_ask_nobody_for_a_world_map():
    tree = wall.layout(page())
    assert by_id(tree, Wall.MAP_GRAPH).config == {
        "staticPlot": True,
        "displayModeBar": False,
        "responsive": False,
        "topojsonURL": "/t/",
    }
    assert by_id(tree, Overview.CURVE).config["staticPlot"] is True
