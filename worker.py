"""A worker process: the relay, the tick, the feeds, and the jobs of the calendar. It serves nobody directly."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from config import Settings
from live.devices import Devices
from live.fanout import Emitter
from live.outage import Outage
from live.relay import Relay
from live.vitals import Tick
from office import Office, open_office
from operations.zones import zone_of
from storage.history import Rollups

EXPIRY_EVERY_S = 1.0
ROLLUP_EVERY_S = 20.0
HOUSEKEEPING_EVERY_S = 600.0
OUTBOX_KEPT = timedelta(hours=6)
log = logging.getLogger("worker")


def work(settings: Settings, when_told_to_stop: Callable[[Callable[[], object]], None]) -> None:
    """Work until told to stop."""
    office = open_office(settings)
    told = threading.Event()
    when_told_to_stop(told.set)
    threads = [threading.Thread(target=loop, args=(told,), name=loop.__name__) for loop in loops(office)]
    for thread in threads:
        thread.start()
    while not told.wait(1):
        pass
    for thread in threads:
        thread.join(timeout=5)


def loops(office: Office) -> list[Callable[[threading.Event], None]]:
    holder = f"{socket.gethostname()}:{os.getpid()}"
    emit = Emitter(office.redis_url)
    return [
        relay(office, emit, holder).run,
        tick(office, emit, holder).run,
        every(EXPIRY_EVERY_S, "orders that expire", office.orders.expire_due),
        every(ROLLUP_EVERY_S, "rolling up days", Rollups(office.database, zone_of(office.city)).roll_due),
        every(HOUSEKEEPING_EVERY_S, "forgetting what was told", lambda: office.outbox.forget(OUTBOX_KEPT)),
    ]


def tick(office: Office, emit: Emitter, holder: str) -> Tick:
    return Tick(
        redis=office.redis,
        city=office.city,
        clock=office.clock,
        speed=lambda: office.clock.city_time().speed,
        leases=office.leases,
        read=office.database.read,
        devices=Devices(office.redis, office.database.begin, office.database.read, office.city.device_classes),
        emit=emit,
        demo=office.settings.demo,
        holder=holder,
    )


def relay(office: Office, emit: Emitter, holder: str) -> Relay:
    zone = zone_of(office.city)
    return Relay(
        redis=office.redis,
        announcements=office.outbox,
        leases=office.leases,
        emit=emit,
        handed=lambda order, posts: mark_sent(office, order, posts),
        today=lambda: office.clock.now().astimezone(zone).date(),
        now=office.clock.real,
        holder=holder,
    )


def mark_sent(office: Office, order: str, posts: Sequence[str]) -> None:
    """Only posts with a terminal were really handed the order; the others stay queued and say so."""
    here = office.reader.connected()
    reached = [post for post in posts if post in here]
    if reached:
        office.ledger.mark_sent(order, reached, office.clock.real())


def every(seconds: float, what: str, act: Callable[[], object]) -> Callable[[threading.Event], None]:
    outage = Outage(what, log)

    def loop(told: threading.Event) -> None:
        while not told.wait(seconds):
            outage.attempt(act)

    return loop
