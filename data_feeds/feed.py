"""A feed: one source that is asked again and again, in three parts that can be tried alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Fetched = TypeVar("Fetched")
Translated = TypeVar("Translated")


class FeedFailed(Exception):
    """The source cannot be reached, or what it answers is nothing we know; the sentence says which. Asking again may
    help, so the poller does."""


@dataclass(frozen=True)
class Feed(Generic[Fetched, Translated]):
    """`fetch` waits for the outside and raises FeedFailed; `translate` is pure; `deliver` hands over to the operations.

    `source` is the city's source whose health this feed decides, None for a feed that is no source of cases."""

    name: str
    interval_s: float
    fetch: Callable[[], Fetched]
    translate: Callable[[Fetched], Translated]
    deliver: Callable[[Translated], None]
    source: str | None = None

    def poll(self) -> None:
        self.deliver(self.translate(self.fetch()))
