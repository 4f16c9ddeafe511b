"""Fetching over HTTP from a system that may be slow, huge or wrong.

The library is loaded by the first fetch: a web process knows every feed and asks none, and would keep 4 MB for it."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

from data_feeds.feed import FeedFailed

if TYPE_CHECKING:
    import httpx

LARGEST = 32_000_000  # bytes
TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Answer:
    """`body` is None when the system says that nothing has changed."""

    body: bytes | None
    headers: Mapping[str, str]


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that this machine trusts, read once: 25 ms, and there is a call every few seconds."""
    import httpx

    return httpx.create_ssl_context()


def get_json(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Any:
    """The JSON that a URL answers, within `timeout_s` seconds altogether. Raises FeedFailed with the reason."""
    answer = get(url, params=params, headers=headers, timeout_s=timeout_s)
    try:
        return json.loads(answer.body or b"")
    except (ValueError, RecursionError) as error:
        raise FeedFailed(f"{url} does not answer JSON: {error}") from error


def get(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
    largest: int = LARGEST,
) -> Answer:
    """What a URL answers; redirections are not followed. Raises FeedFailed with the reason."""
    import httpx

    end = monotonic() + timeout_s
    try:
        with httpx.stream("GET", url, params=params, headers=headers, timeout=timeout_s, verify=trusted()) as answer:
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return Answer(None, answer.headers)
            body = _read(answer, (end, timeout_s), largest)
            answer.raise_for_status()
        return Answer(body, answer.headers)
    except httpx.HTTPStatusError as error:
        raise FeedFailed(f"{url} answers {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FeedFailed(f"{url} cannot be reached: {error or type(error).__name__}") from error


def _read(answer: "httpx.Response", time: tuple[float, float], largest: int) -> bytes:
    """The body, piece by piece: a source that drips for ever is cut off, and so is one that never ends."""
    body, (end, timeout_s) = bytearray(), time
    for piece in answer.iter_bytes():
        body += piece
        if monotonic() > end:
            raise FeedFailed(f"{answer.url} takes longer than {timeout_s:g} s")
        if len(body) > largest:
            raise FeedFailed(f"{answer.url} answers more than {largest:,} bytes")
    return bytes(body)
