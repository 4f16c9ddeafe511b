"""The wall's door: who may have the city's facts, what browsers may keep, and which files are loaded."""

import re

import pytest
from flask import Flask

from callbacks import wall
from domain.account import Actor, Role
from tests.browser.harness import cities


@pytest.fixture
def door():
    """A server with the wall on it, and what the test may change: who asks and in which language."""
    asked = {"who": "somebody", "language": "zh-CN"}
    server = Flask("door")
    wall.mount(
        server,
        city=cities.of("made:5"),
        who=lambda: asked["who"],
        language_of=lambda: asked["language"],
        demo=True,
        build="b1",
    )
    return server.test_client(), asked


def test_the_address_without_a_slash_leads_to_the_wall(door):
    client, _ = door
    answer = client.get("/wall")
    assert (answer.status_code, answer.location) == (302, "/wall/")


def test_the_page_says_its_language_and_its_name(door):
    client, asked = door
    assert '<html lang="zh-CN"' in client.get("/wall/").text
    asked["language"] = "en"
    page = client.get("/wall/").text
    assert '<html lang="en"' in page
    assert "<title>Overview DEMO · Sample City Operations Centre</title>" in page


def test_an_unknown_language_gets_the_first_one(door):
    client, asked = door
    asked["language"] = "xx"
    assert '<html lang="zh-CN"' in client.get("/wall/").text


def test_nobody_unknown_gets_the_facts_of_the_city(door):
    client, asked = door
    asked["who"] = None
    assert client.get("/wall/city.json").status_code == 401


def test_a_fingerprinted_file_is_kept_for_good_and_the_page_is_not(door):
    client, _ = door
    told = client.get("/wall/_dash-layout").json["props"]
    assert "immutable" in client.get(told["data-city"]).headers["Cache-Control"]
    with client.get(told["data-words"]) as words:
        assert "immutable" in words.headers["Cache-Control"]
    assert "immutable" not in client.get("/wall/").headers.get("Cache-Control", "")


def test_an_answer_that_failed_is_not_kept(door):
    client, asked = door
    asked["who"] = None
    assert "immutable" not in client.get("/wall/city.json?v=1").headers.get("Cache-Control", "")


def test_the_facts_address_changes_with_the_facts():
    addresses = set()
    for name in ("made:5", "made:6"):
        server = Flask(name)
        wall.mount(server, city=cities.of(name), who=lambda: 1, language_of=lambda: "en", demo=False, build="b")
        addresses.add(server.test_client().get("/wall/_dash-layout").json["props"]["data-city"])
    assert len(addresses) == 2


def test_the_wall_loads_its_own_files_only(door):
    client, _ = door
    loaded = re.findall(r"/wall/assets/([\w.-]+)\?", client.get("/wall/").text)
    assert {"tokens.css", "wall.css", "socket.js", "live.js", "wall.js"} <= set(loaded)
    assert all(re.match(r"(tokens|wall|socket|rows|live|format|text|light)", name) for name in loaded)
    assert loaded[-1] == "wall.js", "what starts everything comes last"


@pytest.mark.parametrize(
    ("role", "address"), [(Role.WALL, ""), (Role.OFFICER, "/trends/cases"), (Role.LEADER, "/trends/cases")]
)
def test_only_who_may_read_cases_is_shown_the_way_to_them(door, role, address):
    client, asked = door
    asked["who"] = Actor("a", "演示员01", role)
    assert client.get("/wall/_dash-layout").json["props"]["data-cases"] == address


def test_a_first_answer_is_on_the_page_where_there_is_one():
    server = Flask("first")
    city = cities.of("made:5")
    who, language = (lambda: 1), (lambda: "en")
    first = {"ok": True, "rows": [], "vitals": None}
    wall.mount(server, city=city, who=who, language_of=language, rows_for=lambda _: first, demo=False, build="b")
    assert '"ok": true' in server.test_client().get("/wall/_dash-layout").json["props"]["data-first"]
