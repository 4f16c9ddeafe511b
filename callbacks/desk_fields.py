"""The fields of what the desk's browser sends, one by one, checked to be what they must be."""

from collections.abc import Mapping

from domain.order import OrderRefused

Json = Mapping[str, object]
MOST_TARGETS = 20_000


class Unreadable(OrderRefused):
    """The browser sent something that no desk sends; the sentence names the field."""


def text_of(given: Json, name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
        raise Unreadable(f"{name} must be a text that can be stored")
    return value


def whole_of(given: Json, name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        raise Unreadable(f"{name} must be a whole number")
    return value


def mapping_of(given: Json, name: str) -> Json:
    value = given.get(name, {})
    if not isinstance(value, dict):
        raise Unreadable(f"{name} must be an object")
    return value


def texts_of(given: Json, name: str) -> tuple[str, ...]:
    value = given.get(name, [])
    if not isinstance(value, list) or len(value) > MOST_TARGETS or not all(isinstance(one, str) for one in value):
        raise Unreadable(f"{name} must be a list of texts")
    return tuple(value)
