"""Fetching JSON over HTTP from a system that may be slow, huge or wrong."""

import json
from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx

from data_feeds.feed import FeedFailed

LARGEST = 32_000_000  # bytes


def get_json(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 10,
) -> Any:
    """The JSON that a URL answers, within `timeout_s` seconds altogether. Raises FeedFailed with the reason."""
    end = monotonic() + timeout_s
    try:
        with httpx.stream("GET", url, params=params, headers=headers, timeout=timeout_s) as answer:
            body = _read(answer, end, timeout_s)
            answer.raise_for_status()
        return json.loads(body)
    except httpx.HTTPStatusError as error:
        raise FeedFailed(f"{url} answers {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FeedFailed(f"{url} cannot be reached: {error or type(error).__name__}") from error
    except (ValueError, RecursionError) as error:
        raise FeedFailed(f"{url} does not answer JSON: {error}") from error


def _read(answer: httpx.Response, end: float, timeout_s: float) -> bytes:
    """The body, piece by piece: a source that drips for ever is cut off, and so is one that never ends."""
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if monotonic() > end:
            raise FeedFailed(f"{answer.url} takes longer than {timeout_s:g} s")
        if len(body) > LARGEST:
            raise FeedFailed(f"{answer.url} answers more than {LARGEST:,} bytes")
    return bytes(body)
