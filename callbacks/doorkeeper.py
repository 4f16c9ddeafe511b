"""Who is asking: by the cookie of a person, the cookie of a device, the key of a machine, the token of a program."""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Request, Response, g, request
from werkzeug.http import parse_cookie

from domain.account import Actor, Role
from operations.access import Access
from operations.login_rules import digest
from operations.sessions import Asker, Browser

Offload = Callable[..., Any]
KEY_KEPT_S = 1.0  # how long a key that was valid is not looked up again
MOST_KEYS = 10_000
LONGEST_SECRET = 200
KEPT_BY_BROWSERS = 400 * 24 * 3600  # seconds; browsers keep no cookie longer


class Doorkeeper:
    """`offload(fn, *args)` calls where waiting for the database holds up nobody."""

    def __init__(self, access: Access, *, secret_key: str, https: bool, offload: Offload) -> None:
        # two installations on one host share its cookies, whatever their ports: each has names of its own
        mine = hashlib.sha256(b"cookies:" + secret_key.encode()).hexdigest()[:8]
        prefix = "__Host-" if https else ""
        self.session_cookie, self.device_cookie = f"{prefix}session-{mine}", f"{prefix}device-{mine}"
        self.form_cookie = f"{prefix}form-{mine}"
        self.access, self.https, self.offload = access, https, offload
        self._keys: dict[str, tuple[float, Actor]] = {}

    def who(self) -> Actor | None:
        """Who is asking in this request; None for nobody, and for one who has to change the password first."""
        asker = self.asker()
        return asker.actor if asker and not asker.must_change else None

    def asker(self) -> Asker | None:
        """The same with what may be revoked, looked up once a request."""
        if "asker" not in g:
            g.asker = self.offload(self._by_cookies, request.cookies, False)
        found: Asker | None = g.asker
        return found

    def identify(self, auth: object, environ: Mapping[str, Any]) -> Actor | None:
        """Who opens a socket: by the token in `auth` if there is one, else by the cookies. It may block."""
        token = auth.get("token") if isinstance(auth, Mapping) else None
        if token is not None:
            asker = self._by_token(token, browser_of(environ)) if isinstance(token, str) else None
        else:
            asker = self._by_cookies(parse_cookie(environ.get("HTTP_COOKIE")), True)
        return asker.actor if asker and not asker.must_change else None

    def identify_key(self, asked: Request) -> Actor | None:
        """Who asks with `Authorization: Bearer KEY`; cookies do not count here, so no other site can use them."""
        scheme, _, secret = asked.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(secret) <= LONGEST_SECRET:
            return None
        known = self._keys.get(digest(secret))
        if known and known[0] > time.monotonic():
            return known[1]
        asker: Asker | None = self.offload(self.access.keys.asker, secret)
        return self._remember(secret, asker.actor) if asker else None

    def forget_keys(self) -> None:
        """After a change by an administrator here; other processes look a key up again within KEY_KEPT_S."""
        self._keys.clear()

    def set_session(self, answer: Response, secret: str, role: Role) -> None:
        """A person's cookie ends with the browser; that of a post's desk stays."""
        self._set(answer, self.session_cookie, secret, KEPT_BY_BROWSERS if role is Role.POST else None)

    def set_device(self, answer: Response, secret: str) -> None:
        self._set(answer, self.device_cookie, secret, KEPT_BY_BROWSERS)

    def clear_session(self, answer: Response) -> None:
        answer.delete_cookie(self.session_cookie, secure=self.https, httponly=True, samesite="Lax")

    def session_secret(self) -> str:
        return request.cookies.get(self.session_cookie, "")[:LONGEST_SECRET]

    def device_secret(self) -> str:
        return request.cookies.get(self.device_cookie, "")[:LONGEST_SECRET]

    def _set(self, answer: Response, name: str, secret: str, seconds: int | None) -> None:
        answer.set_cookie(name, secret, max_age=seconds, secure=self.https, httponly=True, samesite="Lax")

    def _by_cookies(self, cookies: Mapping[str, str], by_itself: bool) -> Asker | None:
        """A person comes before the device the person sits at."""
        for name in (self.session_cookie, self.device_cookie):
            secret = cookies.get(name, "")
            if 0 < len(secret) <= LONGEST_SECRET:
                asker = self.access.sessions.asker(secret, by_itself=by_itself)
                if asker:
                    return asker
        return None

    def _by_token(self, token: str, browser: Browser) -> Asker | None:
        if len(token) > LONGEST_SECRET:
            return None
        return self.access.keys.asker(token) or self.access.tokens.asker(token, browser)

    def _remember(self, secret: str, actor: Actor) -> Actor:
        if len(self._keys) >= MOST_KEYS:
            self._keys.clear()
        self._keys[digest(secret)] = (time.monotonic() + KEY_KEPT_S, actor)
        return actor


def browser_of(environ: Mapping[str, Any]) -> Browser:
    agent = "".join(filter(str.isprintable, environ.get("HTTP_USER_AGENT", "")))
    return Browser(environ.get("REMOTE_ADDR", "")[:80], agent[:200])
