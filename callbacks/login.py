"""The door of the login: in with a name and a password, another password, out again, and each to the own screen."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.doorkeeper import Doorkeeper, browser_of
from callbacks.forms import FormTokens, field
from domain.account import Role
from layouts import login as pages
from layouts.login import Refusal
from layouts.page import Page
from operations.account_problems import AccountProblem
from operations.logins import LoggedIn
from operations.sessions import Asker

ASSETS = Path(__file__).parent.parent / "assets"
STYLES = {f"{name}.css": ("tokens.css", f"{name}.css") for name in ("login", "admin", "phone")}
HOME = {
    Role.WALL: "/wall/",
    Role.LEADER: "/trends/",
    Role.OFFICER: "/desk/",
    Role.POST: "/terminal",
    Role.ADMIN: "/admin",
}
FOR_GOOD = "public, max-age=31536000, immutable"


class LoginDoor:
    def __init__(self, keeper: Doorkeeper, tokens: FormTokens, page: Callable[[], Page]) -> None:
        self._keeper, self._tokens, self._page = keeper, tokens, page

    def home(self) -> AnyResponse:
        asker = self._keeper.asker()
        return redirect(home_of(asker), 302)

    def show(self) -> AnyResponse:
        """The login; who is in already is sent on."""
        asker = self._keeper.asker()
        if asker and not asker.must_change and asker.actor.known_by == "login":
            return redirect(next_path() or home_of(asker), 302)
        return self._login()

    def enter(self) -> AnyResponse:
        name = field("name", 60)
        if not self._tokens.fits():
            return self._login(name, Refusal("stale_form", {}), 403)
        try:
            entered = self._log_in(name, request.form.get("password", "")[:400])
        except AccountProblem as problem:
            return self._login(name, Refusal(problem.key, problem.values), 429 if problem.key == "locked" else 401)
        return self._welcome(entered, "/login/password" if entered.must_change else "")

    def show_password(self) -> AnyResponse:
        return self._password(self._person())

    def change_password(self) -> AnyResponse:
        asker = self._person()
        if not self._tokens.fits():
            return self._password(asker, Refusal("stale_form", {}), 403)
        try:
            changed = self._change(asker)
        except AccountProblem as problem:
            return self._password(asker, Refusal(problem.key, problem.values), 429 if problem.key == "locked" else 400)
        return self._welcome(changed, "")

    def leave(self) -> AnyResponse:
        if not self._tokens.fits():
            abort(403)
        self._keeper.offload(self._keeper.access.sessions.log_out, self._keeper.session_secret())
        answer = redirect("/login", 303)
        self._keeper.clear_session(answer)
        return answer

    def _log_in(self, name: str, password: str) -> LoggedIn:
        browser, before = browser_of(request.environ), self._keeper.session_secret()
        log_in = partial(self._keeper.access.logins.log_in, instead_of=before)
        entered: LoggedIn = self._keeper.offload(log_in, name, password, browser)
        return entered

    def _change(self, asker: Asker) -> LoggedIn:
        old, new, again = (request.form.get(name, "")[:400] for name in ("old", "new", "again"))
        browser = browser_of(request.environ)
        change = partial(self._keeper.access.logins.change_password, new=new, again=again, browser=browser)
        changed: LoggedIn = self._keeper.offload(change, asker, old)
        return changed

    def _welcome(self, entered: LoggedIn, instead: str) -> AnyResponse:
        goal = next_path()
        if instead and goal:
            instead = f"{instead}?{urlencode({'next': goal})}"
        answer = redirect(instead or goal or HOME.get(entered.actor.role, "/login"), 303)
        self._keeper.set_session(answer, entered.secret, entered.actor.role)
        return answer

    def _person(self) -> Asker:
        """Who is logged in as a person; a device has no password."""
        asker = self._keeper.asker()
        if asker is None or asker.actor.known_by != "login":
            abort(redirect("/login", 303))
        return asker

    def _login(self, name: str = "", refusal: Refusal | None = None, status: int = 200) -> Response:
        token = self._tokens.token()
        html = pages.login(self._page(), form_token=token, next_path=next_path(), name=name, refusal=refusal)
        return Response(html, status)

    def _password(self, asker: Asker, refusal: Refusal | None = None, status: int = 200) -> Response:
        token, name = self._tokens.token(), asker.actor.name
        html = pages.password(self._page(), form_token=token, next_path=next_path(), name=name, refusal=refusal)
        return Response(html, status)


def home_of(asker: Asker | None) -> str:
    if asker and asker.must_change:
        return "/login/password"
    return HOME.get(asker.actor.role, "/login") if asker else "/login"


def next_path() -> str:
    """Where one wanted to go before the login: a path of this very site, else nothing."""
    wanted = request.values.get("next", "")[:500]
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/login")) and wanted.isprintable()
    return wanted if ours and not parts.netloc and not parts.scheme and "\\" not in wanted else ""


@cache
def style(name: str) -> bytes:
    """One style sheet out of the tokens and the screen's own: one request, and nothing behind the gate."""
    return b"\n".join((ASSETS / part).read_bytes() for part in STYLES[name])


def give_style(name: str) -> Response:
    if f"{name}.css" not in STYLES:
        abort(404)
    answer = Response(style(f"{name}.css"), mimetype="text/css")
    answer.headers["Cache-Control"] = FOR_GOOD if "v" in request.args else "no-cache"
    return answer


def mount(server: Flask, door: LoginDoor) -> None:
    server.add_url_rule("/", "home", door.home)
    server.add_url_rule("/login", "login", door.show)
    server.add_url_rule("/login", "enter", door.enter, methods=["POST"])
    server.add_url_rule("/login/password", "password", door.show_password)
    server.add_url_rule("/login/password", "change_password", door.change_password, methods=["POST"])
    server.add_url_rule("/login/out", "leave", door.leave, methods=["POST"])
    server.add_url_rule("/login/<name>.css", "login_style", give_style)
