"""A business system that an administrator connects: tried on a sample, saved, asked, changed and stopped."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request

from api.cap_read import CapReader
from data_feeds.assembly import Behind
from data_feeds.connecting import Connected
from data_feeds.poller import Poller
from domain.account import NotAllowed, Role
from operations.account_problems import AccountProblem
from operations.connection_ports import Wanted
from operations.connections import Connections
from operations.dead_letters import DeadLetters
from operations.figures import Figures
from storage.leases import SqlLeases
from tests.conftest import until
from tests.data_feeds.test_http_json import MAPPING, record
from tests.fakes import FakeLive
from tests.mounted import Door, served
from tests.reception import Reception

RULES = MAPPING.replace("  external_id: no", '  external_id: "no"')


@pytest.fixture
def desk(door: Door) -> Reception:
    return Reception(door.database)


@pytest.fixture
def connections(desk: Reception) -> Connections:
    return desk.access.connections


@pytest.fixture
def system() -> Iterator[tuple[str, list[Any], list[str]]]:
    """A business system: its address, what it answers, and the tokens that it was asked with."""
    server, items, tokens = Flask("heat"), [record(1), record(2)], []

    def answer() -> Any:
        tokens.append(request.headers.get("X-Token", ""))
        return {"data": {"items": items}}

    server.add_url_rule("/items", "items", answer)
    with served(server) as base:
        yield f"{base}/items", items, tokens


def wanted(url: str = "http://heat.example/items", **changes: Any) -> Wanted:
    said = {"name": "heat", "url": url, "every_s": 60, "source": "HEAT", "mapping": RULES, "headers": {}}
    return Wanted(**said | changes)


def sample(*records: object) -> str:
    return json.dumps({"data": {"items": records}})


def test_a_sample_says_what_would_be_taken_and_why_the_rest_would_not(desk: Reception, connections: Connections):
    odd = [record(2, kind="odd"), record(3, when="soon"), record(4, x=0.5)]
    found = connections.try_out(desk.admin, RULES, sample(record(1), *odd))
    assert (found.records, found.good) == (4, 1)
    assert set(found.problems) == {"category", "reported_at", "lon, lat"}
    assert found.problems["reported_at"][0].startswith("3: ")
    assert found.first["external_id"] == "R1"
    with desk.database.read() as work:
        assert work.cases.search({}, after=None, limit=1) == []


@pytest.mark.parametrize(
    ("mapping", "given", "said"),
    [
        (RULES, "{", "is not JSON"),
        (RULES, "[" * 100_000, "is not JSON"),
        (RULES, "{}", "no list of records"),
        ("version: 1", sample(), "fields is missing"),
        ("a: [", sample(), "YAML"),
    ],
)
def test_what_cannot_be_tried_says_why(desk: Reception, connections: Connections, mapping: str, given: str, said: str):
    with pytest.raises(AccountProblem, match=said):
        connections.try_out(desk.admin, mapping, given)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "a b"},
        {"url": "file:///etc/passwd"},
        {"url": "http://user:secret@heat.example/"},
        {"every_s": 1},
        {"source": "NOBODY"},
        {"mapping": "version: 1"},
    ],
)
def test_a_connection_that_cannot_work_is_not_saved(desk: Reception, connections: Connections, changes: dict[str, Any]):
    with pytest.raises(AccountProblem):
        connections.save(desk.admin, wanted(**changes))
    assert connections.newest() == []


def test_every_save_is_an_edition_and_the_old_ones_stay(desk: Reception, connections: Connections):
    first = connections.save(desk.admin, wanted())
    second = connections.save(desk.admin, wanted(every_s=30))
    connections.stop(desk.admin, "heat")
    assert [one.edition for one in connections.editions(desk.admin, "heat")] == [3, 2, 1]
    assert connections.editions(desk.admin, "heat")[1:] == [second, first]
    assert connections.newest()[0].stopped


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.POST])
def test_only_administrators_connect(desk: Reception, connections: Connections, role: Role):
    actor = desk.actor(role)
    for act in (
        lambda: connections.all(actor),
        lambda: connections.editions(actor, "heat"),
        lambda: connections.try_out(actor, RULES, sample()),
        lambda: connections.save(actor, wanted()),
        lambda: connections.stop(actor, "heat"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_saved_connection_is_asked_by_its_newest_edition_and_a_stopped_one_no_more(
    desk: Reception, connections: Connections, door: Door, system: tuple[str, list[Any], list[str]]
):
    url, items, tokens = system
    poller = Poller(leases=SqlLeases(door.database), live=FakeLive(), clock=desk.clock, holder="one")
    connected = Connected(connections.newest, behind(door), {"HEAT_TOKEN": "t"})
    connections.save(desk.admin, wanted(url, headers={"X-Token": "${HEAT_TOKEN}"}))
    connected.keep(poller)
    assert connected.sources() == {"HEAT"}
    poller.start()
    until(lambda: taken(door) == {"R1", "R2"}, 20, "the two records")
    items.append(record(3))
    connections.save(desk.admin, wanted(url))
    connected.keep(poller)
    until(lambda: taken(door) == {"R1", "R2", "R3"}, 20, "the record of the new edition")
    assert tokens == ["t", ""]
    connections.stop(desk.admin, "heat")
    connected.keep(poller)
    assert connected.sources() == set()
    poller.stop()
    assert poller._scheduler.get_job("connection heat") is None


def behind(door: Door) -> Behind:
    begin, read, clock, city = door.database.begin, door.database.read, door.clock, door.city
    letters = DeadLetters(begin, clock=clock, city=city)
    figures = Figures(begin, read, live=door.live, clock=clock, city=city)
    return Behind(city, clock, door.live, door.parts.cases, letters, figures, door.parts.proposals, CapReader())


def taken(door: Door) -> set[str]:
    with door.database.read() as work:
        return {case.external_id for case in work.cases.search({}, after=None, limit=10)}


def test_a_connection_whose_secret_is_not_set_is_said_once_and_the_others_go_on(
    desk: Reception, connections: Connections, door: Door, caplog: pytest.LogCaptureFixture
):
    connections.save(desk.admin, wanted(headers={"X-Token": "${NOT_SET}"}))
    connections.save(desk.admin, wanted(name="other"))
    poller = Poller(leases=SqlLeases(door.database), live=FakeLive(), clock=desk.clock, holder="one")
    connected = Connected(connections.newest, behind(door), {})
    for _ in range(3):
        connected.keep(poller)
    assert [line for line in caplog.messages if "NOT_SET" in line] == [
        "connection heat, edition 1, cannot be asked: 'NOT_SET'"
    ]
    assert [job.id for job in poller._scheduler.get_jobs()] == ["connection other"]
