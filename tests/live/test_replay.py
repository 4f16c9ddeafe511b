"""Replaying what was announced onto an old snapshot equals a fresh snapshot."""

from datetime import timedelta

import pytest
from redis import Redis

from domain.account import SYSTEM, Actor, Role
from domain.case import CaseReport
from live.fanout import Emitter
from operations.board import upsert
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.conftest import until
from tests.live.conftest import Door, relay_of
from tests.operations.conftest import Office

POSTS = ("410105", "410105001", "410105002")


def by_id(rows: list[dict]) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for row in rows:
        found = upsert(found, row)
    return found


def live_an_hour(office: Office) -> None:
    """Cases come and move on, orders go out, are confirmed, corrected and cancelled."""
    reports = [
        CaseReport("GRID", f"g{n}", "x", office.clock.now() - timedelta(minutes=n), district="410105") for n in range(9)
    ]
    cases = [outcome.case for outcome in office.cases.report(SYSTEM, reports)]
    for case in cases[:3]:
        office.clock.pass_(seconds=10)
        case = office.cases.step(SYSTEM, case.id, "receive", version=1, at=office.clock.now())
        office.cases.step(SYSTEM, case.id, "file", version=2, at=office.clock.now())
    first, second = (
        office.orders.issue(office.officer, OrderRequest(Targets(posts=POSTS), title=title, text="请确认"))
        for title in ("到岗", "巡查")
    )
    assert office.record(*(office.receipt(first.id, post) for post in POSTS)) == [None] * 3
    assert office.record(office.receipt(second.id, POSTS[0], answer="need_support", note="缺泵")) == [None]
    office.orders.cancel(office.officer, first.id, reason="解除")


@pytest.mark.parametrize("room", ["wall", "desk", f"post:{POSTS[0]}"])
def test_replay_equals_refetch(door: Door, office: Office, redis: Redis, redis_url: str, room: str):
    door.actors["post"] = Actor("p", "p", Role.POST, post=POSTS[0], known_by="device")
    who = "post" if room.startswith("post:") else "officer"
    relay = relay_of(office, redis, Emitter(redis_url))
    relay.cycle()
    visitor = door.connect(who)
    old = visitor.join(room)["rows"]
    live_an_hour(office)
    while relay.cycle():
        pass
    fresh = by_id(door.connect(who).join(room)["rows"])
    until(lambda: fresh.items() <= by_id([*old, *visitor.rows]).items(), what="the newest rows")
    replayed = by_id([*old, *visitor.rows])
    extra = {id: row for id, row in replayed.items() if id not in fresh}
    assert all(row["kind"] == "line" for row in extra.values()), "only lines of orders that the room shows no more"
