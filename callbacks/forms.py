"""Forms that only our own pages can send: where a request comes from, and a token bound to the browser."""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Response, g, request

from callbacks.doorkeeper import Doorkeeper

SAFE = ("GET", "HEAD", "OPTIONS")
FIELD = "form_token"


def comes_from_us(public_url: str) -> bool:
    """Whether this request was sent by one of our own pages. A browser says so itself; what says nothing is refused."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:  # pages cannot set this one; it is missing on plain http
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(origin).netloc in {request.host, urlsplit(public_url).netloc} - {""}


class FormTokens:
    """The token in a form fits the browser's own cookie and its session, and nobody else can make one."""

    def __init__(self, keeper: Doorkeeper, secret_key: str) -> None:
        self._keeper, self._key = keeper, hashlib.sha256(b"forms:" + secret_key.encode()).digest()

    def token(self) -> str:
        """For a form on the page that is being made; `keep` then gives the browser the cookie it fits."""
        if "form_seed" not in g:
            g.form_seed = request.cookies.get(self._keeper.form_cookie) or secrets.token_urlsafe(24)
        return self._of(g.form_seed)

    def keep(self, answer: Response) -> Response:
        if "form_seed" in g and g.form_seed != request.cookies.get(self._keeper.form_cookie):
            answer.set_cookie(
                self._keeper.form_cookie, g.form_seed, secure=self._keeper.https, httponly=True, samesite="Strict"
            )
        return answer

    def fits(self) -> bool:
        seed = request.cookies.get(self._keeper.form_cookie, "")
        return bool(seed) and hmac.compare_digest(self._of(seed).encode(), request.form.get(FIELD, "").encode())

    def _of(self, seed: str) -> str:
        return hmac.new(self._key, f"{seed}:{self._keeper.session_secret()}".encode(), hashlib.sha256).hexdigest()


def field(name: str, longest: int = 200) -> str:
    """A field of the form that was sent, without what nobody can see."""
    return "".join(filter(str.isprintable, request.form.get(name, "")[:longest])).strip()
