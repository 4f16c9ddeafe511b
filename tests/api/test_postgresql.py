"""The same door over PostgreSQL, which is stricter about what text and columns may hold."""

from collections.abc import Iterator

import pytest

from domain.city import City
from domain.place import Places
from storage.database import Database
from storage.migrate import upgrade
from tests.api.reports import a_report
from tests.api.test_bad_input import SPOILED, send
from tests.mounted import Door, open_door


@pytest.fixture
def door(postgres_url: str, city: City, places: Places) -> Iterator[Door]:
    database = Database(postgres_url)
    upgrade(database)
    yield open_door(database, city, places)
    database.close()


def test_every_spoiled_report_is_refused_and_the_good_one_beside_it_is_taken(door: Door):
    rows = [a_report(external_id=f"B-{i}") | changes for i, (changes, _field) in enumerate(SPOILED.values())]
    rows = [{name: value for name, value in row.items() if value is not ...} for row in rows]
    answer = send(door, {"cases": [*rows, a_report(external_id="good")]})
    assert answer.json["counts"] == {"refused": len(SPOILED), "new": 1}
    assert len(door.letters()) == len(SPOILED)


def test_the_longest_of_everything_fits(door: Door):
    longest = {"external_id": "长" * 200, "text": "长" * 10_000, "title": "长" * 500, "address": "长" * 500}
    history = [{"step": "receive", "at": "2026-11-24T05:31:00Z", "by": "长" * 80, "reason": "长" * 10_000}]
    made = send(door, a_report(**longest, source="HOT12345", history=history, tags=["长" * 100] * 20))
    assert made.status_code == 201
    step = {"step": "file", "at": "2026-11-24T06:00:00Z", "by": "长" * 80, "reason": "长" * 10_000, "version": 1}
    assert door.post(f"/cases/{made.json['id']}/steps", step).json["state"] == "filed"
    assert door.post("/devices", {"devices": [{"id": "长" * 80, "class": "iot"}]}).json == {"added": {"iot": 1}}


def test_no_id_in_a_path_or_a_query_reaches_the_database_unchecked(door: Door):
    assert door.get("/cases/%00").status_code == 404
    assert door.get("/cases/" + "9" * 5_000).status_code == 404
    assert door.get("/cases", external_id="a\0").status_code == 422
    assert door.get("/cases", after="nothing").status_code == 200
    assert (
        door.post(
            "/cases/%00/steps", {"step": "file", "at": "2026-11-24T06:00:00Z", "by": "x", "version": 1}
        ).status_code
        == 404
    )
