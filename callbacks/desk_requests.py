"""What the desk's browser asks for, checked: from plain JSON to the request that the operations take."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.order import OrderRefused
from operations.drafts import OrderRequest
from operations.targets import Targets

Json = Mapping[str, object]
MOST_TARGETS = 20_000
_CHANGES = ("title", "text", "ground", "callback")


class Unreadable(OrderRefused):
    """The browser sent something that no desk sends; the sentence names the field."""


def order_request(asked: Json, *, zone: ZoneInfo) -> OrderRequest:
    """Raises Unreadable for a field of another kind than the desk's form has."""
    form = _mapping(asked, "form")
    return OrderRequest(
        targets=Targets(_texts(form, "tiers"), _texts(form, "posts"), _texts(form, "leave_out")),
        title=_text(form, "title"),
        text=_text(form, "text"),
        grade=_whole(form, "grade") or 0,
        mode=_text(form, "mode"),
        limits=_limits(form),
        valid_until=moment(form.get("valid_until"), zone),
        answers=_texts(form, "answers"),
        template=_text(form, "template") or None,
        variables={str(name): str(value) for name, value in _mapping(form, "variables").items()},
        ground=_text(form, "ground"),
        callback=_text(form, "callback"),
        confirmed_count=_whole(asked, "count"),
    )


def changes(asked: Json, *, zone: ZoneInfo) -> dict[str, object]:
    """What a correction changes: only what was given."""
    given = _mapping(asked, "changes")
    found: dict[str, object] = {name: _text(given, name) for name in _CHANGES if given.get(name)}
    if given.get("valid_until"):
        found["valid_until"] = moment(given["valid_until"], zone)
    return found


def text_of(asked: Json, name: str) -> str:
    return _text(asked, name)


def whole_of(asked: Json, name: str) -> int | None:
    return _whole(asked, name)


def moment(value: object, zone: ZoneInfo) -> datetime | None:
    """A moment of the city's own clock, as 2026-11-24T22:00; None for none."""
    if not value:
        return None
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=zone)
    except ValueError:
        raise Unreadable(f"valid_until {value!r} is not a time: write it as 2026-11-24 22:00") from None


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
        raise Unreadable(f"{name} must be a text that can be stored")
    return value


def _whole(given: Json, name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        raise Unreadable(f"{name} must be a whole number")
    return value


def _mapping(given: Json, name: str) -> Json:
    value = given.get(name, {})
    if not isinstance(value, dict):
        raise Unreadable(f"{name} must be an object")
    return value


def _texts(given: Json, name: str) -> tuple[str, ...]:
    value = given.get(name, [])
    if not isinstance(value, list) or len(value) > MOST_TARGETS or not all(isinstance(one, str) for one in value):
        raise Unreadable(f"{name} must be a list of texts")
    return tuple(value)


def _limits(form: Json) -> dict[str, int]:
    given = _mapping(form, "limits")
    return {str(tier): seconds for tier in given if (seconds := _whole(given, tier)) is not None}
