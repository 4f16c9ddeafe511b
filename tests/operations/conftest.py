"""A small office: a real SQLite database, the city, the operations, a clock moved by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from data_feeds.city import load
from domain.account import SYSTEM, Actor, Permission, Role
from domain.city import City
from domain.place import Places
from operations.board import Board
from operations.cases import Cases
from operations.ledger import Ledger
from operations.orders import Orders
from operations.receipts import Receipt
from storage.database import Database
from storage.passwords import KeyedPins
from tests.databases import a_database
from tests.fakes import FakeClock

ZHENGZHOU = Path(__file__).parents[2] / "cities" / "zhengzhou"
HASHER = KeyedPins("a test key")


@cache
def zhengzhou() -> City:
    return load(ZHENGZHOU)


@cache
def places() -> Places:
    return Places(zhengzhou())


@dataclass
class Office:
    database: Database
    clock: FakeClock
    city: City
    connected: set[str] = field(default_factory=set)
    reserved: bool = True

    def __post_init__(self) -> None:
        begin, read = self.database.begin, self.database.read
        self.cases = Cases(begin, read, clock=self.clock, city=self.city, places=places())
        self.orders = Orders(
            begin,
            read,
            clock=self.clock,
            city=self.city,
            connected=lambda: self.connected,
            reserved_take_part=self.reserved,
        )
        self.ledger = Ledger(begin, read, clock=self.clock, hasher=HASHER)
        self.board = Board(read, clock=self.clock, city=self.city)
        self.officer = Actor("o1", "演示值班长", Role.OFFICER, dispatch_root=self.city.code)
        self.staff("410105", "410105001", "410105002")

    def staff(self, *posts: str, pin: str = "2468") -> None:
        rows = [
            {
                "id": f"p-{post}",
                "post": post,
                "name": f"演示员{i:02d}",
                "duty": "duty",
                "phone": "",
                "pin_hash": HASHER.hash(pin),
            }
            for i, post in enumerate(posts, 1)
        ]
        with self.database.begin() as work:
            work.people.put(rows)

    def at_post(self, post: str) -> Actor:
        return Actor(f"post {post}", post, Role.POST, post=post, known_by="device")

    def receipt(self, order: str, post: str, kind: str = "acknowledged", **said: object) -> Receipt:
        if kind in ("acknowledged", "answered"):
            said = {"person": f"p-{post}"} | said
        return Receipt(order, post, 1, kind, said.pop("actor", self.at_post(post)), **said)

    def record(self, *receipts: Receipt) -> list[str | None]:
        return self.ledger.record(receipts)

    def lines(self, order: str) -> dict:
        return {line.post: line for line in self.orders.ledger(self.officer, order)[1]}

    def wait(self, **duration: float) -> None:
        self.clock.at += timedelta(**duration)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = a_database(tmp_path)
    yield Office(database, FakeClock(), zhengzhou())
    database.close()


@pytest.fixture
def reporter() -> Actor:
    return Actor("k1", "grid key", Role.MACHINE, extra=frozenset({Permission.REPORT_CASES}), known_by="key")


__all__ = ["SYSTEM"]
