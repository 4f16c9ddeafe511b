"""The steps of an order's plan are ticked by name and time, and stay with the order."""

from dataclasses import replace

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.order import OrderRefused
from operations.checklists import Checklists
from operations.drafts import OrderRequest
from operations.order_reading import OrderUnknown
from operations.targets import Targets
from tests.operations.conftest import Office


@pytest.fixture
def steps(office: Office) -> Checklists:
    return Checklists(office.database.begin, office.database.read, clock=office.clock, city=office.city)


@pytest.fixture
def order(office: Office):
    return office.orders.issue(office.officer, OrderRequest(Targets(posts=("410105",)), template="large_event"))


def rows(office: Office, order: str) -> list[dict]:
    return [row for row in office.board.rows_for(f"order:{order}", office.officer) if row["kind"] == "order_step"]


def test_a_step_is_ticked_with_who_and_when_and_the_tick_taken_back(office: Office, steps: Checklists, order):
    assert [row["text"] for row in rows(office, order.id)] == list(order.checklist)
    office.wait(minutes=3)
    done = steps.tick(office.officer, order.id, 1)
    assert (done["done_at"], done["by"], done["version"]) == ("2026-11-24T06:33:00.000Z", "演示值班长", 1)
    office.wait(minutes=1)
    other = Actor("o2", "演示副班", Role.OFFICER, dispatch_root="410100")
    assert steps.tick(other, order.id, 1) == done  # ticked already: who and when stay
    assert [bool(row["done_at"]) for row in rows(office, order.id)] == [False, True, False, False, False]
    back = steps.tick(other, order.id, 1, done=False)
    assert (back["done_at"], back["by"], back["version"]) == (None, "演示副班", 2)


def test_every_tick_is_on_the_record(office: Office, steps: Checklists, order):
    steps.tick(office.officer, order.id, 0)
    steps.tick(office.officer, order.id, 0, done=False)
    with office.database.read() as work:
        told = [(entry["verb"], entry["detail"]["step"]) for entry in work.audits.latest(2)]
    assert told == [("order.step_undone", order.checklist[0]), ("order.step_done", order.checklist[0])]


def test_what_was_done_stays_done_in_the_next_edition(office: Office, steps: Checklists, order):
    steps.tick(office.officer, order.id, 2)
    newer = office.orders.correct(office.officer, order.id, {"text": "改为东门集合"}, reason="地点")
    assert [bool(row["done_at"]) for row in steps.of(office.officer, newer.id)] == [False, False, True, False, False]


def test_whoever_directs_the_order_ticks_and_nobody_else(office: Office, steps: Checklists, order):
    for actor in (replace(office.officer, dispatch_root="410105"), Actor("l", "领导", Role.LEADER)):
        with pytest.raises(NotAllowed):
            steps.tick(actor, order.id, 0)
    assert len(steps.of(Actor("l", "领导", Role.LEADER), order.id)) == 5
    with pytest.raises(NotAllowed):
        steps.of(office.at_post("410105"), order.id)


def test_a_step_that_is_not_there_or_of_an_ended_order_is_refused(office: Office, steps: Checklists, order):
    for n in (-1, 5):
        with pytest.raises(OrderRefused, match="no step"):
            steps.tick(office.officer, order.id, n)
    office.orders.close(office.officer, order.id)
    with pytest.raises(OrderRefused, match="already closed"):
        steps.tick(office.officer, order.id, 0)
    with pytest.raises(OrderUnknown):
        steps.tick(office.officer, "nothing", 0)
