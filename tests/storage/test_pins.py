"""Wrong PINs are counted in SQL: two houses that share a database share the lock, and so do many tries at once."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import chain

import pytest

from domain.account import SYSTEM, Actor, Role
from operations.account_ports import Ground
from operations.ledger import Ledger
from operations.people import People
from operations.pins import TOO_MANY, WRONG
from operations.receipts import Receipt
from storage.database import Database
from storage.passwords import KeyedPins
from tests.fakes import FakeClock
from tests.reception import zhengzhou
from tests.storage.test_orders import an_order, keep

PINS = KeyedPins("the key of the tests")
POST = "410105"
AHouse = Callable[[FakeClock], Ledger]


@pytest.fixture
def a_house(database: Database) -> Iterator[AHouse]:
    """A process of its own, so to say: nothing but the database is shared."""
    with ExitStack() as opened:

        def open_one(clock: FakeClock) -> Ledger:
            other = Database(database.engine.url.render_as_string(hide_password=False))
            opened.callback(other.close)
            return Ledger(other.begin, other.read, clock=clock, hasher=PINS)

        yield open_one


def confirm(ledger: Ledger, pin: str, *, at: str = POST) -> str | None:
    actor = Actor("t1", "a terminal", Role.POST, post=at, known_by="device")
    receipt = Receipt("o1", POST, 1, "acknowledged", actor, person="p1", pin=pin)
    return ledger.record([receipt])[0]


def prepare(database: Database) -> None:
    keep(database, an_order())
    person = {"id": "p1", "post": POST, "name": "演示员01", "duty": "duty", "phone": "", "pin_hash": PINS.hash("2468")}
    with database.begin() as work:
        work.people.put([person])


def test_wrong_pins_at_one_house_lock_the_other(database: Database, a_house: AHouse):
    prepare(database)
    clock = FakeClock()
    one, other = a_house(clock), a_house(clock)
    assert [confirm(one, "0000") for _ in range(3)] + [confirm(other, "0001") for _ in range(2)] == [WRONG] * 5
    assert [confirm(house, "2468") for house in (one, other, a_house(clock))] == [TOO_MANY] * 3
    with database.read() as work:
        [locked] = [entry for entry in work.audits.latest(20) if entry["verb"] == "pin.locked"]
    assert (locked["about"], locked["detail"]["post"]) == ("演示员01", POST)
    clock.at += timedelta(minutes=15)
    assert confirm(other, "2468") is None


def test_many_tries_at_once_are_no_more_than_one_after_another(database: Database, a_house: AHouse):
    prepare(database)
    clock = FakeClock()
    houses = [a_house(clock) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(lambda house: [confirm(house, "0000"), confirm(house, "0001")], houses))
    assert Counter(chain(*told)) == {WRONG: 5, TOO_MANY: 7}


def test_a_right_pin_forgets_the_wrong_ones_and_who_sits_elsewhere_tries_none(database: Database, a_house: AHouse):
    prepare(database)
    house = a_house(FakeClock())
    guess = partial(confirm, house, "0000")
    assert [guess() for _ in range(4)] == [WRONG] * 4
    assert {guess(at="410102") for _ in range(9)} == {"you do not sit at this post"}
    assert confirm(house, "2468") is None
    assert [guess() for _ in range(5)] + [guess()] == [WRONG] * 5 + [TOO_MANY]


def test_a_new_pin_lifts_the_lock(database: Database, a_house: AHouse):

    prepare(database)
    clock = FakeClock()
    house = a_house(clock)
    assert [confirm(house, "0000") for _ in range(6)][-1] == TOO_MANY
    ground = Ground(database.begin, database.read, clock, zhengzhou())
    People(ground, PINS).set_pin(SYSTEM, POST, "p1", "1357")
    assert confirm(house, "1357") is None
