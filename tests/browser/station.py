"""A small real station for the screens of orders: real operations on SQLite behind Flask-SocketIO, and people by name.

`python -m tests.browser.station --port 8071` keeps one running to look at; who one is stands in the cookie `as`."""

import argparse
import logging
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import RLock, Thread
from typing import Any

from flask import Flask, request
from flask_socketio import Namespace, SocketIO
from werkzeug.serving import BaseWSGIServer, make_server

from callbacks import desk, terminal
from callbacks.desk import directly
from callbacks.terminal_post import PostParts
from data_feeds.city import load
from domain.account import Actor, Role
from domain.city import City
from live.receipts import KINDS, Malformed, receipt
from live.rooms import emissions, post_of
from operations.account_ports import Ground
from operations.board import Board, may_join
from operations.deliveries import Deliveries
from operations.feedback import FeedbackDesk
from operations.grid_calls import GridCalls
from operations.ledger import Ledger
from operations.open_cases import OpenCases
from operations.orders import Orders
from operations.proposals import Proposals
from operations.readiness import ReadinessDesk
from operations.receipts import Receipt
from operations.roster import Rosters
from operations.roster_requests import LayerRequest
from operations.rows import case_row, stamp
from operations.zones import zone_of
from storage.outbox import Outbox
from storage.passwords import KeyedPins
from tests.databases import a_database
from tests.desk_parts import desk_parts
from tests.servers import Server

CITIES = Path(__file__).parents[2] / "cities"
PINS = KeyedPins("the key of the station")


class RealClock:
    """The real time, which a test may set ahead."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def real(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Station:
    """Everything of one small city: its operations, and what the relay and the live door do, in this process."""

    def __init__(self, folder: Path, city: City, *, demo: bool = True) -> None:
        self.city, self.clock = city, RealClock()
        self.connected: set[str] = set()
        self.seen: dict[str, datetime] = {}
        self.database = a_database(folder, after_commit=lambda _urgent: self.carry())
        begin, read = self.database.begin, self.database.read
        told = {"clock": self.clock, "city": city}
        deliveries = Deliveries(begin, read, clock=self.clock, ways=(), outside=False)
        self.calls = GridCalls(begin, read, deliveries, secret_key="k" * 32, url="http://city.test")
        self.orders = Orders(
            begin, read, connected=lambda: self.connected, reserved_take_part=demo, calls=self.calls, **told
        )
        self.ledger = Ledger(begin, read, clock=self.clock, hasher=PINS)
        self.board = Board(read, **told)
        self.outbox, self.lock, self.demo = Outbox(self.database, zone_of(city), case_row), RLock(), demo
        self.proposals, self.readiness = Proposals(begin, read, **told), ReadinessDesk(begin, read, **told)
        self.rosters = Rosters(Ground(begin, read, self.clock, city))
        self.officer = Actor("o1", "演示值班长", Role.OFFICER, dispatch_root=city.code)
        self.socketio: SocketIO | None = None
        self.door: Door | None = None
        self.reachable = True

    def post_parts(self) -> PostParts:
        feedback = FeedbackDesk(self.database.begin, self.database.read, clock=self.clock)
        return PostParts(self.rosters, OpenCases(self.database.read, self.city), feedback, self.clock, directly)

    def staff(self, *posts: str, names: tuple[str, ...] = ("演示员01",), pin: str = "", phone: str = "") -> None:
        """These people at each of the posts; the first is on duty, and has the PIN."""
        hashed = PINS.hash(pin) if pin else None
        rows = [
            {"id": f"{post}-{n}", "post": post, "name": name, "duty": "deputy" if n else "duty", "phone": phone}
            | {"pin_hash": None if n else hashed}
            for post in posts
            for n, name in enumerate(names)
        ]
        with self.database.begin() as work:
            work.people.put(rows)

    def on_duty(self, post: str) -> None:
        """The people of the post take turns, a day each."""
        with self.database.read() as work:
            people = tuple(person["id"] for person in work.people.of(post))
        layer = LayerRequest(people, starts_on=self.clock.real().date() - timedelta(days=9), handover=time(0))
        self.rosters.save(self.officer, post, [layer], confirmed=True)

    def carry(self) -> None:
        """What the relay does, at once and in this process."""
        with self.lock:
            batch = self.outbox.take(500)
            self.outbox.mark([one.id for one in batch])
        for rooms, rows in emissions(batch):
            if self.socketio:
                self.socketio.emit("rows", {"rows": rows}, to=rooms, namespace="/live")
            posts = [post for room in rooms if (post := post_of(room)) in self.connected]
            for row in rows:
                if posts and row["kind"] == "order" and row["state"] == "running":
                    self.ledger.mark_sent(row["id"], posts, self.clock.real())

    def cut_off(self) -> None:
        """The network to every browser is gone until `reachable` is true again."""
        self.reachable = False
        for sid in list(self.door.actors):
            self.socketio.server.disconnect(sid, namespace="/live")

    def who(self) -> Actor | None:
        name = request.cookies.get("as", "officer")
        role, _, post = name.partition(":")
        if role == "post":
            return Actor(f"token:{post}", post, Role.POST, post=post, known_by="device")
        if role == "person":
            return Actor("a1", "演示员09", Role.POST, post=post)
        if role == "second":
            return Actor("o3", "演示副值班长", Role.OFFICER, dispatch_root=self.city.code)
        if role == "plain":
            return Actor("o4", "演示员04", Role.OFFICER)
        if role == "district":
            return Actor("o2", "演示员02", Role.OFFICER, dispatch_root=post)
        return {"officer": self.officer, "leader": Actor("l1", "演示领导", Role.LEADER)}.get(role)

    def front(self) -> Callable[..., Any]:
        """What is served: the version installed last."""
        self.install("b1")
        return lambda *request: self.installed(*request)

    def install(self, build: str) -> None:
        self.installed = self.server(build)

    def server(self, build: str = "b1") -> Flask:
        server = Server("station")
        self.socketio = SocketIO(server, async_mode="threading")
        self.door = Door(self, build)
        self.socketio.on_namespace(self.door)
        common: dict[str, Any] = {"city": self.city, "who": self.who, "language_of": language_of}
        common |= {"demo": self.demo, "build": build, "now": self.clock.real}
        terminal.mount(server, **common, post=self.post_parts(), works_offline=True)
        parts = desk_parts(self.database, self.orders, clock=self.clock, city=self.city)
        desk.mount(server, **common, parts=parts, reserved_take_part=self.demo)
        return server


def language_of() -> str:
    return request.args.get("lang") or request.cookies.get("language") or "zh-CN"


CUT = {"ok": False, "problem": "the link was cut while this was on its way"}  # which nobody hears any more


class Door(Namespace):
    """The live door, as far as these screens need it."""

    def __init__(self, station: Station, build: str) -> None:
        super().__init__("/live")
        self.station, self.build, self.seats, self.actors = station, build, {}, {}
        for kind in KINDS:
            setattr(self, f"on_{kind}", lambda payload, kind=kind: self.take(kind, payload))

    def on_connect(self, _auth: object = None) -> bool:
        if self.station.reachable:
            self.actors[request.sid] = self.station.who()
        return self.station.reachable

    def on_disconnect(self, *_why: object) -> None:
        self.actors.pop(request.sid, None)
        self.seat(self.seats.pop(request.sid, None), here=False)

    def on_join(self, room: str) -> dict[str, object]:
        actor = self.actors.get(request.sid)
        if actor and not may_join(self.station.city, actor, room):
            return {"ok": False, "problem": "you may not be in this room"}
        try:
            self.enter_room(request.sid, room)
        except ValueError:
            actor = None
        if actor is None:
            return CUT
        if (post := post_of(room)) and actor.answers_for(post):
            self.seats[request.sid] = post
            self.seat(post, here=True)
        you = {"name": actor.name, "role": actor.role, "post": actor.post}
        rows = self.station.board.rows_for(room, actor) + (self.presence() if room == "desk" else [])
        return {"ok": True, "room": room, "vitals": None, "rows": rows, "you": you, "build": self.build}

    def take(self, kind: Any, payload: object) -> dict[str, object]:
        actor = self.actors.get(request.sid)
        if actor is None:
            return CUT
        try:
            problem = self.station.ledger.record([receipt(kind, payload, actor)])[0]
        except Malformed as refusal:
            problem = str(refusal)
        return {"ok": False, "problem": problem} if problem else {"ok": True}

    def seat(self, post: str | None, *, here: bool) -> None:
        if post is None:
            return
        if here:
            self.station.connected.add(post)
        else:
            self.station.connected.discard(post)
        self.station.seen[post] = self.station.clock.real()
        self.socketio.emit("rows", {"rows": self.presence()}, to="desk", namespace="/live")

    def presence(self) -> list[dict[str, object]]:
        return [
            {"kind": "post", "id": post, "version": int(at.timestamp() * 1000), "last_seen_at": stamp(at)}
            | {"connected": post in self.station.connected}
            for post, at in list(self.station.seen.items())
        ]


@contextmanager
def serving(server: Callable[..., Any], port: int) -> Iterator[str]:
    """The address of `server`, for as long as the block lasts."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    listener: BaseWSGIServer = make_server("127.0.0.1", port, server, threaded=True)
    thread = Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        listener.shutdown()
        listener.server_close()


def answering(station: Station, order: str, posts: list[str], *, answer: str = "received", note: str = "") -> None:
    """These posts confirm, each by its first person."""
    actors = {post: Actor(f"token:{post}", post, Role.POST, post=post, known_by="device") for post in posts}
    said = [
        Receipt(order, post, 1, "acknowledged", actors[post], person=f"{post}-0", answer=answer, note=note)
        for post in posts
    ]
    problems = [problem for problem in station.ledger.record(said) if problem]
    assert not problems, problems


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--city", default="zhengzhou")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="zs-station-") as folder:
        station = Station(Path(folder), load(CITIES / asked.city))
        everywhere = (post.code for post in station.city.posts)
        station.staff(*everywhere, names=("演示员01", "演示员02"), phone="0371-00000000")
        with serving(station.server(), asked.port) as address:
            print(address, flush=True)  # noqa: T201
            signal.pause()


if __name__ == "__main__":
    main()
