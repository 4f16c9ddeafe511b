"""The one gate in front of every screen: which path needs which permission, and what happens without it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, Response, g, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks import forms
from callbacks.doorkeeper import Doorkeeper, browser_of
from domain.account import Actor, Permission
from operations.account_problems import AccountProblem
from operations.sessions import Browser

# The table is the document: the first entry that covers a path decides, and what no entry covers is refused.
FREE = (
    "/login",  # checks for itself what each of its pages needs
    "/healthz",
    "/readyz",
    "/metrics",  # the interface for machines asks for a key itself, here and below
    "/api",
    "/cap",
    "/g",  # pages of grid workers, each found by a token that nobody can guess
    "/terminal/sw.js",  # says nothing of anybody, and must reach also those who are no longer logged in
    "/terminal/icons",
    "/roster",  # calendars, which ask for a session or a key themselves
    "/favicon.ico",
    "/",  # leads to the screen of one's role, or to the login
)
NEEDS = {
    "/wall": Permission.SEE_WALL,
    "/desk": Permission.SEE_LEDGER,
    "/cases": Permission.SEE_CASES,
    "/trends": Permission.SEE_CASES,
    "/report": Permission.SEE_CASES,
    "/terminal": Permission.ANSWER,
    "/admin": Permission.ADMINISTER,
}
MACHINES = ("/api", "/cap", "/metrics")
LARGEST_BODY = 6_000_000  # bytes, to a screen; the interface for machines has a limit of its own


def covers(prefix: str, path: str) -> bool:
    return path == prefix or (prefix != "/" and path.startswith(f"{prefix}/"))


def is_free(path: str) -> bool:
    return any(covers(prefix, path) for prefix in FREE)


def permission_for(path: str) -> Permission | None:
    """What the path needs; None when nobody may go there."""
    return next((needed for prefix, needed in NEEDS.items() if covers(prefix, path)), None)


@dataclass(frozen=True)
class Gate:
    """`refuse(key)` makes the page that says why somebody may not go on, in the reader's language."""

    keeper: Doorkeeper
    public_url: str
    sentence: Callable[[str], str]
    page: Callable[[str], str]

    def check(self) -> AnyResponse | None:
        """None lets the request through."""
        if not any(covers(prefix, request.path) for prefix in MACHINES):
            request.max_content_length = LARGEST_BODY
            if request.method not in forms.SAFE and not forms.comes_from_us(self.public_url):
                return self._refuse("guard.other_site", 403)
        if is_free(request.path):
            return None
        if request.method == "GET" and "token" in request.args:
            return self._exchange()
        return self._check_permission()

    def _check_permission(self) -> AnyResponse | None:
        asker = self.keeper.asker()
        if asker is None or asker.must_change:
            return self._to_login("/login/password" if asker else "/login")
        needed = permission_for(request.path)
        if needed is None:
            return self._refuse("guard.no_such_page", 403 if request.url_rule else 404)
        if not asker.actor.may(needed):
            return self._refuse("guard.not_allowed", 403)
        self._keep_device(asker.actor)
        return None

    def _exchange(self) -> AnyResponse:
        """A token in the address is used up at once and leaves the address bar."""
        secret, device = request.args["token"][:200], self.keeper.device_secret()
        try:
            new = self.keeper.offload(self._use_token, secret, browser_of(request.environ), device)
        except AccountProblem as problem:
            return self._refuse(f"refusal.{problem.key}", 403)
        rest = [(name, value) for name, value in request.args.items(multi=True) if name != "token"]
        answer = redirect(request.path + (f"?{urlencode(rest)}" if rest else ""), 303)
        if new:
            self.keeper.set_device(answer, new)
        return answer

    def _use_token(self, secret: str, browser: Browser, device: str) -> str | None:
        return self.keeper.access.tokens.exchange(secret, browser, device=device)

    def _to_login(self, path: str) -> AnyResponse:
        if not is_page():
            return problem(self.sentence("guard.log_in"), 401)
        return redirect(f"{path}?{urlencode({'next': request.full_path.rstrip('?')})}", 302)

    def _refuse(self, key: str, status: int) -> AnyResponse:
        sentence = self.sentence(key)
        return Response(self.page(sentence), status) if is_page() else problem(sentence, status)

    def _keep_device(self, actor: Actor) -> None:
        """A device's cookie is renewed with every page it loads: it must not run out in the middle of the show."""
        if actor.known_by == "device" and is_page():
            g.renew_device = True

    def renew(self, answer: Response) -> Response:
        if g.pop("renew_device", False) and answer.status_code == 200:
            self.keeper.set_device(answer, self.keeper.device_secret())
        return answer


def install(server: Flask, gate: Gate) -> None:
    """Put the gate in front of everything the server serves."""
    server.before_request(gate.check)
    server.after_request(gate.renew)


def is_page() -> bool:
    """Whether a person looks at the answer, rather than a script or a style sheet of the page."""
    navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return navigates and request.accept_mimetypes.accept_html and "/_" not in request.path


def problem(sentence: str, status: int) -> Response:
    answer = jsonify({"title": sentence, "status": status})
    answer.status_code, answer.mimetype = status, "application/problem+json"
    return answer
