"""Channels are tested in quiet times: who answers is verified, who does not is reminded, and then told of above."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.channel_test import ChannelTest, Every
from domain.delivery import Channel, DeliveryState
from domain.order import Kind, OrderRefused
from domain.step import What
from operations.channel_tests import ChannelTests
from operations.delivery_ports import Way
from operations.roster import contacts_of
from operations.targets import Targets
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice

A, B, TOWNSHIP = "410105", "410102", "410105001"
TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # ten in the morning in the city
WEEKLY = ChannelTest("terminal", Every.WEEK, 2, time(10), 3600)
MONTHLY = ChannelTest("sms", Every.MONTH, 24, time(10), 3600)


class TestingOffice(EscalatingOffice):
    __test__ = False

    def __post_init__(self) -> None:
        super().__post_init__()
        begin, read = self.database.begin, self.database.read
        self.tests = ChannelTests(begin, read, self.clock, self.city, self.orders, self.deliveries)

    def hold(self, *answering: str, channel: str = "terminal", posts: tuple[str, ...] = (A, TOWNSHIP)) -> str:
        """One whole test, answered by some."""
        order = self.tests.test(self.officer, channel, Targets(posts=posts), within_s=3600)
        for post in answering:
            self.acknowledge(order, post)
        self.wait(hours=1, seconds=1)
        self.orders.expire_due()
        self.tests.run_due()
        return order.id

    def consequences(self, order: str) -> list[tuple[str, str, str, int]]:
        with self.database.read() as work:
            found = work.timers.steps(order)
        return [(step.what, step.post, step.to, step.n) for step in found if step.what is not What.TESTED]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestingOffice]:
    database = a_database(tmp_path)
    clock, tests = FakeClock(datetime(2026, 11, 23, 2, tzinfo=UTC)), (WEEKLY, MONTHLY)
    found = TestingOffice(database, clock, LADDER, ways=(Way(Channel.SMS),), channel_tests=tests)
    found.seat(A, B, TOWNSHIP)
    yield found
    database.close()


def test_each_channel_is_tested_when_its_day_comes_and_once(office: TestingOffice):
    assert office.tests.run_due() == []
    office.clock.at = TUESDAY
    terminal, sms = office.tests.run_due()
    assert (terminal.kind, terminal.template, sms.template) == (Kind.CHANNEL_TEST, "channel:terminal", "channel:sms")
    assert "值班终端" in terminal.title
    assert terminal.targets == len([post for post in office.city.posts if post.tier != "city"])
    assert office.tests.run_due() == []
    told = {(one.post, one.person, one.channel, one.lane) for one in office.messages(sms)}
    assert told - {("410105002", "p-410105002", "sms", 2)} == {(p, f"duty-{p}", "sms", 2) for p in (A, B, TOWNSHIP)}
    assert office.messages(terminal) == []


def test_a_channel_that_is_not_there_is_not_tested_and_from_a_demo_nothing_leaves(office: TestingOffice):
    assert (office.tests.exists("sms"), office.tests.exists("voice"), office.tests.exists("pigeon")) == (
        True,
        False,
        False,
    )
    office.deliveries.outside = False
    assert (office.tests.exists("sms"), office.tests.exists("terminal")) == (False, True)
    with pytest.raises(OrderRefused, match="sms"):
        office.tests.test(office.officer, "sms", Targets(posts=(A,)), within_s=600)


def test_one_miss_reminds_the_post_and_a_second_in_a_row_is_told_above(office: TestingOffice):
    first = office.hold(A)
    assert office.consequences(first) == [("notice", TOWNSHIP, TOWNSHIP, 1)]
    assert office.notices(TOWNSHIP) == [("test_missed", TOWNSHIP)]
    assert office.notices(A) == []
    second = office.hold(A)
    assert office.consequences(second) == [("notice", TOWNSHIP, A, 2)]
    assert office.notices(A) == [("unreachable_below", TOWNSHIP)]
    third = office.hold(A, TOWNSHIP)
    assert office.consequences(third) == []
    fourth = office.hold(A)
    assert office.consequences(fourth) == [("notice", TOWNSHIP, TOWNSHIP, 1)]


def test_above_a_district_stands_the_centre_itself(office: TestingOffice):
    office.hold(TOWNSHIP)
    assert office.consequences(office.hold(TOWNSHIP)) == [("desk", A, "410100", 2)]


def test_a_test_that_was_withdrawn_counts_for_nobody(office: TestingOffice):
    order = office.tests.test(office.officer, "terminal", Targets(posts=(A,)), within_s=3600)
    office.orders.cancel(office.officer, order.id, reason="误发")
    office.wait(hours=2)
    office.tests.run_due()
    assert office.consequences(order.id) == []
    assert office.consequences(office.hold()) == [
        ("notice", A, A, 1),
        ("notice", TOWNSHIP, TOWNSHIP, 1),
    ]


def test_settling_twice_changes_nothing(office: TestingOffice):
    order = office.hold(A)
    before = office.consequences(order)
    office.tests.run_due()
    assert office.consequences(order) == before


def test_a_number_over_which_somebody_answered_is_verified(office: TestingOffice):
    order = office.tests.test(office.officer, "sms", Targets(posts=(A, TOWNSHIP)), within_s=3600)
    with office.database.begin() as work:  # the gateway took both
        sent = [one.reached(DeliveryState.SENT, office.clock.real()) for one in work.deliveries.of_order(order.id)]
        work.deliveries.save(sent)
    office.wait(minutes=2)
    answered_at = office.clock.real()
    office.acknowledge(order, A)
    office.wait(hours=1)
    office.orders.expire_due()
    office.tests.run_due()
    with office.database.read() as work:
        contacts = contacts_of(work, [A, TOWNSHIP])
    assert contacts[f"duty-{A}"].verified_at == answered_at
    assert contacts[f"duty-{TOWNSHIP}"].verified_at is None
    assert contacts[f"deputy-{A}"].verified_at is None


def test_only_those_with_dispatch_authority_test_by_hand(office: TestingOffice):
    with pytest.raises(NotAllowed):
        office.tests.test(Actor("l1", "leader", Role.LEADER), "terminal", Targets(posts=(A,)), within_s=600)


def test_a_day_that_was_missed_is_not_made_up_for(office: TestingOffice):
    office.clock.at = TUESDAY + timedelta(hours=1)
    assert office.tests.run_due() == []
