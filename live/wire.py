"""How things travel through Redis and to browsers: compact JSON, times as operations.rows.stamp writes them."""

import json
from datetime import UTC, datetime
from typing import Any


def moment(text: str) -> datetime:
    """The moment of an RFC 3339 time with a zone; raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("the time has no zone")
    return at.astimezone(UTC)


def dumps(value: Any, **_: Any) -> str:
    """Chinese stays Chinese, which is half the bytes; a lone surrogate, which UTF-8 cannot carry, is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def loads(text: str | bytes, **_: Any) -> Any:
    return json.loads(text)


def text(value: str | bytes) -> str:
    """What Redis answers, as text."""
    return value.decode() if isinstance(value, bytes) else value


def raw(value: str | bytes | None) -> bytes:
    """What Redis answers, as bytes; nothing is empty."""
    return value.encode() if isinstance(value, str) else value or b""
