"""What every answer tells the browser: nothing from other hosts, nothing framed, nothing guessed."""

from collections.abc import Callable, Iterable

from flask import Flask, Response, request

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Dash and plotly write styles; scripts they do not
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "autoplay=(self), screen-wake-lock=(self), fullscreen=(self), camera=(), microphone=(), "
    "geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_YEAR = "max-age=31536000"


def policy(hashes: Iterable[str] = ()) -> str:
    """The content policy; `hashes` are of the inline scripts that Dash itself writes into a page."""
    rules = POLICY | {"script-src": " ".join([POLICY["script-src"], *dict.fromkeys(hashes)])}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def install(server: Flask, *, https: bool, script_hashes: Callable[[], Iterable[str]] = tuple) -> None:
    """Put the headers on every answer. `script_hashes` is asked once, after every screen has been mounted."""
    made: list[str] = []

    def add(answer: Response) -> Response:
        made[:] = made or [policy(script_hashes())]
        answer.headers["Content-Security-Policy"] = made[0]
        for name, value in FIXED.items():
            answer.headers.setdefault(name, value)
        if https:
            answer.headers["Strict-Transport-Security"] = ONE_YEAR
        if answer.mimetype == "text/html" or request.path.startswith(("/login", "/admin")):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    server.after_request(add)
