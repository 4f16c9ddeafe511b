"""The door of the administration: shows a section, does what a form asks, says what came of it."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks import channels_section, connections, grid_section, plans_section, roster_acts, roster_section
from callbacks.admin_acts import ACTS, Act, Done, Form
from callbacks.admin_sections import READS, Asked
from callbacks.doorkeeper import Doorkeeper
from callbacks.forms import FormTokens, field
from domain.account import Actor, NotAllowed
from domain.shifts import Duty
from domain.workdays import DayKind
from layouts import admin as pages
from layouts import text as words
from layouts.admin import SECTIONS, Notice, Secret
from layouts.login import Refusal
from layouts.page import Page
from operations.account_problems import AccountProblem
from operations.grid_workers import COLUMNS as GRID_COLUMNS
from operations.people import COLUMNS
from operations.ports import LiveReader
from operations.roster_files import COLUMNS as ROSTER_COLUMNS

LISTED_FORM = 2_000  # values of one form; a form has about ten


class AdminDoor:
    """Who comes here may see the page: the gate has seen to that, and every operation asks again. `home` is where its
    sections lie."""

    def __init__(
        self,
        keeper: Doorkeeper,
        tokens: FormTokens,
        page: Callable[[], Page],
        live: LiveReader,
        public_url: str,
        *,
        home: str = pages.HOME,
    ) -> None:
        self._keeper, self._tokens, self._page = keeper, tokens, page
        self._live, self._public_url, self._home = live, public_url, home

    def show(self, section: str = SECTIONS[0]) -> AnyResponse:
        if section not in SECTIONS:
            abort(404)
        done = request.args.get("done", "")
        known = any(done == act.done for name, act in EVERY_ACT.items() if name.startswith(f"{section}/"))
        return self._section(section, Notice(done) if known and done not in NUMBERED else Notice())

    def act(self, section: str, name: str) -> AnyResponse:
        act = EVERY_ACT.get(f"{section}/{name}")
        if act is None:
            abort(404)
        if not self._tokens.fits():
            return self._section(section, Notice(refusal=Refusal("stale_form", {})), 403)
        try:
            done = self._do(act)
        except AccountProblem as problem:
            return self._section(section, Notice(refusal=Refusal(problem.key, problem.values)), 409)
        except NotAllowed:
            return self._section(section, Notice(refusal=Refusal("not_yours", {})), 403)
        return self._told(section, act, done)

    def give_people(self) -> AnyResponse:
        if not self._tokens.fits():
            abort(403)
        headings = [self._page().text(f"admin.people_{column}") for column in COLUMNS]
        file = self._keeper.offload(self._keeper.access.people.give_file, self._actor(), headings)
        return attached(file, "people.csv")

    def give_roster(self) -> AnyResponse:
        if not self._tokens.fits():
            abort(403)
        headings = [self._page().text(f"roster.{column}") for column in ROSTER_COLUMNS]
        return attached(
            self._keeper.offload(self._keeper.access.roster_files.give, self._actor(), headings), "roster.csv"
        )

    def give_grid(self) -> AnyResponse:
        if not self._tokens.fits():
            abort(403)
        headings = [self._page().text(f"grid.{column}") for column in GRID_COLUMNS]
        return attached(
            self._keeper.offload(self._keeper.access.grid_workers.give_file, self._actor(), headings), "grid.csv"
        )

    def _told(self, section: str, act: Act, done: Done) -> AnyResponse:
        """A secret is shown on the answer itself and nowhere else; anything else on the page that comes next."""
        if done.made is not None:
            return self._section(section, Notice(secret=self._secret(act, done)))
        if done.values:
            return self._section(section, Notice(act.done, done.values), found=done.found)
        stays = STAYS_AT.get(section)
        again = {"done": act.done} | ({stays: field(stays)} if stays else {})
        return redirect(f"{self._home}/{section}?{urlencode(again)}", 303)

    def _secret(self, act: Act, done: Done) -> Secret:
        made = done.made
        assert made is not None
        url = f"{self._public_url}{done.path}?token={made.secret}" if done.path else ""
        return Secret(act.done, made.name, made.secret, url)

    def _do(self, act: Act) -> Done:
        form = Form(
            texts={name: field(name) for name in list(request.form)[:LISTED_FORM]} | whole(act.longs),
            lists={name: request.form.getlist(name)[:LISTED_FORM] for name in act.lists},
            file=request.files["file"].read() if "file" in request.files else b"",
            headings=headings(),
        )
        done: Done = self._keeper.offload(act.run, self._keeper.access, self._actor(), form)
        self._keeper.forget_keys()
        return done

    def _section(self, name: str, notice: Notice, status: int = 200, *, found: object = None) -> Response:
        # a form that was refused is shown as it was filled in
        given = request.values if name in ("roster", "connections", "plans") else request.args
        short = {key: value[:200] for key, value in given.items()}
        asked = Asked(short | whole(tuple(LONG & set(request.form))), self._page().city, self._live, found)
        rows = self._keeper.offload(EVERY_READ[name], self._keeper.access, self._actor(), asked)
        token, admin = self._tokens.token(), self._actor().name
        told = {"rows": rows, "notice": notice, "form_token": token, "admin": admin, "home": self._home}
        return Response(pages.section(self._page(), name, **told), status)

    def _actor(self) -> Actor:
        actor = self._keeper.who()
        if actor is None:
            abort(401)
        return actor


EVERY_ACT = ACTS | channels_section.ACTS | roster_acts.ACTS | connections.ACTS | grid_section.ACTS | plans_section.ACTS
LONG = {*connections.LONG, *plans_section.LONG}
STAYS_AT = {"people": "post", "roster": "post", "grid": "post", "plans": "plan"}  # what the next page shows again
EVERY_READ = READS | {
    "channels": channels_section.channels,
    "roster": roster_section.roster,
    "connections": connections.connections,
    "grid": grid_section.grid,
    "plans": plans_section.plans,
}
NUMBERED = (
    "letters_retried",
    "people_taken",
    "roster_taken",
    "grid_taken",
    "connection_tried",
    "connection_saved",
    "plan_shown",
)  # said with numbers, so only on the answer itself


def whole(names: tuple[str, ...]) -> dict[str, str]:
    """Texts of several lines, as they were typed."""
    return {name: request.form.get(name, "")[: connections.LONGEST].replace("\r\n", "\n") for name in names}


def headings() -> dict[str, str]:
    """Every catalogue's own names of the columns of a file of people, and of the words in a file of the roster."""
    people = {words.text(f"admin.people_{column}", one): column for one in words.LANGUAGES for column in COLUMNS}
    spelled = (*ROSTER_COLUMNS, *Duty, *DayKind)
    people |= {words.text(f"grid.{word}", one): word for one in words.LANGUAGES for word in grid_section.SPELLED}
    return people | {words.text(f"roster.{word}", one): str(word) for one in words.LANGUAGES for word in spelled}


def attached(file: bytes, name: str) -> Response:
    answer = Response(file, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def mount(server: Flask, door: AdminDoor) -> None:
    server.add_url_rule("/admin", "admin", door.show)
    server.add_url_rule("/admin/", "admin_home", lambda: redirect("/admin", 308))
    server.add_url_rule("/admin/<section>", "admin_section", door.show)
    server.add_url_rule("/admin/<section>/<name>", "admin_act", door.act, methods=["POST"])
    server.add_url_rule("/admin/people/file", "admin_people", door.give_people, methods=["POST"])
    server.add_url_rule("/admin/grid/file", "admin_grid", door.give_grid, methods=["POST"])
    server.add_url_rule("/admin/roster/file", "admin_roster", door.give_roster, methods=["POST"])
