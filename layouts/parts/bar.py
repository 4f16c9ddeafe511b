"""The wall's top bar: whose wall this is, its scenes, the lock, the demo's mark, the link's state, date and clock."""

from dash import html

from layouts import text as words
from layouts.ids import Wall
from layouts.page import Page

SCENES = {Wall.TAB_OVERVIEW: "overview", Wall.TAB_ORDER: "order"}


def bar(page: Page) -> html.Header:
    return html.Header(
        [
            html.H1(page.centre, id=Wall.NAME),
            html.Nav(
                [_tab(page, ident) for ident in SCENES], id=Wall.SCENES, **{"aria-label": page.text("wall.scenes")}
            ),
            html.Strong(id=Wall.READINESS, className="readiness", hidden=True),
            html.Button(page.text("wall.lock"), id=Wall.LOCK, hidden=True, title=page.text("wall.unlock")),
            html.Div(className="air"),
            html.Div([*_demo(page), html.Span(className="speed fig")], id=Wall.DEMO, className="demo"),
            html.Div(id=Wall.LINK, className="link", role="status", **{"aria-live": "off"}),
            html.Button(id=Wall.SOUND, title=page.text("wall.sound")),
            _language(page),
            html.Span(
                page.text("wall.demo_time") if page.demo else "", id=Wall.DEMO_TIME, className="demo-time", hidden=True
            ),
            html.Div(id=Wall.DATE, className="date"),
            html.Div(id=Wall.CLOCK, className="clock fig"),
        ],
        className="bar",
    )


def _tab(page: Page, ident: Wall) -> html.Button:
    scene = SCENES[ident]
    return html.Button(
        [html.Span(page.text(f"wall.scene_{scene}")), html.I(className="reach")], id=ident, **{"data-scene": scene}
    )


def _demo(page: Page) -> list[html.Strong]:
    return [html.Strong(page.text("wall.demo"))] if page.demo else []


def _language(page: Page) -> html.A:
    other = words.other(page.language)
    return html.A(words.text("wall.language", other), href=f"?lang={other}", id=Wall.LANGUAGE, lang=other)
