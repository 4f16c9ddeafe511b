"""The interface mounted on a real database and a real city's lists, for the tests of what comes in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from api.door import Route
from api.mount import Parts, mount
from data_feeds import city as cities
from domain.account import Actor, Permission, Role
from domain.cap_area import Areas
from domain.city import City
from domain.delivery import Channel, DeliveryState
from domain.place import Places
from layouts.text import text
from operations.account_ports import Ground
from operations.aftermath import Aftermath
from operations.cases import Cases
from operations.channel_tests import ChannelTests
from operations.checklists import Checklists
from operations.dead_letters import DeadLetters
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.delivery_ports import Way
from operations.devices import Devices
from operations.drawn_areas import DrawnAreas
from operations.escalation import Escalations
from operations.feedback import FeedbackDesk
from operations.grid_calls import GridCalls
from operations.grid_pages import GridPages
from operations.grid_workers import GridWorkers
from operations.groups import Groups
from operations.indicators import Indicators
from operations.ledger import Ledger
from operations.messages import Messages
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.plans import Plans
from operations.proposals import Proposals
from operations.reachability import Reachability
from operations.readiness import ReadinessDesk
from operations.roll_calls import RollCalls
from operations.roster import Rosters
from operations.scenes import Scenes
from operations.short_messages import ShortMessages
from operations.wording import Wording
from reports.table import xlsx
from storage.database import Database
from storage.passwords import KeyedPins
from tests.databases import a_database
from tests.fakes import FakeClock, FakeLive
from tests.servers import Server

ROOT = Path(__file__).resolve().parents[1]
ALL = frozenset({Permission.REPORT_CASES, Permission.STEP_CASES, Permission.SEE_CASES, Permission.SEND_HEARTBEATS})

KEYS = {
    "any": Actor("k1", "all sources", Role.MACHINE, extra=ALL),
    "heat": Actor("k2", "heating", Role.MACHINE, extra=ALL, sources=frozenset({"HEAT"})),
    "read": Actor("k3", "reader", Role.MACHINE, extra=frozenset({Permission.SEE_WALL, Permission.SEE_CASES})),
    "dispatch": Actor("k4", "robot", Role.MACHINE, extra=frozenset({Permission.SEE_LEDGER}), dispatch_root="410100"),
    "gateway": Actor("k6", "gateway", Role.MACHINE, extra=frozenset({Permission.TELL_RECEIPTS})),
    "none": Actor("k5", "nothing", Role.MACHINE),
    "second": Actor("o2", "second officer", Role.OFFICER, dispatch_root="410100"),
}


@dataclass
class Door:
    """A client with a key, and what lies behind the door."""

    client: FlaskClient
    city: City
    database: Database
    clock: Any
    live: FakeLive
    missing: list[str]
    parts: Parts
    routes: list[Route]
    server: Flask

    def ask(self, method: str, path: str, key: str | None = "any", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return self.client.open(path, method=method, headers=headers, **options)

    def post(self, path: str, body: object, key: str | None = "any") -> Any:
        return self.ask("POST", f"/api/v1{path}", key, json=body)

    def get(self, path: str, key: str | None = "any", **query: str) -> Any:
        return self.ask("GET", f"/api/v1{path}", key, query_string=query)

    def letters(self) -> list[dict[str, Any]]:
        with self.database.read() as work:
            return work.feeds.letters(1000)

    def counted(self, source: str) -> dict[str, int]:
        with self.database.read() as work:
            day = self.clock.now().date()
            return {row["outcome"]: row["n"] for row in work.feeds.counted(day) if row["source"] == source}


@pytest.fixture(scope="session")
def city() -> City:
    return cities.load(ROOT / "cities" / "zhengzhou")


@pytest.fixture(scope="session")
def places(city: City) -> Places:
    return Places(city)


def identify(request: Any) -> Actor | None:
    return KEYS.get(request.headers.get("Authorization", "").removeprefix("Bearer "))


def here(act: Callable[..., Any], *args: Any) -> Any:
    return act(*args)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = a_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def door(database: Database, city: City, places: Places) -> Door:
    return open_door(database, city, places)


def open_door(database: Database, city: City, places: Places, clock: Any = None, *, demo: bool = False) -> Door:
    """The whole interface over one database; its live side is a fake, and so is its clock unless given. `demo`: grid
    workers are answered for."""
    clock, live, missing = clock or FakeClock(), FakeLive(), []
    begin, read = database.begin, database.read
    ways = [
        Way(Channel.SMS, receipts=True, states={"DELIVRD": DeliveryState.DELIVERED}),
        Way(Channel.EMAIL, needs="email"),
    ]
    deliveries = Deliveries(begin, read, clock=clock, ways=ways, outside=True)
    calls = GridCalls(begin, read, deliveries, secret_key="k" * 32, url="https://city.example")
    orders = Orders(begin, read, clock=clock, city=city, connected=live.connected, reserved_take_part=True, calls=calls)
    escalations = Escalations(begin, read, clock, city, deliveries, reserved_take_part=True)
    parts = Parts(
        city=city,
        clock=clock,
        cases=Cases(begin, read, clock=clock, city=city, places=places),
        dead_letters=DeadLetters(begin, clock=clock, city=city),
        devices=Devices(begin, read, live=live, clock=clock, city=city),
        indicators=Indicators(live=live, clock=clock, city=city),
        orders=orders,
        target_groups=Groups(begin, read, clock=clock, city=city, reaches=orders.reaches),
        areas=DrawnAreas(read, clock=clock, city=city, reaches=orders.reaches),
        grid_workers=GridWorkers(Ground(begin, read, clock, city)),
        grid_pages=GridPages(begin, read, clock=clock, city=city, token_of=calls.token, played=demo),
        live=live,
        messages=Messages(read, city, Areas(city), text, demo=False),
        proposals=Proposals(begin, read, clock, city),
        aftermath=Aftermath(begin, read, clock, city, demo=False),
        print_paper=lambda order, kind, by: f"{kind} of {order} for {by}".encode(),
        public_url="https://city.example",
        checklists=Checklists(begin, read, clock=clock, city=city),
        readiness=ReadinessDesk(begin, read, clock, city),
        scenes=Scenes(begin, read, clock=clock, city=city),
        order_requests=OrderRequests(begin, read, orders, clock=clock, city=city),
        plans=Plans(begin, read, clock=clock, city=city),
        rosters=Rosters(Ground(begin, read, clock, city)),
        escalations=escalations,
        roll_calls=RollCalls(begin, read, clock, city, orders, secret="k" * 32),
        channel_tests=ChannelTests(begin, read, clock, city, orders, deliveries),
        write_table=xlsx,
        reachability=Reachability(read, clock=clock, city=city, live=live),
        feedback=FeedbackDesk(begin, read, clock=clock),
        ledger=Ledger(begin, read, clock=clock, hasher=KeyedPins("k"), answered=escalations.answered),
        short_messages=ShortMessages(Wording(city, text), city, clock, (Channel.SMS,), outside=True),
        delivery_desk=DeliveryDesk(begin, read, clock=clock, city=city, deliveries=deliveries),
    )
    server = Server("door")
    routes = mount(server, parts, identify=identify, offload=here, ready=lambda: missing)
    return Door(server.test_client(), city, database, clock, live, missing, parts, routes, server)


@contextmanager
def served(server: Flask) -> Iterator[str]:
    """The URL of a Flask server that really listens."""
    listener = make_server("127.0.0.1", 0, server, threaded=True)
    thread = Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
