"""The trend page's door under /trends/: the page of a day, the cases behind its numbers, and its tables as files.

The page is plain HTML from the server; Dash draws one chart in it, and only where there is room for one.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dash import ClientsideFunction, Dash, Input, Output, dcc
from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from analysis import lede
from domain.account import Actor, NotAllowed, Who
from domain.city import City
from domain.citytime import start_of
from layouts import text as words
from layouts import trends as screen
from layouts import trends_cases as case_list
from layouts import trends_tables
from layouts.ids import Trends as Ids
from layouts.page import Page
from operations.cases import Cases
from operations.people import harmless
from operations.rows import case_row
from operations.trends import TrendDesk, Trends

ASSETS = Path(__file__).parent.parent / "assets"
PREFIX = "/trends/"
FOR_GOOD = "public, max-age=31536000, immutable"
THEME = "zhongshu-theme"
PAGE_OF_CASES = 50
EARLIEST = date(2000, 1, 1)  # no city has cases before it, and weeks before it can still be counted
LONGEST_ID = 40
NARROWED_BY = ("district", "category", "source")
CHART = {"displayModeBar": False, "responsive": True}


class Offload(Protocol):
    """Runs what blocks (SQL) where it may block."""

    def __call__(self, act: Callable[..., Any], *arguments: Any) -> Any: ...


@dataclass(frozen=True)
class Door:
    """What a request to the trend page needs to know."""

    city: City
    who: Who
    language_of: Callable[[], str]
    trends: TrendDesk
    cases: Cases
    offload: Offload
    demo: bool
    build: str

    def page(self) -> Page:
        return Page(words.known(self.language_of()), self.city, self.demo, self.build)

    def frame(self) -> screen.Frame:
        """This page reads by day unless night was chosen; the link to the other language keeps what was asked."""
        kept = {name: value for name, value in request.args.items() if name != "lang"}
        other = words.other(self.page().language)
        urls = {"assets": f"{PREFIX}assets/", "other_language": f"?{urlencode(kept | {'lang': other})}"}
        return screen.Frame("night" if request.cookies.get(THEME) == "night" else "day", urls)

    def actor(self) -> Actor:
        actor = self.who()
        if actor is None:
            abort(401)
        return actor

    def read(self) -> tuple[Trends, date]:
        """The day that is asked for, and the last whole day; there is nothing beyond that one."""
        try:
            trends, yesterday = self.offload(self._read, self.actor(), asked_day())
        except NotAllowed:
            abort(403)
        if trends is None:
            abort(redirect(PREFIX))
        return trends, yesterday

    def _read(self, actor: Actor, day: date | None) -> tuple[Trends | None, date]:
        yesterday = self.trends.yesterday(actor)
        if day is not None and day > yesterday:
            return None, yesterday
        return self.trends.view(actor, day or yesterday), yesterday

    def show(self, parts: dict[str, str]) -> str:
        """The page of a day; `parts` are what Dash writes for its own."""
        trends, yesterday = self.read()
        spoken = spoken_of(trends)
        told = screen.Told(
            frame=self.frame(),
            yesterday=yesterday,
            clauses=[asdict(clause) for clause in lede.lede(spoken)],
            worst=spoken.worst[0] if spoken.worst and spoken.worst[1] else None,
            grew=frozenset(each.code for each in trends.categories if lede.grew(each.n, each.before)),
            parts=parts,
        )
        return screen.trends(self.page(), asdict(trends), told)

    def file(self, table: str) -> Response:
        """A table as CSV that spreadsheets read as UTF-8 and in which no cell is a formula."""
        if table not in trends_tables.TABLES:
            abort(404)
        trends, _ = self.read()
        page, rows = self.page(), asdict(trends)
        lines = [*trends_tables.above(page, rows), *trends_tables.table(page, rows, table).in_file()]
        out = io.StringIO()
        csv.writer(out).writerows([[harmless(c) if isinstance(c, str) else c for c in line] for line in lines])
        answer = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="{table}-{trends.day}.csv"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def list_cases(self) -> str:
        """The cases behind a number: of a day, or all that cross areas, tiers or departments."""
        question = asked_question()
        found = self.offload(self._search, self.actor(), filters(question, self.city), question.get("after"))
        rows = [case_row(case) for case in found[:PAGE_OF_CASES]]
        asked = case_list.Asked(question, more=len(found) > PAGE_OF_CASES)
        return case_list.cases(self.page(), rows, asked, self.frame())

    def _search(self, actor: Actor, wanted: dict[str, Any], after: str | None) -> list[Any]:
        try:
            return self.cases.search(actor, wanted, after=after, limit=PAGE_OF_CASES + 1)
        except NotAllowed:
            abort(403)


def asked_day() -> date | None:
    """The day in the address; None when there is none."""
    said = request.args.get("day")
    try:
        day = date.fromisoformat(said) if said else None
    except ValueError:
        abort(400)
    if day is not None and day < EARLIEST:
        abort(400)
    return day


def asked_question() -> dict[str, str]:
    """What the list of cases is asked for: a day or what crosses, narrowed by a few fields, after a case."""
    question = {name: request.args[name][:LONGEST_ID] for name in (*NARROWED_BY, "after") if request.args.get(name)}
    day = asked_day()
    if request.args.get("cross"):
        return question | {"cross": "1"}
    if day is None:
        abort(400)
    return question | {"day": day.isoformat()}


def filters(question: dict[str, str], city: City) -> dict[str, Any]:
    """The question as Cases.search takes it."""
    wanted: dict[str, Any] = {name: question[name] for name in NARROWED_BY if name in question}
    if "cross" in question:
        return wanted | {"crossing": True}
    day, zone = date.fromisoformat(question["day"]), ZoneInfo(city.timezone)
    return wanted | {"since": start_of(day, zone), "until": start_of(day + timedelta(days=1), zone)}


def spoken_of(trends: Trends) -> lede.Yesterday:
    """What the sentences are made from."""
    figures = trends.figures
    reported, filed, finished = figures["reported"], figures["filed_in_time"], figures["finished_in_time"]
    return lede.Yesterday(
        reported=None if reported.value is None else int(reported.value),
        before=None if reported.before is None else int(reported.before),
        filed_in_time=filed.value,
        filed_n=filed.n,
        finished_in_time=finished.value,
        due_n=finished.n,
        kinds=[lede.Kind(each.code, each.n, each.before, each.districts) for each in trends.categories],
        worst=lede.worst((each.code, each.overdue, each.due) for each in trends.districts),
    )


class TrendPage(Dash):
    """A Dash page whose HTML is written by the server, day by day; what Dash itself draws is one chart in it."""

    def __init__(self, *, door: Door, **settings: object) -> None:
        super().__init__("trends", **settings)
        self._door = door

    def interpolate_index(self, **parts: str) -> str:
        if request.path != PREFIX:
            abort(404)
        return self._door.show(parts)


def mount(  # noqa: PLR0913  all that a screen must be told; every one by name
    server: Flask,
    *,
    city: City,
    who: Who,
    language_of: Callable[[], str],
    trends: TrendDesk,
    cases: Cases,
    offload: Offload,
    demo: bool,
    build: str,
) -> Dash:
    """Put the trend page on `server`. `who` names the actor or None; `offload` runs what reads SQL."""
    door = Door(city, who, language_of, trends, cases, offload, demo, build)
    app = TrendPage(
        door=door,
        server=server,
        url_base_pathname=PREFIX,
        assets_folder=str(ASSETS),
        assets_ignore=".*",  # the page names its own styles and its own script
        update_title="",
        compress=True,
    )
    app.layout = dcc.Graph(id=Ids.CHART, config=CHART)
    register(app)
    serve(server, door)
    return app


def register(app: Dash) -> None:
    """The chart's figures stand in the page, so that chart and page never differ; a click on a column opens its day."""
    chart = ClientsideFunction("trends", "figure")
    app.clientside_callback(chart, Output(Ids.CHART, "figure"), Input(Ids.CHART, "id"))
    app.clientside_callback(ClientsideFunction("trends", "open_day"), Input(Ids.CHART, "clickData"))


def serve(server: Flask, door: Door) -> None:
    server.add_url_rule(f"{PREFIX}csv/<table>", "trends_file", door.file)
    server.add_url_rule(f"{PREFIX}cases", "trends_cases", door.list_cases)
    server.add_url_rule("/trends", "trends_redirect", to_the_page)
    server.after_request(keep)


def to_the_page() -> AnyResponse:
    query = request.query_string.decode()
    return redirect(f"{PREFIX}?{query}" if query else PREFIX)


def keep(answer: Response) -> Response:
    """A file asked for by its build never changes: the browser need not ask again."""
    if request.path.startswith(f"{PREFIX}assets/") and "v" in request.args and answer.status_code == 200:
        answer.headers["Cache-Control"] = FOR_GOOD
    return answer
