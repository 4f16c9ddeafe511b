"""A live side made of real parts: Redis, SQLite, a served door, and the official client."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import socketio
from flask import Flask
from redis import Redis
from werkzeug.serving import make_server

from domain.account import Actor
from live.connection import connect
from live.devices import Devices
from live.fanout import NAMESPACE, Emitter
from live.gateway import Behind
from live.reader import RedisReader
from live.relay import Relay
from live.server import Live, attach
from live.vitals import Tick
from operations.rows import case_row
from operations.zones import zone_of
from storage.leases import SqlLeases
from storage.outbox import Outbox
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.conftest import Office, zhengzhou
from tests.outside import until


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    client = connect(redis_url)
    yield client
    client.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = a_database(tmp_path)
    yield Office(database, FakeClock(), zhengzhou())
    database.close()


@dataclass
class Told:
    """What the relay emitted, in order, and the orders it said were handed over."""

    events: list[tuple[str, dict[str, Any], list[str]]] = field(default_factory=list)
    handed: list[tuple[str, list[str]]] = field(default_factory=list)

    def emit(self, event: str, data: dict[str, Any], rooms: list[str]) -> None:
        self.events.append((event, data, list(rooms)))


def emit_of(told: Told | Emitter) -> Any:
    return told.emit if isinstance(told, Told) else told


def relay_of(office: Office, redis: Redis, told: Told | Emitter, holder: str = "one") -> Relay:
    zone = zone_of(office.city)
    return Relay(
        redis=redis,
        announcements=Outbox(office.database, zone, case_row),
        leases=SqlLeases(office.database),
        emit=emit_of(told),
        handed=lambda order, posts: told.handed.append((order, list(posts))) if isinstance(told, Told) else None,
        today=lambda: office.clock.now().astimezone(zone).date(),
        now=office.clock.real,
        holder=holder,
    )


def tick_of(office: Office, redis: Redis, told: Told | Emitter, holder: str = "one") -> Tick:
    database = office.database
    return Tick(
        redis=redis,
        city=office.city,
        clock=office.clock,
        speed=lambda: 1.0,
        leases=SqlLeases(database),
        read=database.read,
        devices=Devices(redis, database.begin, database.read, office.city.device_classes),
        emit=emit_of(told),
        demo=True,
        holder=holder,
    )


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def relay(office: Office, redis: Redis, told: Told) -> Relay:
    return relay_of(office, redis, told)


@dataclass
class Door:
    """A served live door. Whoever connects with {"token": name} is `actors[name]`."""

    port: int
    live: Live
    actors: dict[str, Actor]
    visitors: list["Visitor"] = field(default_factory=list)

    def connect(self, token: str) -> "Visitor":
        visitor = Visitor(socketio.Client(reconnection=False))
        visitor.client.connect(
            f"http://127.0.0.1:{self.port}",
            namespaces=[NAMESPACE],
            transports=["websocket"],
            auth={"token": token},
            wait_timeout=20,
        )
        visitor.line = visitor.client.eio.ws
        self.visitors.append(visitor)
        return visitor


class Visitor:
    """A browser, as python-socketio's own client."""

    def __init__(self, client: socketio.Client) -> None:
        self.client = client
        self.line: Any = None
        self.rows: list[dict[str, Any]] = []
        self.vitals: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        client.on("rows", lambda data: self.rows.extend(data["rows"]), namespace=NAMESPACE)
        client.on("vitals", self.vitals.append, namespace=NAMESPACE)
        client.on("notice", self.notices.append, namespace=NAMESPACE)

    def say(self, event: str, payload: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.call(event, payload, namespace=NAMESPACE, timeout=30)
        return answer

    def leave(self) -> None:
        """As a device does whose power is cut: no goodbye."""
        if self.line.sock:
            with suppress(OSError):
                self.line.sock.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """The client does not close the socket of a connection that the server ended."""
        self.leave()
        self.client.eio.read_loop_task.join(5)
        self.line.shutdown()

    def join(self, room: object) -> dict[str, Any]:
        return self.say("join", room)


Serve = Callable[..., Door]


@pytest.fixture
def serve(redis_url: str, office: Office) -> Iterator[Serve]:
    """Serves a door over the office; what is behind it may be replaced. Nobody but its doors listens to Redis: those
    of the test before do so for a moment more."""
    doors: list[tuple[Door, Any]] = []
    with connect(redis_url) as redis:
        redis.client_kill_filter(_type="pubsub")

    def start(url: str = redis_url, **instead: Any) -> Door:
        actors: dict[str, Actor] = {"officer": office.officer}
        behind: dict[str, Any] = {
            "city": office.city,
            "identify": lambda auth, _environ: actors.get(auth["token"]) if auth else None,
            "rows_for": office.board.rows_for,
            "record": office.ledger.record,
            "reader": RedisReader(connect(url), office.clock.real),
            "now": office.clock.real,
            "build": "b1",
        }
        app = Flask("door")
        live = attach(app, url, Behind(**(behind | instead)), async_mode="threading")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        doors.append((Door(server.port, live, actors), server))
        return doors[-1][0]

    yield start
    for door, server in doors:
        door.live.stop()
        for visitor in door.visitors:
            visitor.end()
        until(lambda gateway=door.live.gateway: not gateway.sockets, what="the door to see that all have left")
        server.shutdown()
        server.server_close()


@pytest.fixture
def door(serve: Serve) -> Door:
    return serve()
