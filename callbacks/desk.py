"""The order desk's door: its Dash app under /desk/, what its stores ask of the orders, and the ledger as a file."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from dash import ClientsideFunction, Dash, Input, Output
from flask import Flask, Response, abort, has_request_context, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.desk_acts import Acts, Parts
from callbacks.desk_city import CityFile
from domain.account import Actor, NotAllowed, Who
from domain.city import City
from layouts import desk, desk_ledger
from layouts import text as words
from layouts.ids import Desk, Ledger
from layouts.page import Page
from operations.aftermath import NotEnded
from operations.order_reading import OrderUnknown
from operations.people import harmless
from operations.scenes import may_show

ASSETS = Path(__file__).parent.parent / "assets"
PREFIX = "/desk/"
# Dash loads every script and style it finds; this names what the desk does not use
NOT_OF_THE_DESK = (
    r"^(?!(tokens|desk.*|ledger.*)\.css$"
    r"|(socket|rows|format|text|wall-parts|light-rules|wall-order-model|desk.*|ledger.*)\.js$)"
)
FOR_GOOD = "public, max-age=31536000, immutable"
PAPERS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ABSENT_COLUMNS = ("code", "post", "tier", "above", "late", "people")
TABLES = {"csv": "text/csv", "xlsx": PAPERS["xlsx"]}
THEME = "zhongshu-theme"
HEAD = """<!DOCTYPE html>
<html lang="{%language%}" data-theme="{%theme%}">
  <head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
  <body data-screen="desk">{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""
ASKED = {
    Desk.PREVIEW: (Desk.FORM, "preview"),
    Desk.LIVE_DONE: (Desk.LIVE, "issue_live"),
    Desk.DRILL_DONE: (Desk.DRILL, "issue_drill"),
    Ledger.CHANGED: (Ledger.CHANGE, "change"),
    Desk.ANSWERED: (Desk.ASK, "other"),
    Ledger.PHONES: (Ledger.PHONES_OF, "phones"),
}


class Offload(Protocol):
    """Runs what blocks (SQL) where it may block."""

    def __call__(self, act: Callable[..., Any], *arguments: Any) -> Any: ...


def directly(act: Callable[..., Any], *arguments: Any) -> Any:
    return act(*arguments)


@dataclass(frozen=True)
class Door:
    """What a request to the desk needs to know. `now` is real time."""

    city: City
    who: Who
    language_of: Callable[[], str]
    now: Callable[[], datetime]
    parts: Parts
    offload: Offload
    reserved_take_part: bool
    demo: bool
    build: str

    def page(self) -> Page:
        return Page(words.known(self.language_of()), self.city, self.demo, self.build)

    def actor(self) -> Actor:
        actor = self.who()
        if actor is None:
            abort(401)
        return actor

    def answer(self, verb: str, asked: object) -> dict[str, object]:
        """What the operations say to one question of the desk's stores, with the question's own number."""
        actor, page = self.actor(), self.page()
        acts = Acts(self.parts, page, self.now())
        given = asked if isinstance(asked, dict) else {}
        told: dict[str, object] = self.offload(acts.answer, verb, actor, given)
        return {"ask": given.get("ask"), **told}

    def file(self, order_id: str) -> Response:
        """The ledger as CSV that spreadsheets read as UTF-8 and in which no cell is a formula."""
        try:
            order, lines = self.offload(self.parts.orders.ledger, self.actor(), order_id)
        except OrderUnknown:
            abort(404)
        except NotAllowed:
            abort(403)
        out = io.StringIO()
        table = desk_ledger.rows(self.page(), order, lines)
        csv.writer(out).writerows([[harmless(cell) for cell in row] for row in table])
        answer = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="ledger-{order.no}.csv"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def absent(self, order_id: str, kind: str) -> Response:
        """Who did not answer a roll-call, as a table file."""
        page, rolls = self.page(), self.parts.asks.rolls
        headings = [page.text(f"desk.file_{name}") for name in ABSENT_COLUMNS]
        try:
            body = self.offload(rolls.absent_file, self.actor(), order_id, kind, headings)
        except OrderUnknown:
            abort(404)
        except NotAllowed:
            abort(403)
        answer = Response(body, mimetype=TABLES[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="absent-{order_id}.{kind}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def paper(self, order_id: str, kind: str) -> Response:
        """The certificate of an ended order, or its spreadsheet: set by a process of its own."""
        actor = self.actor()
        try:
            no = self.offload(self.parts.aftermath.record, actor, order_id)["order"]["no"]
        except OrderUnknown:
            abort(404)
        except NotAllowed:
            abort(403)
        except NotEnded:
            abort(409)
        answer = Response(self.parts.print_paper(order_id, kind, actor.id), mimetype=PAPERS[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="order-{no}.{kind}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def clock(self) -> Response:
        body = json.dumps({"now": int(self.now().timestamp() * 1000)})
        return Response(body, mimetype="application/json", headers={"Cache-Control": "no-store"})


class DeskPage(Dash):
    """A Dash page that says its language, theme and name in the HTML itself, request by request."""

    def __init__(self, *, page: Callable[[], Page], **settings: object) -> None:
        super().__init__("desk", **settings)
        self._page = page

    def interpolate_index(self, **parts: str) -> str:
        page = self._page()
        title = f"{page.text('desk.title_page')} {page.centre}"
        index = super().interpolate_index(**parts | {"title": title})
        return index.replace("{%language%}", page.language).replace("{%theme%}", theme())


def theme() -> str:
    return "day" if request.cookies.get(THEME) == "day" else "night"


def mount(  # noqa: PLR0913  all that a screen must be told; every one by name
    server: Flask,
    *,
    city: City,
    who: Who,
    language_of: Callable[[], str],
    parts: Parts,
    reserved_take_part: bool,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    offload: Offload = directly,
    demo: bool,
    build: str,
) -> Dash:
    """Put the desk on `server`. `who` names the actor or None; `reserved_take_part` is what the orders were told."""
    door = Door(city, who, language_of, now, parts, offload, reserved_take_part, demo, build)
    file, app = CityFile(city, lambda: parts.orders.plans(city)), _app(server, door)
    told = lambda: _told(door, offload(file.version))  # noqa: E731
    app.layout = lambda: desk.layout(door.page(), told()) if is_asked_for(door) else desk.stores()
    app.validation_layout = desk.stores()
    register(app, door)
    _serve(server, door, file)
    return app


def is_asked_for(door: Door) -> bool:
    """Whether somebody is looking at the desk: Dash also asks for a layout once, on the first request to anything."""
    return has_request_context() and request.path.startswith(PREFIX) and door.who() is not None


def _app(server: Flask, door: Door) -> Dash:
    return DeskPage(
        page=door.page,
        server=server,
        url_base_pathname=PREFIX,
        assets_folder=str(ASSETS),
        assets_ignore=NOT_OF_THE_DESK,
        index_string=HEAD,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        update_title="",
        compress=True,
    )


def _told(door: Door, version: str) -> desk.Told:
    actor, language = door.actor(), door.page().language
    return desk.Told(
        id=actor.id,
        name=actor.name,
        root=actor.dispatch_root or "",
        shows=may_show(actor),
        reserved_take_part=door.reserved_take_part,
        now_ms=int(door.now().timestamp() * 1000),
        theme=theme(),
        urls={
            "city": f"{PREFIX}city.json?v={version}",
            "words": f"{PREFIX}assets/locales/{language}.json?v={words.fingerprint(language)}",
            "clock": f"{PREFIX}clock",
        },
    )


def register(app: Dash, door: Door) -> None:
    """Every question has a store of its own, and so has its answer: a drill never leaves by the live orders' door."""
    for answered, (asked, verb) in ASKED.items():
        _wire(app, door, answered=answered, asked=asked, verb=verb)
        app.clientside_callback(ClientsideFunction("desk", "settle"), Input(answered, "data"))


def _wire(app: Dash, door: Door, *, answered: str, asked: str, verb: str) -> None:
    @app.callback(Output(answered, "data"), Input(asked, "data"), prevent_initial_call=True)
    def answer(data: object) -> dict[str, object]:
        return door.answer(verb, data)


def _to_the_desk() -> AnyResponse:
    query = request.query_string.decode()
    return redirect(f"{PREFIX}?{query}" if query else PREFIX)


def _serve(server: Flask, door: Door, file: CityFile) -> None:
    def city_json() -> Response:
        return Response(door.offload(file.now), mimetype="application/json", headers={"Cache-Control": FOR_GOOD})

    server.add_url_rule(f"{PREFIX}city.json", "desk_city", city_json)
    server.add_url_rule(f"{PREFIX}clock", "desk_clock", door.clock)
    server.add_url_rule(f"{PREFIX}ledger/<order_id>.csv", "desk_ledger_file", door.file)
    for kind in PAPERS:
        server.add_url_rule(
            f"{PREFIX}certificate/<order_id>.{kind}", f"desk_certificate_{kind}", partial(door.paper, kind=kind)
        )
    for kind in TABLES:
        server.add_url_rule(f"{PREFIX}absent/<order_id>.{kind}", f"desk_absent_{kind}", partial(door.absent, kind=kind))
    server.add_url_rule("/desk", "desk_redirect", _to_the_desk)
