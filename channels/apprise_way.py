"""A channel through Apprise: mail servers, chat rooms and text gateways, each by one URL."""

import logging
import re
import threading
from urllib.parse import quote

import apprise

from channels.filling import fill, values_of
from domain.delivery import DeliveryState
from operations.sending import NO_ANSWER, NO_WORD, NOT_CONNECTED, SERVER_FAULT, TOO_MANY, Came, Message

_NOT_PROCESSED = re.compile(
    "refused|No route to host|unreachable|Failed to establish|NameResolution|Name or service|name resolution"
)
_TIMED_OUT = re.compile(r"timed out|Read timeout|TimeoutError|aborted|reset by peer|unexpectedly closed", re.IGNORECASE)
_HTTP = re.compile(r"error=(\d{3})")
_SMTP = re.compile(r"\((\d{3}), b?['\"](.{0,120})")


class _Heard(logging.Handler):
    """What Apprise says of a call, which answers only yes or no: kept apart for each thread."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._own = threading.local()

    def begin(self) -> None:
        self._own.said = []

    def said(self) -> str:
        return " | ".join(getattr(self._own, "said", ()))

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.levelno >= logging.WARNING or message.startswith("Socket Exception"):
            getattr(self._own, "said", []).append(message[:500])


class AppriseWay:
    """`url` may hold {email}, {phone} and the like. Apprise knows no repeated call and tells nothing afterwards."""

    idempotent = asks = False

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._url, self._timeout_s = url, timeout_s
        self._asset = apprise.AppriseAsset(async_mode=False, storage_mode=apprise.PersistentStoreMode.MEMORY)

    def problem(self) -> str | None:
        """Why Apprise cannot use the URL; it is never shown, since it holds secrets."""
        trial = dict.fromkeys(("ref", "title", "text", "letter", "receipt_url"), "1")
        trial |= {"email": "a@city.example", "phone": "13800000000", "account": "a", "address": "13800000000"}
        return None if self._plugin(trial) is not None else "Apprise does not know such a URL"

    def send(self, message: Message) -> Came:
        plugin, heard = self._plugin(values_of(message, "")), heard_here()
        if plugin is None:
            return Came(DeliveryState.FAILED, "Apprise cannot use this address")
        heard.begin()
        body = message.whole if plugin.body_maxlen > len(message.whole) else message.short
        if plugin.notify(body=body, title=message.title if plugin.title_maxlen else ""):
            return Came(DeliveryState.SENT)
        return came_of(heard.said())

    def ask(self, ref: str) -> Came | None:  # noqa: ARG002 - Apprise cannot be asked
        return None

    def _plugin(self, values: dict[str, str]) -> apprise.NotifyBase | None:
        url = fill(self._url, values, lambda value: quote(value, safe=""))
        limits = (
            f"{'&' if '?' in url else '?'}cto={self._timeout_s:g}&rto={self._timeout_s:g}&retry=0&overflow=truncate"
        )
        found: apprise.NotifyBase | None = apprise.Apprise.instantiate(url + limits, asset=self._asset)
        return found


def came_of(said: str) -> Came:
    """What a call that failed came to, by what Apprise logged: tried again only where the callee asks for it or never
    had the message; in doubt it may have left."""
    smtp, http = _SMTP.search(said), _HTTP.search(said)
    if smtp:
        state = DeliveryState.WAITING if smtp[1].startswith("4") else DeliveryState.FAILED
        return Came(state, f"{smtp[1]} {smtp[2]}".rstrip("'\") "))
    if http:
        return _by_status(int(http[1]))
    if _NOT_PROCESSED.search(said):
        return Came(DeliveryState.WAITING, NOT_CONNECTED)
    if _TIMED_OUT.search(said) or not said:
        return Came(DeliveryState.UNKNOWN, NO_ANSWER)
    return Came(DeliveryState.UNKNOWN, NO_WORD)


def _by_status(code: int) -> Came:
    if code == 429:
        return Came(DeliveryState.WAITING, TOO_MANY)
    return Came(DeliveryState.UNKNOWN, SERVER_FAULT) if code >= 500 else Came(DeliveryState.FAILED, str(code))


_heard: _Heard | None = None
_once = threading.Lock()


def heard_here() -> _Heard:
    """The one listener to Apprise's log, which goes nowhere else: it names addresses."""
    global _heard
    with _once:
        if _heard is None:
            _heard = _Heard()
            log = logging.getLogger("apprise")
            log.setLevel(logging.DEBUG)
            log.propagate = False
            log.addHandler(_heard)
    return _heard
