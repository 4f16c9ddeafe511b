"""The relay: what was committed reaches counts and browsers once, in whatever order things fail."""

import json
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from domain.account import SYSTEM
from domain.case import CaseReport, StepRefused
from live import keys
from live.fanout import Emitter
from live.hints import Hints
from live.relay import Relay
from operations.drafts import OrderRequest
from operations.targets import Targets
from storage.leases import SqlLeases
from tests.conftest import until
from tests.live.conftest import Told, relay_of
from tests.operations.conftest import Office


def report(office: Office, external_id: str, **said: object) -> str:
    known = {"source": "GRID", "text": "x", "reported_at": office.clock.now(), "district": "410105"}
    [outcome] = office.cases.report(SYSTEM, [CaseReport(external_id=external_id, **(known | said))])
    assert outcome.id, outcome.problem
    return outcome.id


def issue(office: Office, *tiers: str):
    return office.orders.issue(office.officer, OrderRequest(Targets(tiers=tiers), title="到岗", text="请确认"))


def counted(redis: Redis) -> dict[str, dict[bytes, bytes]]:
    return {name.decode(): redis.hgetall(name) for name in sorted(redis.scan_iter(keys.counts("*")))}


def everything(redis: Redis) -> object:
    return counted(redis), redis.hgetall(keys.URGENT), redis.zrange(keys.URGENT_ORDER, 0, -1, withscores=True)


def test_a_case_is_counted_and_shown(office: Office, relay: Relay, redis: Redis, told: Told):
    relay.cycle()
    report(office, "a")
    assert relay.cycle() == 1
    assert relay.cycle() == 0
    [(event, data, rooms)] = told.events
    assert (event, rooms, data["rows"][0]["state"]) == ("rows", ["wall"], "reported")
    assert counted(redis)[keys.counts("2026-11-24")][b"reported/source/GRID"] == b"1"


def test_an_order_is_one_emission_and_one_message(office: Office, redis: Redis, redis_url: str):
    relay = relay_of(office, redis, Emitter(redis_url))
    channel = redis.pubsub(ignore_subscribe_messages=True)
    channel.subscribe(keys.SOCKETS)
    channel.get_message(timeout=30)  # that we are heard of
    issue(office, "township")
    relay.cycle()
    redis.publish(keys.SOCKETS, "the end")
    heard = iter(lambda: next(channel.listen())["data"], b"the end")
    messages = [json.loads(one) for one in heard]
    channel.close()
    to_posts = [message for message in messages if any(room.startswith("post:") for room in message["room"])]
    assert len(to_posts) == 1
    assert sum(room.startswith("post:") for room in to_posts[0]["room"]) == 215
    assert messages[0] == to_posts[0]


def test_orders_do_not_wait_behind_cases(office: Office, relay: Relay, told: Told):
    relay.cycle()
    report(office, "a")
    order = issue(office, "district")
    report(office, "b")
    relay.cycle()
    assert told.events[0][1]["rows"][0]["id"] == order.id
    assert told.handed == [(order.id, [post.code for post in office.city.posts_of(["district"])])]


def test_a_note_that_cannot_be_written_holds_up_nothing(office: Office, relay: Relay, told: Told):
    def fail(_order: str, _posts: Sequence[str]) -> None:
        raise RuntimeError("no such line")

    relay.handed = fail
    issue(office, "district")
    relay.cycle()
    assert relay.cycle() == 0
    assert told.events


def test_a_relay_that_dies_before_marking_counts_nothing_twice(
    office: Office, relay: Relay, redis: Redis, monkeypatch: pytest.MonkeyPatch
):
    relay.cycle()
    report(office, "a")

    def die(_ids: Sequence[int]) -> None:
        raise ConnectionError("gone")

    with monkeypatch.context() as dying:
        dying.setattr(relay.announcements, "mark", die)
        with pytest.raises(ConnectionError):
            relay.cycle()
    before = counted(redis)
    assert relay.cycle() == 1
    assert counted(redis) == before
    assert redis.scard(keys.APPLIED) == 0


def test_the_second_relay_waits_for_the_lease(
    office: Office, relay: Relay, redis: Redis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("live.relay.LEASE_S", 600.0)
    relay.cycle()
    second = relay_of(office, redis, Told(), holder="two")
    report(office, "a")
    assert second.cycle() == 0
    assert relay.cycle() == 1


def test_a_relay_that_slept_through_its_lease_does_no_harm(
    office: Office, relay: Relay, redis: Redis, told: Told, monkeypatch: pytest.MonkeyPatch
):
    relay.cycle()
    report(office, "a")
    take = relay.announcements.take

    def slowly(limit: int):
        batch = take(limit)
        SqlLeases(office.database).release("relay", "one")  # as if the lease had run out while we slept
        assert relay_of(office, redis, Told(), holder="two").cycle() == 1
        return batch

    monkeypatch.setattr(relay.announcements, "take", slowly)
    assert relay.cycle() == 0
    assert told.events == []
    assert counted(redis)[keys.counts("2026-11-24")][b"reported"] == b"1"


def test_an_empty_redis_is_filled_from_sql(office: Office, relay: Relay, redis: Redis):
    report(office, "a", urgency="high")
    relay.cycle()
    before = everything(redis)
    redis.flushall()
    relay.cycle()
    assert everything(redis) == before


STEPS = ("receive", "file", "refuse", "assign", "finish", "close", "void")
ACTIONS = st.lists(
    st.one_of(
        st.tuples(
            st.just("report"),
            st.sampled_from(["GRID", "DCG"]),
            st.sampled_from(["410105", "410102", None]),
            st.sampled_from(["low", "normal", "high", "critical"]),
            st.sampled_from([0, 5, 40, 2000]),  # minutes that the report is late
        ),
        st.tuples(st.just("step"), st.integers(0, 40), st.sampled_from(STEPS), st.integers(0, 5000)),
        st.tuples(st.just("carry")),
    ),
    max_size=14,
)


class Play:
    """A city day, acted out."""

    def __init__(self, office: Office, relay: Relay, redis: Redis):
        self.office, self.relay, self.redis = office, relay, redis
        self.cases: list[str] = []

    def act(self, action: tuple) -> None:
        if action[0] == "carry":
            self.relay.cycle()
        elif action[0] == "report":
            _, source, district, urgency, late = action
            said = {"source": source, "district": district, "urgency": urgency}
            at = self.office.clock.now() - timedelta(minutes=late)
            self.cases.append(report(self.office, str(uuid4()), reported_at=at, **said))
        elif self.cases:
            _, which, step, seconds = action
            take_step(self.office, self.cases[which % len(self.cases)], step, seconds)

    def end(self) -> object:
        while self.relay.cycle():
            pass
        return everything(self.redis)


@pytest.fixture
def play(office: Office, relay: Relay, redis: Redis) -> Play:
    return Play(office, relay, redis)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTIONS)
def test_a_rebuild_gives_what_was_added_up(play: Play, actions):
    for action in actions:
        play.act(action)
    before = play.end()
    play.relay.rebuild(play.relay.fence() or 0)
    assert everything(play.redis) == before


def take_step(office: Office, case_id: str, step: str, seconds: int) -> None:
    case, _history = office.cases.get(SYSTEM, case_id)
    office.clock.pass_(seconds=seconds / 10)
    with suppress(StepRefused):
        office.cases.step(SYSTEM, case_id, step, version=case.version, at=office.clock.now(), reason="x")


def test_an_outage_is_told_once_and_its_end_once(
    office: Office, relay: Relay, told: Told, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    report(office, "a")
    works: list[bool] = []

    def take(limit: int, real: Callable = relay.announcements.take):
        if not works:
            raise ConnectionError("SQL is away")
        return real(limit)

    monkeypatch.setattr(relay.announcements, "take", take)
    stopped = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stopped,))
    with caplog.at_level(logging.INFO, logger="relay"):
        thread.start()
        until(lambda: relay.outage.lasts)
        stopped.wait(0.6)
        works.append(True)
        until(lambda: told.events)
        stopped.set()
        thread.join()
    words = [record.getMessage() for record in caplog.records if "the relay" in record.getMessage()]
    assert words == ["the relay fails: SQL is away; trying on", "the relay works again"]


def test_a_hint_wakes_the_relay(
    office: Office, relay: Relay, redis: Redis, told: Told, monkeypatch: pytest.MonkeyPatch
):
    office.database.after_commit = Hints(redis).committed
    monkeypatch.setattr("live.relay.LOOK_S", 60.0)
    stopped = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stopped,))
    thread.start()
    until(lambda: redis.get(keys.RELAYED_AT) and redis.pubsub_numsub(keys.OUTBOX)[0][1])
    order = issue(office, "district")
    until(lambda: told.events)
    stopped.set()
    Hints(redis).committed()
    thread.join()
    assert told.events[0][1]["rows"][0]["id"] == order.id
