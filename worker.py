"""A worker process: the relay, the tick, the feeds, and the jobs of the calendar. It serves nobody directly."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

import delivering
import demo_file
import processes
from config import Settings
from data_feeds import assembly, feeds_file
from data_feeds.assembly import Behind
from data_feeds.connecting import Connected
from data_feeds.feeds_file import FeedsFile
from data_feeds.mqtt import OneSubscriber, Subscriber, Taker
from data_feeds.poller import Poller
from domain.citytime import day_of, start_of
from live.devices import Devices
from live.fanout import Emitter
from live.outage import Outage
from live.relay import Relay
from live.vitals import Tick
from office import Office
from operations.zones import zone_of
from storage.history import Rollups
from storage.migrate import prepare_months

EXPIRY_EVERY_S = 1.0
ESCALATION_EVERY_S = 0.5
ROUTINE_EVERY_S = 5.0
GRID_EVERY_S = 0.1  # some 1,000 messages to grid workers a second are put on their way
ROLLUP_EVERY_S = 20.0
SESSIONS_EVERY_S = 60.0
MQTT_LOOK_S = 5.0
CONNECTIONS_LOOK_S = 5.0
LEASE_S = 120.0
HOUSEKEEPING_EVERY_S = 600.0
OUTBOX_KEPT = timedelta(hours=6)
log = logging.getLogger("worker")


def work(settings: Settings, when_told_to_stop: Callable[[Callable[[], object]], None]) -> None:
    """Work until told to stop."""
    office = Office(settings)
    told = threading.Event()
    when_told_to_stop(told.set)
    threads = [threading.Thread(target=loop, args=(told,), name=loop.__name__) for loop in loops(office)]
    for thread in threads:
        thread.start()
    poller, subscriber = feeding(office)
    poller.start()
    processes.settle_memory()
    while not told.wait(1):
        pass
    poller.stop()
    if subscriber:
        subscriber.stop()
    for thread in threads:
        thread.join(timeout=5)


def holder() -> str:
    """Who holds this process's leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


def feeding(office: Office) -> tuple[Poller, OneSubscriber | None]:
    """The poller with every feed of the city, and the listener to the MQTT broker if there is one."""
    poller = Poller(leases=office.leases, live=office.writer, clock=office.clock, holder=holder())
    behind = Behind(
        city=office.city,
        clock=office.clock,
        live=office.writer,
        cases=office.cases,
        dead_letters=office.dead_letters,
        figures=office.figures,
        proposals=office.proposals,
        alerts=office.alerts,
    )
    connected = Connected(office.access.connections.newest, behind, os.environ)
    for feed in assembly.feeds(
        declared_feeds(office.settings), office.settings.city_dir, behind, connected=connected.sources
    ):
        poller.add(feed)
    poller.every(CONNECTIONS_LOOK_S, lambda: connected.keep(poller), "connections")
    subscriber = listener(office)
    if subscriber:
        poller.every(MQTT_LOOK_S, subscriber.keep, "mqtt")
    return poller, subscriber


def declared_feeds(settings: Settings) -> FeedsFile:
    """What the city's feeds.yaml declares; in a demo the source systems' own totals come from the demo's systems."""
    found = feeds_file.load(settings.city_dir, os.environ)
    base = demo_file.totals_url(settings)
    return feeds_file.with_metrics_at(found, base) if base else found


def listener(office: Office) -> OneSubscriber | None:
    url, ca_file = office.settings.mqtt_url, office.settings.mqtt_ca_file
    if url is None:
        return None
    taker = Taker(
        devices=office.devices,
        indicators=office.indicators,
        dead_letters=office.dead_letters,
        prefix=office.city.code,
    )
    return OneSubscriber(lambda: Subscriber(url, taker, ca_file), leases=office.leases, holder=holder())


def loops(office: Office) -> list[Callable[[threading.Event], None]]:
    emit = Emitter(office.redis_url)
    rollups = Rollups(office.database, zone_of(office.city))
    months = partial(prepare_months, office.database)
    return [
        relay(office, emit).run,
        tick(office, emit).run,
        office.writer.heartbeats.run,
        every(SESSIONS_EVERY_S, "ending rested sessions", office.access.sessions.end_rested),
        every(EXPIRY_EVERY_S, "orders that expire", office.orders.expire_due),
        every(GRID_EVERY_S, "messages to grid workers", office.grid_calls.send_waiting),
        every(EXPIRY_EVERY_S, "requests that nobody seconded", office.order_requests.expire_due),
        every(EXPIRY_EVERY_S, "messages nobody needs", leased(office, "needless", delivering.needless(office))),
        *delivering.loops(office, holder()),
        every(ESCALATION_EVERY_S, "escalation", office.escalations.fire_due),  # no lease: a dead holder would delay it
        every(ROUTINE_EVERY_S, "planned roll-calls", office.roll_calls.run_due),
        every(ROUTINE_EVERY_S, "tests of channels", office.channel_tests.run_due),
        every(ROLLUP_EVERY_S, "rolling up days", leased(office, "rollups", lambda: rollups.roll_due(today(office)))),
        every(HOUSEKEEPING_EVERY_S, "forgetting what was told", lambda: office.outbox.forget(OUTBOX_KEPT)),
        every(HOUSEKEEPING_EVERY_S, "preparing the months to come", daily(office, "months", months)),
    ]


def today(office: Office) -> date:
    """The city's local day."""
    return day_of(office.clock.now(), zone_of(office.city))


def leased(office: Office, name: str, act: Callable[[], object]) -> Callable[[], None]:
    """`act` by one worker at a time: the one that holds the lease."""

    def once() -> None:
        if office.leases.hold(name, holder(), LEASE_S) is not None:
            act()

    return once


def daily(office: Office, job: str, act: Callable[[], object]) -> Callable[[], None]:
    """`act` once a local day, by the first worker that claims the run; the run of one that died is taken over."""

    def when_due() -> None:
        zone = zone_of(office.city)
        midnight = start_of(day_of(office.clock.real(), zone), zone)
        if office.leases.claim_run(job, midnight, holder(), LEASE_S):
            act()
            office.leases.finish_run(job, midnight, "done")

    return when_due


def tick(office: Office, emit: Emitter) -> Tick:
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
        holder=holder(),
    )


def relay(office: Office, emit: Emitter) -> Relay:
    return Relay(
        redis=office.redis,
        announcements=office.outbox,
        leases=office.leases,
        emit=emit,
        handed=lambda order, posts: mark_sent(office, order, posts),
        today=lambda: today(office),
        now=office.clock.real,
        holder=holder(),
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
