"""The order scene of the wall: the rooms its script fills, and the words that never change."""

from dash import html
from dash.development.base_component import Component

from layouts.ids import OrderScene
from layouts.page import Page

KEYS = ("lit", "delivered", "dark", "need", "cannot", "desk", "resting")


def layout(page: Page) -> list[Component]:
    """What stands inside the scene's section. The map itself belongs to the page: both scenes share it."""
    return [
        html.Div(id=OrderScene.MARKS, className="order-marks"),
        html.Section(id=OrderScene.WHAT, className="order-what", **{"aria-label": page.text("order_scene.what")}),
        _side(),
        _answers(page),
        _legend(page),
        html.P(page.text("order_scene.empty"), id=OrderScene.EMPTY, className="order-empty"),
    ]


def _side() -> html.Div:
    """Who is how fast, and who is silent. One column on one screen; its parts go apart on three."""
    return html.Div(
        [
            html.Div(id=OrderScene.FACES, className="order-faces"),
            html.Div(id=OrderScene.SMALL, className="order-small"),
            html.Section(id=OrderScene.SILENT, className="order-silent"),
            html.Section(id=OrderScene.WAITING, className="order-waiting"),
        ],
        className="order-side",
    )


def _answers(page: Page) -> html.Section:
    return html.Section(
        [
            html.Div(id=OrderScene.CURVES, className="order-curves"),
            html.Div(id=OrderScene.ANSWERS, className="order-rows"),
        ],
        className="order-answers",
        **{"aria-label": page.text("order_scene.answers")},
    )


def _legend(page: Page) -> html.Div:
    keys = [
        html.Span([html.I(className=f"key {key}"), page.text(f"order_scene.key_{key}")], className=key) for key in KEYS
    ]
    return html.Div(
        [*keys, html.Span(id=OrderScene.NOTE, className="note")], id=OrderScene.LEGEND, className="order-legend"
    )
