"""Alerts of others, asked for over real HTTP: each is proposed once, what is hostile is set aside, and a feed that
nobody can trust asks nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request

from api.cap_read import CapReader
from data_feeds.cap_feed import CapSource
from data_feeds.connecting import Connected
from data_feeds.feed import Feed, FeedFailed
from data_feeds.poller import Poller
from operations.account_problems import AccountProblem
from operations.connection_ports import Wanted
from storage.leases import SqlLeases
from tests.api.test_cap_inbox import HOSTILE, proposals, rain
from tests.data_feeds.test_connecting import behind
from tests.fakes import FakeLive
from tests.mounted import Door, served
from tests.reception import Reception

FIRST = "met.example,a1,2026-11-24T14:00:00+08:00"
NOON = "2026-11-24T14:00:00+08:00"
ATOM = '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'


@dataclass
class Issuer:
    """A weather service: its messages by name, newest first in its feed, and what it was asked."""

    url: str = ""
    messages: dict[str, str | bytes] = field(default_factory=dict)
    updated: dict[str, str] = field(default_factory=dict)
    besides: str = ""
    away: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    said: list[int] = field(default_factory=list)

    def feed(self) -> Response:
        entries = [entry(name, self.updated.get(name, NOON)) for name in reversed(self.messages)]
        answer = Response(ATOM.format("".join(entries) + self.besides), content_type="application/atom+xml")
        answer.add_etag()
        answer.make_conditional(request.environ)
        self.said.append(answer.status_code)
        return answer

    def message(self, name: str) -> Any:
        self.asked.append(name)
        return ("try later", 503) if name in self.away else Response(self.messages[name])


def entry(name: str, updated: str = NOON, href: str = "") -> str:
    link = f'<link rel="alternate" type="application/cap+xml" href="{href or f"alerts/{name}.xml"}"/>'
    return f"<entry><id>{name}</id><title>x</title><updated>{updated}</updated>{link}</entry>"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    found, server = Issuer(), Flask("met")
    server.add_url_rule("/cap/feed.atom", "feed", found.feed)
    server.add_url_rule("/cap/alerts/<name>.xml", "message", found.message)
    with served(server) as base:
        found.url = f"{base}/cap/feed.atom"
        yield found


@pytest.fixture
def feed(issuer: Issuer, door: Door) -> Feed[Any, Any]:
    return asked(issuer.url, door)


def asked(url: str, door: Door) -> Feed[Any, Any]:
    parts = door.parts
    found = CapSource(
        "weather", alerts=CapReader(), proposals=parts.proposals, dead_letters=parts.dead_letters, source="IOT"
    )
    return found.feed(url, interval_s=60, headers={"X-Token": "t"})


def known(door: Door, **query: str) -> dict[str, str]:
    return {one["identifier"]: one["state"] for one in proposals(door, **query)}


def test_every_alert_is_proposed_once_and_an_unchanged_feed_is_not_read_again(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"a1": rain("a1"), "a2": rain("a2")}
    for _ in range(3):
        feed.poll()
    assert known(door) == {"a1": "open", "a2": "open"}
    assert sorted(issuer.asked) == ["a1", "a2"]
    assert issuer.said == [200, 304, 304]
    with door.database.read() as work:
        assert work.orders.latest(10) == []


def test_after_a_restart_everything_is_known(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"a1": rain("a1")}
    feed.poll()
    one = proposals(door)[0]["id"]
    door.post(f"/proposals/{one}/settle", {"reason": "no need"}, "dispatch")
    asked(issuer.url, door).poll()
    assert known(door) == {}
    assert len(proposals(door, settled="true")) == 1


def test_an_update_and_a_cancel_act_on_the_proposal_that_they_name(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"a1": rain("a1"), "b1": rain("b1")}
    feed.poll()
    issuer.messages["a2"] = later(rain("a2", kind="Update", refers=FIRST))
    issuer.messages["b2"] = later(rain("b2", kind="Cancel", refers=FIRST.replace("a1", "b1")))
    feed.poll()
    assert known(door) == {"a2": "open"}
    assert known(door, settled="true") == {"a1": "replaced", "a2": "open", "b1": "withdrawn"}


def later(message: str) -> str:
    return message.replace("<sent>2026-11-24T14:00", "<sent>2026-11-24T14:10")


def test_a_cancel_that_stands_before_its_alert_in_the_feed_still_ends_it(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"a1": rain("a1"), "a2": later(rain("a2", kind="Cancel", refers=FIRST))}
    feed.poll()
    assert issuer.asked[0] == "a2"
    assert known(door, settled="true") == {"a1": "withdrawn"}


def test_a_cancel_is_heard_again_when_its_alert_could_not_be_read_at_first(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"b1": rain("b1"), "a1": rain("a1"), "a2": later(rain("a2", kind="Cancel", refers=FIRST))}
    issuer.away = {"a1"}
    with pytest.raises(FeedFailed, match="answers 503"):
        feed.poll()
    assert known(door) == {"b1": "open"}
    issuer.away = set()
    feed.poll()
    assert known(door, settled="true") == {"b1": "open", "a1": "withdrawn"}
    assert issuer.asked.count("b1") == 1


def test_the_same_identifier_at_another_time_is_another_message(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"a1": rain("a1")}
    feed.poll()
    issuer.messages["again"] = later(rain("a1"))
    feed.poll()
    assert len(proposals(door)) == 2


def test_what_has_expired_is_not_proposed_and_what_expires_is_not_shown(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"old": rain("old").replace("T20:00:00+08:00</expires>", "T14:05:00+08:00</expires>")}
    issuer.messages["a1"] = rain("a1")
    feed.poll()
    assert known(door, settled="true") == {"a1": "open"}
    door.clock.pass_(hours=6)
    assert known(door) == {}


def test_tests_and_receipts_of_machines_are_passed_over(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"t": rain("t", status="Test"), "k": rain("k", kind="Ack"), "a1": rain("a1")}
    feed.poll()
    assert known(door) == {"a1": "open"}
    assert door.letters() == []


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_xml_behind_an_entry_is_set_aside_once_and_the_next_is_taken(
    feed: Feed, issuer: Issuer, door: Door, what: str
):
    issuer.messages = {"bad": HOSTILE[what], "a1": rain("a1")}
    feed.poll()
    issuer.updated["bad"] = "2026-11-24T14:20:00+08:00"
    feed.poll()
    assert known(door) == {"a1": "open"}
    [letter] = door.letters()
    assert (letter["source"], letter["form"] in ("alert", "cut"), letter["feed"]) == ("IOT", True, "weather")
    assert issuer.asked.count("bad") == 2


def test_what_is_no_alert_is_set_aside_with_the_field(feed: Feed, issuer: Issuer, door: Door):
    issuer.messages = {"a1": rain("a1", severity="Terrible")}
    feed.poll()
    [letter] = door.letters()
    assert (letter["field"], letter["form"]) == ("severity", "alert")
    assert "Terrible" in letter["payload"]


@pytest.mark.parametrize(
    "href",
    ["http://127.0.0.1:1/x.xml", "file:///etc/passwd", "http://user:x@{here}/cap/x.xml", "http://[", "http://x:y/"],
)
def test_a_feed_cannot_make_us_ask_anybody_else(feed: Feed, issuer: Issuer, door: Door, href: str):
    here = issuer.url.removeprefix("http://").partition("/")[0]
    issuer.besides = entry("away", href=href.format(here=here)) + "<entry><id>none</id></entry>"
    issuer.messages = {"a1": rain("a1")}
    feed.poll()
    assert known(door) == {"a1": "open"}
    assert issuer.asked == ["a1"]
    assert {letter["field"] for letter in door.letters()} == {"link"}


BROKEN = {
    "a bomb": '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]><feed xmlns="http://www.w3.org/2005/Atom">&a;</feed>',
    "deep nesting": "<feed>" * 100_000,
    "a page": "<html><body>moved</body></html>",
    "nothing": "",
    "six megabytes": "<feed>" + " " * 6_000_000,
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_feed_that_is_none_fails_with_a_reason_and_its_health_says_so(door: Door, what: str):
    server, live = Flask("odd"), FakeLive()
    server.add_url_rule("/", "feed", lambda: BROKEN[what])
    with served(server) as base:
        poller = Poller(leases=SqlLeases(door.database), live=live, clock=door.clock, holder="one")
        poller.poll(asked(base, door))
    assert live.health["IOT"][0] == "watch"
    assert live.health["IOT"][3]
    assert proposals(door) == []


def test_a_document_and_an_entry_with_the_alert_inside_are_read_too(door: Door):
    server, said = Flask("met"), {"now": rain("a1")}
    server.add_url_rule("/", "feed", lambda: Response(said["now"]))
    with served(server) as base:
        feed = asked(base, door)
        feed.poll()
        inside = rain("a2").partition("?>")[2]
        said["now"] = ATOM.format(f'<entry><id>2</id><content type="application/cap+xml">{inside}</content></entry>')
        feed.poll()
    assert known(door) == {"a1": "open", "a2": "open"}


def test_an_administrator_tries_saves_and_the_poller_asks(issuer: Issuer, door: Door):

    desk = Reception(door.database)
    connections = desk.access.connections
    sample = ATOM.format(entry("a1") + entry("x", href="https://elsewhere.example/x.xml"))
    tried = connections.try_out(desk.admin, "", sample, kind="cap")
    assert (tried.records, tried.good, list(tried.problems)) == (2, 1, ["link"])
    assert connections.try_out(desk.admin, "", rain("a1"), kind="cap").first["identifier"] == "a1"
    with pytest.raises(AccountProblem, match="neither an alert"):
        connections.try_out(desk.admin, "", "<html/>", kind="cap")

    made = connections.save(desk.admin, Wanted("weather", issuer.url, 60, "IOT", "ignored", {}, "cap"))
    assert (made.kind, made.mapping) == ("cap", "")
    issuer.messages = {"a1": rain("a1")}
    connected, live = Connected(connections.newest, behind(door), {}), FakeLive()
    poller = Poller(leases=SqlLeases(door.database), live=live, clock=door.clock, holder="one")
    poller.poll(connected._feed(made))
    assert known(door) == {"a1": "open"}
    assert live.health["IOT"][0] == "normal"
    connections.stop(desk.admin, "weather")
    assert [(one.kind, one.stopped) for one in connections.newest()] == [("cap", True)]
    with pytest.raises(AccountProblem):
        connections.save(desk.admin, Wanted("weather", issuer.url, 60, "IOT", "", {}, "rss"))
