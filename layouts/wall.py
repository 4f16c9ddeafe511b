"""The wall: one page with a top bar, a map, and two scenes that share it. The browser fills it from the live link."""

import json
from collections.abc import Mapping

from dash import dcc, html

from layouts import wall_order
from layouts.figures import curve, map
from layouts.ids import Overview, Wall
from layouts.page import Page
from layouts.parts.bar import bar
from layouts.parts.tile import tile

FILING_TARGET_S = 60  # what an operations centre of this kind promises between report and filing
STILL = {"staticPlot": True, "displayModeBar": False, "responsive": False}


def layout(page: Page, first: Mapping[str, object] | None = None) -> html.Main:
    """`first` is a join's answer to paint from before the live link is up."""
    return html.Main(
        [
            bar(page),
            _map(page),
            html.Div(_overview(page), id=Wall.OVERVIEW),
            html.Section(wall_order.layout(page), id=Wall.ORDER),
            html.Section(id=Wall.FOCUS, className="focus", hidden=True, **{"aria-live": "polite"}),
            html.Section(id=Wall.DEFINITION, className="definition", hidden=True, role="dialog", tabIndex=-1),
        ],
        id=Wall.PAGE,
        className="wall scene-overview",
        **_told(page, first),
    )


def _told(page: Page, first: Mapping[str, object] | None) -> dict[str, str]:
    """What the scripts read from the page."""
    return {
        "data-build": page.build,
        "data-language": page.language,
        "data-demo": "1" if page.demo else "0",
        "data-city": page.urls["city"],
        "data-words": page.urls["words"],
        "data-cases": page.urls.get("cases", ""),
        "data-filing-target": str(FILING_TARGET_S),
        "data-first": json.dumps(first, ensure_ascii=False) if first else "",
    }


def _map(page: Page) -> html.Div:
    config = STILL | {"topojsonURL": page.urls["topojson"]}
    return html.Div(
        [
            dcc.Graph(id=Wall.MAP_GRAPH, figure=map.figure(page.city), config=config),
            html.Canvas(id=Wall.LIGHT),
            html.Div(id=Wall.MAP_OVER),
            html.Div(_map_note(page), id=Overview.MAP_NOTE),
        ],
        id=Wall.MAP,
        className="map",
    )


def _map_note(page: Page) -> list[html.Strong | html.Small]:
    """On the map itself, so that no crop of a photograph loses it."""
    demo = [html.Strong(page.text("wall.demo"))] if page.demo else []
    note = page.city.map_note[0 if page.language.startswith("zh") else 1] if page.city.map_note else ""
    return [*demo, *([html.Small(note)] if note else [])]


def _overview(page: Page) -> list[html.Section]:
    return [_cases(page), _sources(page), _filing(page), _vitals(), *_centre(page), *_right(page)]


def _cases(page: Page) -> html.Section:
    graph = dcc.Graph(id=Overview.CURVE, figure=curve.figure(page.language), config=STILL, className="curve")
    section = tile(Overview.CASES, "cases_today", page.text("wall.cases"), body=[html.Div(className="total")])
    section.children.append(html.Div(graph, className="tile curve-tile", **{"data-tile": "curve"}))
    return section


def _sources(page: Page) -> html.Section:
    note = page.text("wall.sources_note", n=len(page.city.sources))
    return tile(Overview.SOURCES, "sources", page.text("wall.sources"), note=note)


def _filing(page: Page) -> html.Section:
    note = page.text("wall.target_s", n=FILING_TARGET_S)
    return tile(Overview.FILING, "filing", page.text("wall.filing"), note=note)


def _vitals() -> html.Section:
    return html.Section(id=Overview.VITALS)


def _centre(page: Page) -> list[html.Section]:
    return [
        html.Section(id=Overview.INDICATORS, className="tile", **{"data-tile": "indicators"}),
        html.Section(id=Overview.LEGEND, className="tile", **{"data-tile": "districts"}),
        html.Section(id=Overview.FEED, **{"aria-label": page.text("wall.feed")}),
    ]


def _right(page: Page) -> list[html.Section]:
    return [
        tile(Overview.LATENCY, "latency", page.text("wall.latency")),
        tile(Overview.LAST, "", page.text("wall.last")),
        tile(Overview.URGENT, "urgent", page.text("wall.urgent"), note=page.text("wall.oldest_first")),
    ]
