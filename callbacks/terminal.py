"""The terminal's door: its one page, the files it loads, its worker for hours without a network, the time of day."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, abort, jsonify

from callbacks import terminal_post
from callbacks.terminal_post import PostDoor, PostParts
from domain.account import Actor, Who
from domain.city import City, Post
from layouts import terminal
from layouts import text as words
from layouts.page import Page

ASSETS = Path(__file__).parent.parent / "assets"
FILES = frozenset((*terminal.STYLES, *terminal.SCRIPTS))
FOR_GOOD = "public, max-age=31536000, immutable"
PAGE = "/terminal"
WORKER = "terminal-worker.js"
ICONS = {name: ASSETS / "icons" / name for name in terminal.ICONS}
# a terminal may tell where it is, when a hand asks it to; no other page of ours may
POLICY = "autoplay=(self), screen-wake-lock=(self), fullscreen=(self), geolocation=(self), camera=(), microphone=()"


@dataclass(frozen=True)
class Terminal:
    """`now` is real time. `works_offline` is whether terminals keep the page for hours without a network."""

    city: City
    who: Who
    language_of: Callable[[], str]
    now: Callable[[], datetime]
    demo: bool
    build: str
    works_offline: bool

    @property
    def told(self) -> Page:
        return Page(words.known(self.language_of()), self.city, self.demo, self.build)

    def page(self) -> Response:
        """The page of the post that who asks sits at; whoever sits at none is refused."""
        actor, post = self._seat()
        self_name = actor.name if actor.known_by == "login" else ""
        html = terminal.terminal(self.told, post, now=self.now(), self_name=self_name, urls=self._urls())
        return Response(html, headers={"Permissions-Policy": POLICY, "Cache-Control": "no-store"})

    def _seat(self) -> tuple[Actor, Post]:
        actor = self.who()
        if actor is None:
            abort(401)
        post = self.city.post_by_code.get(actor.post or "")
        if post is None:
            abort(403)
        return actor, post

    def _urls(self) -> dict[str, object]:
        return {
            "styles": [self._file(name) for name in terminal.STYLES],
            "scripts": [self._file(name) for name in terminal.SCRIPTS],
            "icon": "/terminal/icons/icon.svg",
            "touch_icon": f"/terminal/icons/{terminal.TOUCH_ICON}",
            "manifest": "/terminal/manifest.webmanifest",
            "clock": "/terminal/clock",
            "worker": "/terminal/sw.js" if self.works_offline else "",
            "post": terminal_post.PLACE,
        }

    def worker(self) -> Response:
        """The service worker with what it keeps; where none is wanted, one that takes itself and all it kept away."""
        urls = self._urls()
        icons = [urls["icon"], urls["manifest"]]
        kept = {"build": self.build, "page": PAGE, "files": [*urls["styles"], *urls["scripts"]], "icons": icons}
        shell = json.dumps(kept if self.works_offline else None)
        script = f"self.shell = {shell};\n{(ASSETS / WORKER).read_text(encoding='utf-8')}"
        headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": PAGE}
        return Response(script, mimetype="text/javascript", headers=headers)

    def _file(self, name: str) -> str:
        return f"/terminal/assets/{name}?v={self.build}"

    def file(self, name: str) -> Response:
        if name not in FILES:
            abort(404)
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return Response((ASSETS / name).read_bytes(), mimetype=kind, headers={"Cache-Control": FOR_GOOD})

    def clock(self) -> Response:
        return time_of_day(self.now())

    def manifest(self) -> Response:
        answer = jsonify(terminal.manifest(self.told, start=PAGE, icons="/terminal/icons/"))
        answer.mimetype = "application/manifest+json"
        return answer

    def icon(self, name: str) -> Response:
        if name == "icon.svg":
            return Response(terminal.icon(), mimetype="image/svg+xml")
        if name not in ICONS:
            abort(404)
        return Response(ICONS[name].read_bytes(), mimetype="image/png", headers={"Cache-Control": "max-age=86400"})


def time_of_day(now: datetime) -> Response:
    """Real time in milliseconds, for browsers whose own clock may be wrong."""
    answer = jsonify({"now": int(now.timestamp() * 1000)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def mount(  # noqa: PLR0913  all that a screen must be told; every one by name
    server: Flask,
    *,
    city: City,
    who: Who,
    language_of: Callable[[], str],
    post: PostParts,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    demo: bool,
    build: str,
    works_offline: bool = True,
) -> Terminal:
    """Put the terminal on `server`. `who` names the actor or None; its post is the seat that the page belongs to."""
    door = Terminal(city, who, language_of, now, demo, build, works_offline)
    server.add_url_rule("/terminal", "terminal", door.page, strict_slashes=False)
    server.add_url_rule("/terminal/assets/<name>", "terminal_file", door.file)
    server.add_url_rule("/terminal/clock", "terminal_clock", door.clock)
    server.add_url_rule("/terminal/manifest.webmanifest", "terminal_manifest", door.manifest)
    server.add_url_rule("/terminal/icons/<name>", "terminal_icon", door.icon)
    server.add_url_rule("/terminal/sw.js", "terminal_worker", door.worker)
    terminal_post.mount(server, PostDoor(city, who, lambda: door.told, post))
    return door
