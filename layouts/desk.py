"""The order desk: a page of two views, the order that is being written and the ledger of one that was sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from dash import dcc, html

from layouts import desk_ledger
from layouts import text as words
from layouts.ids import Desk, Ledger
from layouts.page import Page

ELSEWHERE = {"plans": "/desk/plans", "wall": "/wall/", "trends": "/trends/"}
COLUMNS = {"what": Desk.WHAT, "whom": Desk.WHOM, "when": Desk.WHEN, "before": Desk.BEFORE}
STORES = (Desk.FORM, Desk.PREVIEW, Desk.LIVE, Desk.LIVE_DONE, Desk.DRILL, Desk.DRILL_DONE, Desk.ASK, Desk.ANSWERED)
LEDGER_STORES = (Ledger.CHANGE, Ledger.CHANGED, Ledger.PHONES_OF, Ledger.PHONES)
TODAY = ("time", "no", "words", "grade", "mode", "targets", "confirmed", "district", "township", "need", "state", "do")
FIGURES = ("targets", "confirmed", "district", "township", "need", "state", "do")


@dataclass(frozen=True)
class Told:
    """What the desk is told of whoever sits at it. `root` is the top of the subtree that may be ordered, empty for
    nobody; `shows`: may put something on the wall; `now_ms` is real time; `theme` is night or day."""

    id: str
    name: str
    root: str
    shows: bool
    reserved_take_part: bool
    now_ms: int
    theme: str
    urls: Mapping[str, str]


def layout(page: Page, told: Told) -> html.Main:
    return html.Main(
        [
            _bar(page, told),
            html.Div(id=Desk.STRIP, className="strip"),
            _new(page, told),
            desk_ledger.layout(page),
            html.Dialog(id=Desk.SHEET),
            stores(),
        ],
        id=Desk.PAGE,
        className="desk",
        **_data(page, told),
    )


def stores() -> html.Div:
    """What is asked of the server and what it answers, one store for each."""
    return html.Div([dcc.Store(id=store) for store in (*STORES, *LEDGER_STORES)], hidden=True)


def _data(page: Page, told: Told) -> dict[str, str]:
    """What the scripts read from the page."""
    return {
        "data-build": page.build,
        "data-language": page.language,
        "data-demo": "1" if page.demo else "0",
        "data-centre": page.centre,
        "data-self": told.name,
        "data-root": told.root,
        "data-shows": "1" if told.shows else "0",
        "data-who": told.id,
        "data-reserved": "1" if told.reserved_take_part else "0",
        "data-now": str(told.now_ms),
        "data-city": told.urls["city"],
        "data-words": told.urls["words"],
        "data-clock": told.urls["clock"],
    }


def _bar(page: Page, told: Told) -> html.Header:
    other = words.other(page.language)
    theme = "night" if told.theme == "day" else "day"
    demo = [html.Strong(page.text("wall.demo"), className="demo")] if page.demo else []
    return html.Header(
        [
            html.B(page.text("desk.title_page"), className="name"),
            html.Nav(
                [_tab(page, "new"), _tab(page, "ledger")], className="tabs", **{"aria-label": page.text("desk.views")}
            ),
            html.Span(page.centre, className="centre"),
            *(
                html.A(page.text(f"desk.to_{screen}"), href=href, className="elsewhere")
                for screen, href in ELSEWHERE.items()
            ),
            html.Span(id=Desk.READINESS, className="readiness"),
            html.Div(className="air"),
            html.Strong(page.text("order.drill"), id=Desk.DRILL_MARK, className="drill-mark", hidden=True),
            *demo,
            html.Span(id=Desk.LINK, className="link", role="status"),
            html.Span(told.name, id=Desk.WHO, className="q"),
            html.Button(page.text(f"desk.theme_{theme}"), id=Desk.THEME, className="link-like"),
            html.A(words.text("wall.language", other), href=f"?lang={other}", lang=other),
            html.Span(id=Desk.CLOCK, className="clock fig"),
        ],
        className="bar",
    )


def _tab(page: Page, view: str) -> html.Button:
    return html.Button(page.text(f"desk.view_{view}"), type="button", **{"data-view": view})


def _new(page: Page, told: Told) -> html.Section:
    columns = [_column(page, n, name) for n, name in enumerate(COLUMNS, 1)] if told.root else []
    note = [] if told.root else [html.P(page.text("desk.no_authority"), className="q no-authority")]
    return html.Section(
        [*note, html.Div(columns, className="columns"), _today(page)],
        id=Desk.NEW,
        **{"aria-label": page.text("desk.view_new")},
    )


def _column(page: Page, n: int, name: str) -> html.Section:
    aside = html.Small(id=Desk.CHECKED) if name == "before" else html.Small(page.text(f"desk.{name}_note"))
    heading = html.H2([html.Span(str(n), className="no"), page.text(f"desk.{name}"), aside])
    return html.Section([heading, html.Div(id=COLUMNS[name], className="fields")], className=f"col {name}")


def _today(page: Page) -> html.Section:
    heads = [
        html.Th(page.text(f"desk.today_{name}"), className="r" if name in FIGURES else "", scope="col")
        for name in TODAY
    ]
    return html.Section(
        [
            html.H2(
                [
                    page.text("desk.today_title"),
                    html.Small(id=Desk.TODAY_N),
                    html.Span(id=Desk.DUTY),
                    html.Span(id=Desk.SHOW),
                ]
            ),
            html.Div(
                html.Table([html.Thead(html.Tr(heads)), html.Tbody(id=Desk.TODAY)]), className="scroll", tabIndex="0"
            ),
            html.P(page.text("desk.today_none"), id=Desk.TODAY_NONE, className="qq"),
        ],
        className="recent",
    )
