"""Who issued, corrected, withdrew or ended an order stands in the audit, in the transaction of the order itself."""

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.order import OrderRefused
from operations.drafts import OrderRequest
from operations.targets import Targets
from storage.database import Database
from tests.operations.conftest import Office


def on_record(database: Database) -> list[tuple[str, str, str]]:
    """(who, what, about which order), oldest first."""
    with database.read() as work:
        entries = work.audits.latest(50, containing="", before=None)
    return [(entry["actor"], entry["verb"], entry["about"]) for entry in reversed(entries)]


def issue(office: Office, **said: object):
    return office.orders.issue(office.officer, OrderRequest(Targets(tiers=("district",)), "到岗", "请确认", **said))


def test_every_act_on_an_order_is_on_record_with_who_did_it(office: Office):
    first, second = issue(office), issue(office, mode="drill")
    edition = office.orders.correct(office.officer, first.id, {"text": "请在一小时内确认"}, reason="时间有误")
    office.orders.cancel(office.officer, edition.id, reason="险情解除")
    office.orders.close(office.officer, second.id)
    assert on_record(office.database) == [
        ("o1", "order.issue", first.id),
        ("o1", "order.issue", second.id),
        ("o1", "order.correct", edition.id),
        ("o1", "order.cancelled", edition.id),
        ("o1", "order.closed", second.id),
    ]


def test_what_was_refused_left_no_order_and_no_word_of_one(office: Office):
    leader = Actor("l1", "演示领导", Role.LEADER)
    with pytest.raises(NotAllowed):
        office.orders.issue(leader, OrderRequest(Targets(tiers=("district",)), "到岗", "请确认"))
    with pytest.raises(OrderRefused):
        office.orders.issue(office.officer, OrderRequest(Targets(), "到岗", "请确认"))
    assert on_record(office.database) == []
    assert office.orders.latest(office.officer) == []
