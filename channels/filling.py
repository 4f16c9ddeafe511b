"""A channel's templates filled with one message: only names in braces that were checked when the file was read."""

from collections.abc import Callable, Mapping
from typing import Any

from operations.sending import Message


def values_of(message: Message, receipt_url: str) -> dict[str, str]:
    """What may stand in braces. A channel knows one address of a person, whatever it is called there."""
    address = dict.fromkeys(("phone", "email", "account", "address"), message.address)
    told = {"title": message.title, "text": message.short, "letter": message.whole, "ref": message.ref}
    return address | told | {"receipt_url": receipt_url.format(ref=message.ref)}


def fill(said: Any, values: Mapping[str, str], quote: Callable[[str], str] = str) -> Any:
    """The template with every name replaced by its quoted value, in texts, lists and mappings alike."""
    if isinstance(said, str):
        return said.format(**{name: quote(value) for name, value in values.items()})
    if isinstance(said, dict):
        return {key: fill(value, values, quote) for key, value in said.items()}
    return [fill(value, values, quote) for value in said] if isinstance(said, list) else said
