"""A web process: the screens, the HTTP door and the live door on one Flask server under gevent."""

import hashlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import gevent
from dash import Dash
from flask import Flask
from gevent.pywsgi import WSGIServer
from redis import RedisError
from werkzeug.middleware.proxy_fix import ProxyFix

import api.mount
import callbacks.desk
import callbacks.phone
import callbacks.roster
import callbacks.terminal
import callbacks.trends
import callbacks.wall
import live.server
import processes
import reports.table
from api.door import Route
from api.mount import Parts as Machines
from callbacks import entrance
from callbacks.desk_asks import Asks
from callbacks.desk_calls import Calls
from callbacks.desk_duty import DutyGaps
from callbacks.desk_feedback import Afterwards
from callbacks.desk_rolls import Rolls
from callbacks.desk_seconds import Seconds
from callbacks.desk_steps import Steps
from callbacks.desk_targets import Targeting
from callbacks.desk_wall import Showing
from callbacks.doorkeeper import Doorkeeper, Offload
from callbacks.entrance import House
from callbacks.language import language_of
from callbacks.roster import CalendarDoor
from callbacks.terminal_post import PostParts
from config import Settings
from layouts.page import Page
from live.gateway import Behind
from live.wire import moment
from office import Office

HERE = Path(__file__).resolve().parent
ENGINE_STANDS_AFTER = timedelta(seconds=10)
CODE = ("app.py", "web.py", "api", "assets", "callbacks", "domain", "layouts", "live", "operations", "storage")


def offload_for(settings: Settings) -> Offload:
    """SQLite blocks the thread it is called from, so its callers wait in native threads; PostgreSQL's driver yields."""
    if not settings.database_url.startswith("sqlite"):
        return lambda act, *arguments: act(*arguments)

    def apart(act: Callable[..., Any], *arguments: Any) -> Any:
        done, found = gevent.get_hub().threadpool.apply(caught, (act, arguments))
        if done:
            return found
        raise found

    return apart


def caught(act: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """What it answers or raises, as a value: gevent prints a traceback for whatever is raised in its threads, and a
    refusal is no fault."""
    try:
        return True, act(*arguments)
    except Exception as error:  # noqa: BLE001 - raised again where it was called from
        return False, error


def build_of() -> str:
    """What runs, as a short digest of its own files: browsers that show another build reload themselves."""
    found = hashlib.blake2b(digest_size=6)
    for name in CODE:
        place = HERE / name
        for path in sorted(place.rglob("*") if place.is_dir() else [place]):
            if path.suffix in (".py", ".js", ".css", ".json", ".html"):
                found.update(path.read_bytes())
    return found.hexdigest()


@dataclass
class Web:
    """The server with every door on it. Tests take one apart in their own process; `serve` runs it."""

    server: Flask
    office: Office
    door: live.server.Live
    routes: list[Route]


def make(settings: Settings, *, async_mode: str = "gevent", offload: Offload | None = None) -> Web:
    office, offload, build = Office(settings), offload or offload_for(settings), build_of()
    office.clock.now()  # SQLAlchemy takes a lock for the very first connection: here, before there are threads
    server = Flask("zhongshu", static_folder=None)
    screens: list[Dash] = []
    hashes = lambda: [each for screen in screens for each in screen.csp_hashes()]  # noqa: E731 - asked once all are on
    keeper = entrance.install(server, house_of(office, build, offload), script_hashes=hashes)
    routes = api.mount.mount(
        server,
        machines_of(office),
        identify=keeper.identify_key,
        offload=offload,
        ready=lambda: not_ready(office),
        who=keeper.who,
    )
    calendars = CalendarDoor(keeper, office.rosters, office.city, language_of, office.clock.real)
    callbacks.roster.mount(server, calendars)
    door = live.server.attach(server, office.redis_url, behind(office, keeper, build, offload), async_mode=async_mode)
    screens += mount_screens(server, office, keeper, build, offload)
    return Web(server, office, door, routes)


def house_of(office: Office, build: str, offload: Offload) -> House:
    return House(
        access=office.access,
        city=office.city,
        live=office.reader,
        demo=office.settings.demo,
        build=build,
        secret_key=office.settings.secret_key,
        public_url=office.settings.public_url,
        offload=offload,
    )


def machines_of(office: Office) -> Machines:
    return Machines(
        city=office.city,
        clock=office.clock,
        cases=office.cases,
        dead_letters=office.dead_letters,
        devices=office.devices,
        indicators=office.indicators,
        orders=office.orders,
        live=office.reader,
        messages=office.messages,
        proposals=office.proposals,
        aftermath=office.aftermath,
        print_paper=office.printer,
        public_url=office.settings.public_url,
        rosters=office.rosters,
        readiness=office.readiness,
        delivery_desk=office.delivery_desk,
        target_groups=office.groups,
        areas=office.areas,
        grid_workers=office.access.grid_workers,
        grid_pages=office.grid_pages,
        scenes=office.scenes,
        order_requests=office.order_requests,
        ledger=office.ledger,
        plans=office.access.plans,
        checklists=office.checklists,
        escalations=office.escalations,
        roll_calls=office.roll_calls,
        channel_tests=office.channel_tests,
        write_table=reports.table.xlsx,
        reachability=office.reachability,
        feedback=office.feedback,
        short_messages=office.short_messages,
    )


def behind(office: Office, keeper: Doorkeeper, build: str, offload: Offload) -> Behind:
    return Behind(
        city=office.city,
        identify=keeper.identify,
        rows_for=office.board.rows_for,
        record=office.ledger.record,
        reader=office.reader,
        now=office.clock.real,
        build=build,
        offload=offload,
    )


def mount_screens(server: Flask, office: Office, keeper: Doorkeeper, build: str, offload: Offload) -> list[Dash]:
    """Every screen; the Dash apps among them are returned, since their inline scripts must be allowed by hash."""
    demo = office.settings.demo
    same: dict[str, Any] = {
        "city": office.city,
        "who": keeper.who,
        "language_of": language_of,
        "demo": demo,
        "build": build,
    }
    callbacks.terminal.mount(
        server,
        **same,
        post=PostParts(office.rosters, office.open_cases, office.feedback, office.clock, offload),
        now=office.clock.real,
        works_offline=office.settings.offline_terminals,
    )
    desk = callbacks.desk.mount(
        server,
        **same,
        parts=desk_of(office),
        reserved_take_part=demo,
        now=office.clock.real,
        offload=offload,
    )
    callbacks.phone.mount(
        server,
        pages=office.grid_pages,
        page=lambda language: Page(language, office.city, demo, build),
        language_of=language_of,
        offload=offload,
    )
    trends = callbacks.trends.mount(server, **same, trends=office.trends, cases=office.cases, offload=offload)
    return [callbacks.wall.mount(server, **same), desk, trends]


def desk_of(office: Office) -> callbacks.desk.Parts:
    return callbacks.desk.Parts(
        orders=office.orders,
        requests=office.order_requests,
        contacts=office.contacts,
        asks=Asks(
            orders=office.orders,
            proposals=office.proposals,
            readiness=office.readiness,
            steps=Steps(office.checklists),
            calls=Calls(office.delivery_desk, office.escalations),
            seconds=Seconds(office.order_requests, office.orders, office.short_messages),
            targeting=Targeting(office.groups, office.areas, office.grid_pages),
            showing=Showing(office.scenes),
            rolls=Rolls(office.roll_calls, office.channel_tests, office.reachability, reports.table.xlsx),
            afterwards=Afterwards(office.feedback),
            duty=DutyGaps(office.rosters, office.city, office.clock),
        ),
        aftermath=office.aftermath,
        print_paper=office.printer,
    )


def not_ready(office: Office) -> list[str]:
    """Why this process should not get visitors: a store away, or an engine that stands still."""
    reasons = []
    try:
        office.redis.ping()
    except RedisError:
        reasons.append("Redis does not answer")
    vitals = office.reader.vitals()
    if vitals is None or office.clock.real() - moment(vitals["real_at"]) > ENGINE_STANDS_AFTER:
        reasons.append("the vital signs have not moved for 10 s: is the worker running?")
    return reasons


class PromptServer(WSGIServer):
    """Sends what it has at once. Otherwise an answer's body waits 40 ms for the browser's late word that it has the
    head, on every kept connection."""

    def handle(self, client: socket.socket, address: object) -> None:
        if client.family != socket.AF_UNIX:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(client, address)


def behind_proxies(server: Flask, proxies: int) -> None:
    """Take the visitor's address and scheme from as many proxies as are our own, and from nobody else: what a visitor
    claims beyond them is not believed."""
    if proxies:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def serve(settings: Settings, when_told_to_stop: Callable[[Callable[[], object]], None]) -> None:
    """Serve until told to stop."""
    web = make(settings)
    behind_proxies(web.server, settings.proxies)
    merging = (web.door.stopped,)
    threading.Thread(target=web.office.writer.heartbeats.run, args=merging, name="heartbeats", daemon=True).start()
    processes.settle_memory()
    listener = PromptServer((settings.host, settings.port), web.server, log=None)
    when_told_to_stop(listener.stop)
    listener.serve_forever()
    web.door.stop()
