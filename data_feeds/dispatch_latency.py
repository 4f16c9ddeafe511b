"""dispatch_latency: how fast each district answers by a foreign system's own measure, beside what our ledger shows."""

from data_feeds import answers
from data_feeds.answers import DispatchLatency
from data_feeds.feed import Feed
from data_feeds.http_get import get_json
from operations.ports import LiveWriter

NAME = "dispatch_latency"


def feed(url: str, live: LiveWriter, *, interval_s: float = 60) -> Feed[object, DispatchLatency]:
    return Feed(
        name=NAME,
        interval_s=interval_s,
        fetch=lambda: get_json(url),
        translate=lambda answer: answers.read(DispatchLatency, answer),
        deliver=lambda told: deliver(told, live),
    )


def deliver(told: DispatchLatency, live: LiveWriter) -> None:
    by_district = {one.district: one.model_dump(exclude={"district"}) for one in told.districts}
    live.reference(NAME, by_district, told.as_of)
