"""All feeds of a city put together from its feeds.yaml, ready for the poller."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_feeds import daily_volume, device_status, dispatch_latency, mapping
from data_feeds.cap_feed import CapSource
from data_feeds.feed import Feed
from data_feeds.feeds_file import Asked, CapAsked, FeedsFile, JsonAsked
from data_feeds.http_json import JsonSource
from data_feeds.silence import Silence
from domain.city import City
from operations.cases import Cases
from operations.dead_letters import DeadLetters
from operations.figures import Figures
from operations.ports import Clock, LiveWriter
from operations.proposals import AlertReader, Proposals


@dataclass(frozen=True)
class Behind:
    """The operations that the feeds hand over to."""

    city: City
    clock: Clock
    live: LiveWriter
    cases: Cases
    dead_letters: DeadLetters
    figures: Figures
    proposals: Proposals
    alerts: AlertReader


def feeds(
    found: FeedsFile, folder: Path, behind: Behind, connected: Callable[[], set[str]] = set
) -> list[Feed[Any, Any]]:
    """One feed for each system that is asked, and one that watches the sources which report by themselves; `connected`
    are sources that are asked besides."""
    declared = {one.source for one in (*found.json_, *found.cap) if one.source}
    metrics = [METRICS[name](asked, behind) for name, asked in found.metrics.items()]
    return [
        *metrics,
        *(json_feed(one, folder, behind) for one in found.json_),
        *(cap_feed(one, behind) for one in found.cap),
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


def cap_feed(one: CapAsked, to: Behind) -> Feed[Any, Any]:
    return cap_source(one.name, one.source, to).feed(one.url, interval_s=one.every_s, headers=one.headers)


def cap_source(name: str, source: str | None, to: Behind) -> CapSource:
    return CapSource(name, alerts=to.alerts, proposals=to.proposals, dead_letters=to.dead_letters, source=source)


def silence_feed(found: FeedsFile, pulled: Callable[[], set[str]], to: Behind) -> Feed[Any, Any]:
    watch = Silence(cases=to.cases, live=to.live, clock=to.clock, city=to.city, expected_s=found.expected_s)
    return watch.feed(pulled=pulled)
