"""A reception desk for tests: a real database, the city, everything about who may come in, a clock moved by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from api.cap_read import CapReader
from data_feeds.city import load
from data_feeds.connecting import MappingReader
from data_feeds.spreadsheet import sheet_of
from domain.account import SYSTEM, Actor, Role
from domain.city import City
from domain.place import Places
from operations.access import open_access
from operations.account_ports import Ground, Made
from operations.cases import Cases
from operations.sessions import Asker, Browser
from storage.database import Database
from storage.passwords import KeyedPins
from tests.databases import a_database
from tests.fakes import FakeClock

HERE, ELSEWHERE = Browser("10.0.0.1", "a browser"), Browser("10.0.0.2", "another browser")
PASSWORD = "Old-bridge-over-7-rivers"
DISTRICT, TOWNSHIP = "410105", "410105001"


@cache
def zhengzhou() -> City:
    return load(Path(__file__).parents[1] / "cities" / "zhengzhou")


@cache
def places() -> Places:
    return Places(zhengzhou())


def mapping_reader(ground: Ground) -> MappingReader:
    cases = Cases(ground.begin, ground.read, clock=ground.clock, city=ground.city, places=places())
    return MappingReader(ground.city, cases, CapReader())


class Reception:
    """Passwords are kept with the keyed digest here: argon2 has tests of its own, and costs 25 ms a try."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.city = database, FakeClock(), zhengzhou()
        self.revoked: list[tuple[str, str]] = []
        self.ground = Ground(database.begin, database.read, self.clock, self.city, self._note)
        keyed = KeyedPins("the key of the tests")
        mappings = mapping_reader(self.ground)
        self.access = open_access(
            self.ground, passwords=keyed, pins=keyed, mappings=mappings, retry=self._retry, sheets=sheet_of
        )
        self.refuse_again: str | None = None
        self.refuse_those: set[str] = set()
        self.tried: list[str] = []
        made = self.access.accounts.create(SYSTEM, "root admin", role=Role.ADMIN)
        self.admin = self.log_in_first(made).actor

    def person(self, role: Role, name: str = "", *, post: str | None = None) -> Made:
        post = DISTRICT if role is Role.POST and post is None else post
        return self.access.accounts.create(self.admin, name or f"a {role}", role=role, post=post)

    def log_in_first(self, made: Made, browser: Browser = HERE) -> Asker:
        """Log in with the one-time password and choose PASSWORD; who it then is."""
        first = self.access.logins.log_in(made.name, made.secret, browser)
        asker = self.access.sessions.asker(first.secret)
        assert asker is not None
        changed = self.access.logins.change_password(asker, made.secret, new=PASSWORD, again=PASSWORD, browser=browser)
        return self.asker(changed.secret)

    def log_in(self, role: Role, **said: str) -> tuple[Made, str]:
        """A new person of this role, logged in: the account and the secret of the session."""
        made = self.person(role, **said)
        self.log_in_first(made)
        return made, self.access.logins.log_in(made.name, PASSWORD, HERE).secret

    def asker(self, secret: str) -> Asker:
        asker = self.access.sessions.asker(secret)
        assert asker is not None
        return asker

    def verbs(self) -> list[str]:
        return [row["verb"] for row in reversed(self.access.audit.latest(self.admin))]

    def _note(self, kind: str, id_: str) -> None:
        self.revoked.append((kind, id_))

    def _retry(self, letter: dict[str, object]) -> str | None:
        self.tried.append(str(letter["payload"]))
        return "refused" if letter["payload"] in self.refuse_those else self.refuse_again

    def actor(self, role: Role) -> Actor:
        return Actor(f"x-{role}", f"some {role}", role)


@contextmanager
def open_reception(folder: Path) -> Iterator[Reception]:
    database = a_database(folder)
    try:
        yield Reception(database)
    finally:
        database.close()
