"""A gateway for messages or calls over HTTP: what it answers is taken for what it says, never for more."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from channels.channels_file import Accepted, Gateway
from channels.filling import fill, values_of
from domain.delivery import DeliveryState
from operations.sending import NO_ANSWER, NO_WORD, NOT_CONNECTED, SERVER_FAULT, TOO_MANY, TRY_LATER, Came, Message

_NOT_PROCESSED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_TOO_MANY, _SERVER_FAULT = 429, 500
_MOST_BYTES = 100_000


class HttpGateway:
    """`states`: what the gateway's words for the way of a message mean; `receipt_url`: where it tells of it."""

    def __init__(
        self, gateway: Gateway, states: Mapping[str, DeliveryState], *, timeout_s: float, receipt_url: str = ""
    ) -> None:
        self._gateway, self._states, self._receipt_url = gateway, states, receipt_url
        self.idempotent, self.asks = bool(gateway.idempotency_header), gateway.ask is not None
        self._client = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, 5)), trust_env=False)

    def close(self) -> None:
        self._client.close()

    def send(self, message: Message) -> Came:
        """One call. It may have been processed unless it provably was not: then only a gateway that knows a repeated
        call is called again."""
        try:
            answer = self._client.send(self._request(message))
        except _NOT_PROCESSED:
            return Came(DeliveryState.WAITING, NOT_CONNECTED)
        except httpx.HTTPError:
            return self._in_doubt(NO_ANSWER)
        return self._came(answer)

    def _request(self, message: Message) -> httpx.Request:
        gateway, values = self._gateway, values_of(message, self._receipt_url)
        headers = {name: fill(value, values) for name, value in gateway.headers.items()}
        if gateway.idempotency_header:
            headers[gateway.idempotency_header] = message.ref
        body = fill(gateway.body, values)
        given: dict[str, Any] = {"data": body} if gateway.as_form else {"json": body}
        url = fill(gateway.url, values, lambda value: quote(value, safe=""))
        return self._client.build_request(gateway.method, url, headers=headers, **(given if body else {}))

    def _came(self, answer: httpx.Response) -> Came:
        code, again_s = answer.status_code, _retry_after(answer)
        if code == _TOO_MANY:
            return Came(DeliveryState.WAITING, TOO_MANY, again_s)
        if code >= _SERVER_FAULT:
            if again_s is not None:
                return Came(DeliveryState.WAITING, TRY_LATER, again_s)
            return self._in_doubt(SERVER_FAULT)
        said = _json(answer)
        if not answer.is_success:
            return Came(DeliveryState.FAILED, f"{code} {_why(said, self._gateway.accepted) or answer.reason_phrase}")
        return self._taken(said)

    def _taken(self, said: Any) -> Came:
        """A 200 is believed only where its body says the same."""
        accepted = self._gateway.accepted
        found = _field(said, accepted.field)
        if found is None:
            return Came(DeliveryState.UNKNOWN, NO_WORD)
        if any(found == one and isinstance(found, bool) == isinstance(one, bool) for one in accepted.is_):
            return Came(DeliveryState.SENT)
        return Came(DeliveryState.FAILED, f"{accepted.field} {found}: {_why(said, accepted)}".rstrip(": "))

    def _in_doubt(self, words: str) -> Came:
        return Came(DeliveryState.WAITING if self.idempotent else DeliveryState.UNKNOWN, words)

    def ask(self, ref: str) -> Came | None:
        asked = self._gateway.ask
        if asked is None:
            return None
        try:
            answer = self._client.get(asked.url.format(ref=quote(ref, safe="")), headers=self._own_headers())
        except httpx.HTTPError:
            return None
        word = str(_field(_json(answer), asked.field)) if answer.is_success else ""
        return Came(self._states[word], word) if word in self._states else None

    def _own_headers(self) -> dict[str, str]:
        """The headers of a question: those that say who we are, not those that describe a message."""
        return {name: value for name, value in self._gateway.headers.items() if "{" not in value}


def _json(answer: httpx.Response) -> Any:
    if len(answer.content) > _MOST_BYTES:
        return None
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return None


def _field(said: Any, path: str) -> Any:
    """The value below a dotted path, None where there is none."""
    for name in path.split("."):
        said = said.get(name) if isinstance(said, dict) else None
    return said


def _why(said: Any, accepted: Accepted) -> str:
    return str(_field(said, accepted.words) or "") if accepted.words else ""


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the callee asks us to wait, given as a number or as a date."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal() and len(value) < 9:
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
