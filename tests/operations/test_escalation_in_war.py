"""What the switch to war makes of an escalation: twice as early, over every channel there is, and gone after."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.delivery import Channel
from domain.readiness import Condition
from domain.step import What
from operations.delivery_ports import Way
from operations.readiness import ReadinessDesk
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice

POST = "410105"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[EscalatingOffice]:
    database = a_database(tmp_path)
    found = EscalatingOffice(database, FakeClock(), LADDER, ways=(Way(Channel.VOICE), Way(Channel.SMS)))
    found.seat(POST)
    yield found
    database.close()


def timeline(office: EscalatingOffice) -> tuple[list[tuple[str, int]], list[str]]:
    """(whom, second) of each step of a new order, and over what the person on duty was told."""
    order = office.issue(POST)
    for second in range(61):
        office.clock.at = order.issued_at + timedelta(seconds=second)
        office.escalations.fire_due()
    steps = [
        (step.whom, (step.at - order.issued_at) // timedelta(seconds=1)) for step in office.steps(order, What.TOLD)
    ]
    channels = [channel for _post, person, channel in office.told(order) if person == f"duty-{POST}"]
    office.orders.close(office.officer, order.id)
    return steps, channels


def test_war_comes_earlier_and_over_every_channel_and_peace_is_as_before(office: EscalatingOffice):
    switch = ReadinessDesk(office.database.begin, office.database.read, office.clock, office.city)
    before = timeline(office)
    assert before == ([("on_duty", 0), ("deputy", 20), ("leader", 40)], ["voice"])
    switch.switch(office.officer, Condition.WAR, reason="雪", version=0)
    during = timeline(office)
    assert [step for step in during[0] if step[0] != "on_duty"] == [
        ("deputy", 10),
        ("deputy", 10),
        ("leader", 20),
        ("leader", 20),
    ]
    assert during[1] == ["sms", "voice"]
    switch.switch(office.officer, Condition.PEACE, reason="晴", version=1)
    assert timeline(office) == before
