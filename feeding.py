"""The feeds of a worker, put together: what is asked, what is listened to, and how they stop."""

import json
import os
from dataclasses import dataclass

import handover
from config import Settings
from data_feeds import feeds_file
from data_feeds.assembly import Behind, feeds
from data_feeds.feeds_file import FeedsFile
from data_feeds.mqtt import OneSubscriber, Subscriber, Taker
from data_feeds.poller import Poller
from office import Office
from operations.figures import Figures

LISTEN_EVERY_S = 5.0  # how soon another worker takes over the broker's session
PREFIX = "zhongshu"


@dataclass(frozen=True)
class Feeding:
    """Everything that comes in through a worker. `stop` hands over what has arrived and gives every lease back."""

    poller: Poller
    listener: OneSubscriber | None

    def start(self) -> None:
        if self.listener:
            self.poller.every(LISTEN_EVERY_S, self.listener.keep, "mqtt")
        self.poller.start()

    def stop(self) -> None:
        self.poller.stop()
        if self.listener:
            self.listener.stop()


def make(office: Office, holder: str) -> Feeding:
    """The feeds that the city's feeds.yaml declares, and the broker of MQTT_URL. Raises FeedsError."""
    settings, read = office.settings, office.database.read
    figures = Figures(office.database.begin, read, live=office.writer, clock=office.clock, city=office.city)
    behind = Behind(office.city, office.clock, office.writer, office.cases, office.dead_letters, figures)
    poller = Poller(leases=office.leases, live=office.writer, clock=office.clock, holder=holder)
    for feed in feeds(declared(settings), settings.city_dir, behind):
        poller.add(feed)
    return Feeding(poller, listener(office, settings.mqtt_url, holder) if settings.mqtt_url else None)


def declared(settings: Settings) -> FeedsFile:
    """The city's own feeds; in the demo city the three metric feeds are the demo's."""
    found = feeds_file.load(settings.city_dir, os.environ)
    if not settings.demo:
        return found
    port = json.loads(handover.file_of(settings.folder).read_text())["totals_port"]
    return feeds_file.with_metrics_at(FeedsFile(expected_s=found.expected_s), f"http://127.0.0.1:{port}")


def listener(office: Office, url: str, holder: str) -> OneSubscriber:
    taker = Taker(devices=office.devices, indicators=office.indicators, dead_letters=office.dead_letters, prefix=PREFIX)
    return OneSubscriber(lambda: Subscriber(url, taker), leases=office.leases, holder=holder)
