"""All feeds of a city put together from its feeds.yaml, ready for the poller."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_feeds import daily_volume, device_status, dispatch_latency, mapping
from data_feeds.feed import Feed
from data_feeds.feeds_file import Asked, FeedsFile, JsonAsked
from data_feeds.http_json import JsonSource
from data_feeds.silence import Silence
from domain.city import City
from operations.cases import Cases
from operations.dead_letters import DeadLetters
from operations.figures import Figures
from operations.ports import Clock, LiveWriter


@dataclass(frozen=True)
class Behind:
    """The operations that the feeds hand over to."""

    city: City
    clock: Clock
    live: LiveWriter
    cases: Cases
    dead_letters: DeadLetters
    figures: Figures


def feeds(
    found: FeedsFile, folder: Path, behind: Behind, connected: Callable[[], set[str]] = set
) -> list[Feed[Any, Any]]:
    """One feed for each system that is asked, and one that watches the sources which report by themselves; `connected`
    are sources that are asked besides."""
    declared = {one.source for one in found.json_ if one.source}
    metrics = [METRICS[name](asked, behind) for name, asked in found.metrics.items()]
    return [
        *metrics,
        *(json_feed(one, folder, behind) for one in found.json_),
        silence_feed(found, lambda: declared | connected(), behind),
    ]


METRICS: dict[str, Callable[[Asked, Behind], Feed[Any, Any]]] = {
    "daily_volume": lambda asked, to: daily_volume.feed(asked.url, to.figures, interval_s=asked.every_s),
    "device_status": lambda asked, to: device_status.feed(asked.url, to.live, interval_s=asked.every_s),
    "dispatch_latency": lambda asked, to: dispatch_latency.feed(asked.url, to.live, interval_s=asked.every_s),
}


def json_feed(one: JsonAsked, folder: Path, to: Behind) -> Feed[Any, Any]:
    rules = mapping.load(folder / one.mapping)
    source = JsonSource(one.name, rules, city=to.city, cases=to.cases, dead_letters=to.dead_letters)
    return source.feed(one.url, interval_s=one.every_s, headers=one.headers, source=one.source)


def silence_feed(found: FeedsFile, pulled: Callable[[], set[str]], to: Behind) -> Feed[Any, Any]:
    watch = Silence(cases=to.cases, live=to.live, clock=to.clock, city=to.city, expected_s=found.expected_s)
    return watch.feed(pulled=pulled)
