"""The wall's door: its Dash app under /wall/, the city's facts as one file, and what browsers may keep for good."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from dash import Dash, html
from flask import Flask, Response, abort, has_request_context, redirect, request

from domain.account import Actor, Permission
from domain.city import City
from layouts import city_facts, wall
from layouts import text as words
from layouts.page import Page

ASSETS = Path(__file__).parent.parent / "assets"
PREFIX = "/wall/"
CASES = "/trends/cases"
# Dash loads every script and style it finds; this names what the wall does not use
NOT_OF_THE_WALL = r"^(?!(tokens|wall.*)\.css$|(socket|rows|live|format|text|light.*|wall.*)\.js$)"
PLOTLY = f"{PREFIX}_dash-component-suites/plotly/package_data/plotly.min.js"
FOR_GOOD = "public, max-age=31536000, immutable"
HEAD = """<!DOCTYPE html>
<html lang="{%language%}" data-theme="night">
  <head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}{%early%}</head>
  <body data-rooms="wall">{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


class WallPage(Dash):
    """A Dash page that says its language and name in the HTML itself, request by request."""

    def __init__(self, *, page: Callable[[], Page], **settings: object) -> None:
        super().__init__("wall", **settings)
        self._page = page

    def interpolate_index(self, **parts: str) -> str:
        page = self._page()
        title = f"{page.text('wall.scene_overview')} {page.centre}"
        filled = super().interpolate_index(**parts | {"title": title})
        return filled.replace("{%language%}", page.language).replace("{%early%}", early(page))


def early(page: Page) -> str:
    """What is asked for only once the page is drawn, asked for at once."""
    facts = [f'<link rel="preload" as="fetch" crossorigin href="{page.urls[name]}">' for name in ("city", "words")]
    return "".join([f'<link rel="preload" as="script" href="{PLOTLY}">', *facts])


def mount(  # noqa: PLR0913  all that a page must be told; every one by name
    server: Flask,
    *,
    city: City,
    who: Callable[[], object | None],
    language_of: Callable[[], str],
    rows_for: Callable[[str], Mapping[str, object]] | None = None,
    demo: bool,
    build: str,
) -> Dash:
    """Put the wall on `server`. `who` names the actor or None; `language_of` must answer alike for a page and its
    later requests; `rows_for("wall")` is a join's answer for the first paint, where it is to be had at once."""
    facts = json.dumps(city_facts.facts(city), ensure_ascii=False, separators=(",", ":")).encode()
    version = sha256(facts).hexdigest()[:12]

    def page() -> Page:
        language = words.known(language_of() if has_request_context() else None)  # Dash asks once at the start
        return Page(language, city, demo, build, urls=_urls(language, version) | _lists(who))

    app = _app(server, page)
    # No callback here reaches into the layout: the page need not carry it twice. It is given first, and not empty, so
    # that Dash does not lay out a page for it at the start.
    app.validation_layout = html.Main(html.Div())
    app.layout = lambda: wall.layout(page(), rows_for("wall") if rows_for else None)
    _serve_facts(server, facts, who)
    return app


def _app(server: Flask, page: Callable[[], Page]) -> Dash:
    return WallPage(
        page=page,
        server=server,
        url_base_pathname=PREFIX,
        assets_folder=str(ASSETS),
        assets_ignore=NOT_OF_THE_WALL,
        index_string=HEAD,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        update_title="",
        compress=True,
    )


def _urls(language: str, version: str) -> dict[str, str]:
    return {
        "city": f"{PREFIX}city.json?v={version}",
        "words": f"{PREFIX}assets/locales/{language}.json?v={words.fingerprint(language)}",
        "topojson": f"{PREFIX}assets/topojson/",
    }


def _lists(who: Callable[[], object | None]) -> dict[str, str]:
    """The list behind the figures, for who may read it: the wall's own device may not."""
    actor = who() if has_request_context() else None
    return {"cases": CASES} if isinstance(actor, Actor) and actor.may(Permission.SEE_CASES) else {}


def _serve_facts(server: Flask, facts: bytes, who: Callable[[], object | None]) -> None:
    def city_json() -> Response:
        if who() is None:
            abort(401)
        return Response(facts, mimetype="application/json")

    server.add_url_rule(f"{PREFIX}city.json", "wall_city", city_json)
    server.add_url_rule("/wall", "wall_redirect", lambda: redirect(PREFIX))
    server.after_request(_keep)


def _keep(answer: Response) -> Response:
    """A file asked for by its fingerprint never changes: the browser need not ask again."""
    named = "v" in request.args or "m" in request.args
    if request.path.startswith(PREFIX) and named and answer.status_code == 200:
        answer.headers["Cache-Control"] = FOR_GOOD
    return answer
