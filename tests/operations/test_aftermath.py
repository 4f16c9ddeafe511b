"""The record of an order that has ended: received times count, claimed times stand beside, a moment is a moment."""

from datetime import datetime, timedelta

import pytest

from domain.account import SYSTEM, Actor, NotAllowed, Role
from operations.aftermath import Aftermath, NotEnded, digest
from operations.curves import nearest_rank
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.operations.conftest import Office, office

__all__ = ["office"]


def issue(office: Office, *, tiers: tuple = ("district",), **changes: object):
    said = {"title": "低温雨雪到岗", "text": "请立即到岗", "limits": 60} | changes
    return office.orders.issue(office.officer, OrderRequest(targets=Targets(tiers=tiers), **said))


def closed(office: Office, **changes: object):
    """金水 confirms after 20 s and is in position after 25 s; an answer given offline arrives after 200 s."""
    order = issue(office, **changes)
    office.wait(seconds=20)
    assert office.record(office.receipt(order.id, "410105", answer="received")) == [None]
    office.wait(seconds=5)
    assert office.record(office.receipt(order.id, "410105", "answered", answer="in_position")) == [None]
    office.staff("410102")
    claimed = office.clock.real() + timedelta(seconds=5)
    office.wait(seconds=175)
    late = office.receipt(order.id, "410102", answer="received", note="断网", claimed_at=claimed)
    assert office.record(late) == [None]
    office.wait(seconds=10)
    return office.orders.close(office.officer, order.id, reason="到岗完成")


def aftermath(office: Office, demo: bool = False) -> Aftermath:
    return Aftermath(office.database.begin, office.database.read, office.clock, office.city, demo)


def line(record: dict, post: str) -> dict:
    return next(line for line in record["lines"] if line["post"] == post)


def test_curves_count_from_the_issue_to_when_the_centre_knew(office: Office):
    (tier,) = aftermath(office).record(SYSTEM, closed(office).id)["tiers"]
    assert tier["confirmed"] == {"seconds": [20.0, 200.0], "p50": 20.0, "p95": 200.0, "max": 200.0}
    assert tier["in_position"]["seconds"] == [25.0]
    assert (tier["targets"], tier["limit_s"], tier["late"], len(tier["silent"])) == (16, 60, ["410102"], 14)


def test_an_answer_given_offline_keeps_both_times_and_is_late_by_the_received_one(office: Office):
    found = line(aftermath(office).record(SYSTEM, closed(office).id), "410102")
    (answer,) = found["answers"]
    assert (answer["offline"], answer["note"], found["late"], found["took_s"]) == (True, "断网", True, 200.0)
    assert answer["claimed_at"] < answer["at"]


def test_who_answered_and_how_the_person_was_known(office: Office):
    order = issue(office)
    office.record(office.receipt(order.id, "410105", pin="2468"))
    office.orders.close(office.officer, order.id)
    found = line(aftermath(office).record(SYSTEM, order.id), "410105")
    assert (found["by"], found["known_by"], found["answers"][0]["by"]) == ("演示员01", "pin", "演示员01")


def test_the_timeline_runs_from_the_issue_to_the_end(office: Office):
    steps = aftermath(office).record(SYSTEM, closed(office).id)["timeline"]
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
    assert (steps[0]["what"], steps[-1]["what"], steps[-1]["reason"]) == ("issued", "closed", "到岗完成")
    assert {"acknowledged_first", "acknowledged_last", "answered"} <= {step["what"] for step in steps}


def test_a_correction_names_the_edition_that_it_replaced(office: Office):
    first = issue(office)
    second = office.orders.correct(office.officer, first.id, {"text": "十八时前到岗"}, reason="时间有误")
    office.orders.close(office.officer, second.id)
    (earlier,) = aftermath(office).record(SYSTEM, second.id)["editions"]
    assert (earlier["id"], earlier["state"], earlier["reason"]) == (first.id, "corrected", "时间有误")


def test_a_running_order_has_no_record(office: Office):
    with pytest.raises(NotEnded):
        aftermath(office).record(SYSTEM, issue(office).id)


def test_who_may_not_see_a_ledger_gets_no_record(office: Office):
    with pytest.raises(NotAllowed):
        aftermath(office).record(Actor("w", "wall", Role.WALL), closed(office).id)


def test_an_answer_of_the_very_millisecond_of_the_end_is_in_the_record(office: Office):
    order = issue(office)
    office.wait(microseconds=100)
    assert office.record(office.receipt(order.id, "410105")) == [None]
    office.wait(microseconds=800)
    office.orders.close(office.officer, order.id)
    record = aftermath(office).record(SYSTEM, order.id)
    assert line(record, "410105")["by"] == "演示员01"
    office.wait(seconds=1)
    again = aftermath(office).record(SYSTEM, order.id, as_of=datetime.fromisoformat(record["as_of"]))
    assert digest(again) == digest(record)


def test_what_arrives_later_does_not_change_the_record_of_an_earlier_moment(office: Office):
    order = closed(office)
    office.wait(minutes=1)
    first = aftermath(office).record(SYSTEM, order.id)
    office.staff("410103")
    assert office.record(office.receipt(order.id, "410103")) == [None]
    office.wait(minutes=1)
    again = aftermath(office).record(SYSTEM, order.id, as_of=datetime.fromisoformat(first["as_of"]))
    assert digest(again) == digest(first)
    assert digest(aftermath(office).record(SYSTEM, order.id)) != digest(first)


def test_what_was_handed_out_is_remembered_for_its_order_alone(office: Office):
    order, other = closed(office), issue(office)
    aftermath(office).note_printed(SYSTEM, order.id, {"file": "f", "record": "r"})
    assert aftermath(office).printed(SYSTEM, order.id) == [{"file": "f", "record": "r"}]
    assert aftermath(office).printed(SYSTEM, other.id) == []


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (1.0, 20)])
def test_a_percentile_is_one_of_the_values(share: float, expected: int):
    assert nearest_rank(range(1, 21), share) == expected
    assert nearest_rank([], share) is None
