"""device_status: how many devices each network's own platform says are online, beside what we heard ourselves."""

from data_feeds import answers
from data_feeds.answers import DeviceStatus
from data_feeds.feed import Feed
from data_feeds.http_get import get_json
from operations.ports import LiveWriter

NAME = "device_status"


def feed(url: str, live: LiveWriter, *, interval_s: float = 60) -> Feed[object, DeviceStatus]:
    return Feed(
        name=NAME,
        interval_s=interval_s,
        fetch=lambda: get_json(url),
        translate=lambda answer: answers.read(DeviceStatus, answer),
        deliver=lambda told: deliver(told, live),
    )


def deliver(told: DeviceStatus, live: LiveWriter) -> None:
    by_class = {one.device_class: {"registered": one.registered, "online": one.online} for one in told.classes}
    live.reference(NAME, by_class, told.as_of)
