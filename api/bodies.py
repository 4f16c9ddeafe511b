"""Reading a request's body: JSON of bounded size whose oddities spoil only the rows that hold them."""

import json
import math
from http import HTTPStatus
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from api.problems import Failed

LIMIT = 10_000_000  # bytes
LONGEST_NUMBER = 40  # digits; a longer one becomes infinite, and the field that holds it is refused
MALFORMED = "the body is not JSON"


def read(request: Request, limit: int = LIMIT) -> bytes:
    """The body as it came. Raises Failed (413) beyond `limit` bytes."""
    request.max_content_length = limit + 1  # a body of unknown length is cut off there instead of refused
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_large(limit) from None
    if len(body) > limit:
        raise too_large(limit)
    return body


def too_large(limit: int) -> Failed:
    return Failed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {limit:,} bytes")


def parse(body: bytes) -> object:
    """The value of a JSON body. Raises Failed (400) saying where it breaks off."""
    try:
        return json.loads(body, parse_int=whole)
    except json.JSONDecodeError as error:
        raise Failed(HTTPStatus.BAD_REQUEST, f"{MALFORMED}: {error}") from None
    except UnicodeDecodeError as error:
        raise Failed(HTTPStatus.BAD_REQUEST, f"{MALFORMED}: it is not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise Failed(HTTPStatus.BAD_REQUEST, f"{MALFORMED} that can be read: it is nested too deeply") from None


def whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


def json_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body, None when it holds something else or cannot be read."""
    try:
        found = parse(body)
    except Failed:
        return None
    return found if isinstance(found, dict) else None
