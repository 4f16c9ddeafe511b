"""The office of these tests climbs ladders, and a voice gateway is its one outside channel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.delivery import Channel
from operations.delivery_ports import Way
from storage.database import Database
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice

A, B, TOWNSHIP = "410105", "410102", "410105001"
VOICE = Way(Channel.VOICE)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = a_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def office(database: Database) -> EscalatingOffice:
    found = EscalatingOffice(database, FakeClock(), LADDER, ways=(VOICE,))
    found.seat(A, B, TOWNSHIP)
    return found
