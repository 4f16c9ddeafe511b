"""The roll is called: by hand, as planned, by surprise, in war by itself; whoever does not answer is absent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.order import Kind, OrderRefused, OrderState
from domain.readiness import Condition
from operations.order_reading import OrderUnknown
from operations.readiness import ReadinessDesk
from operations.roll_calls import PlanRequest, RollCalls, csv_of
from operations.targets import Targets
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.conftest import Office, zhengzhou

TIERS = Targets(tiers=("district", "township"))
HEADINGS = ("代码", "席位", "层级", "上级", "迟到", "电话")
WEEKDAYS = frozenset(range(1, 8))


class RollCallOffice(Office):
    def __post_init__(self) -> None:
        super().__post_init__()
        begin, read = self.database.begin, self.database.read
        self.roll_calls = RollCalls(begin, read, self.clock, self.city, self.orders, secret="s")
        self.switch = ReadinessDesk(begin, read, self.clock, self.city)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RollCallOffice]:
    database = a_database(tmp_path)
    yield RollCallOffice(database, FakeClock(), zhengzhou())
    database.close()


def test_unanswered_is_absent_at_the_end_down_to_the_townships(office: RollCallOffice):
    order = office.roll_calls.call(office.officer, TIERS, within_s=300)
    assert (order.kind, order.targets, order.limits) == (Kind.ROLL_CALL, 231, {"district": 300, "township": 300})
    assert office.record(office.receipt(order.id, "410105"), office.receipt(order.id, "410105001")) == [None, None]
    office.wait(minutes=5, seconds=1)
    [ended] = office.orders.expire_due()
    assert ended.state is OrderState.EXPIRED
    assert office.record(office.receipt(order.id, "410105002")) == [None]  # too late
    _, missing = office.roll_calls.absent(office.officer, order.id)
    assert len(missing) == 229
    assert {"410105", "410105001"}.isdisjoint(one.post for one in missing)
    late = next(one for one in missing if one.post == "410105002")
    assert late.answered_at == office.clock.real()


def test_the_absent_are_exported_with_numbers_to_dial_and_no_cell_is_a_formula(office: RollCallOffice):
    with office.database.begin() as work:
        [person] = work.people.of("410105")
        work.people.put([person | {"name": "=演示员", "phone": "+8613800000000"}])
    order = office.roll_calls.call(office.officer, Targets(posts=("410105", "410105001")))
    rows = office.roll_calls.table(office.officer, order.id, HEADINGS)
    assert rows[0] == list(HEADINGS)
    city = office.city.post_by_code["410100"].name
    assert rows[1] == ["410105", "金水区", "district", city, "", "'=演示员 +8613800000000"]
    text = csv_of(rows)
    assert text.startswith(b"\xef\xbb\xbf")
    assert len(text.decode("utf-8-sig").splitlines()) == 3
    leader = Actor("l1", "leader", Role.LEADER)
    assert office.roll_calls.absent(leader, order.id)[1][0].people == ()
    with pytest.raises(NotAllowed):
        office.roll_calls.absent(Actor("w", "wall", Role.WALL), order.id)
    with pytest.raises(OrderUnknown):
        office.roll_calls.absent(office.officer, "none")


def test_a_roll_call_is_on_no_wall_and_climbs_no_ladder(office: RollCallOffice):
    order = office.roll_calls.call(office.officer, TIERS)
    assert [row for row in office.board.rows_for("wall", office.officer) if row["kind"] == "order"] == []
    with office.database.read() as work:
        assert work.timers.counts(order.id) == {}
        assert work.orders.district_delays(office.clock.real() - timedelta(days=1)) == []


def test_authority_is_as_for_any_order(office: RollCallOffice):
    with pytest.raises(NotAllowed):
        office.roll_calls.call(Actor("l1", "leader", Role.LEADER), TIERS)
    district = replace(office.officer, dispatch_root="410105")
    assert office.roll_calls.call(district, TIERS).targets < 30
    with pytest.raises(NotAllowed):
        office.roll_calls.call(district, Targets(posts=("410102",)))
    with pytest.raises(OrderRefused):
        office.roll_calls.call(office.officer, Targets())


def a_plan(**changed: object) -> PlanRequest:
    said: dict = {"name": "早点名", "targets": Targets(tiers=("district",)), "days": WEEKDAYS, "at": time(8)}
    return PlanRequest(**said | changed)


def at_eight(office: RollCallOffice, **later: float) -> None:
    office.clock.at = datetime(2026, 11, 25, 0, 0, tzinfo=UTC) + timedelta(**later)


def test_a_planned_one_comes_once_a_day_until_it_is_ended(office: RollCallOffice):
    plan = office.roll_calls.plan(office.officer, a_plan())
    assert office.roll_calls.run_due() == []
    at_eight(office)
    [order] = office.roll_calls.run_due()
    assert (order.kind, order.targets, order.signer) == (Kind.ROLL_CALL, 16, office.officer.name)
    assert office.roll_calls.run_due() == []
    at_eight(office, days=1)
    assert len(office.roll_calls.run_due()) == 1
    office.roll_calls.end_plan(office.officer, plan.id)
    at_eight(office, days=2)
    assert office.roll_calls.run_due() == office.roll_calls.plans(office.officer) == []
    with pytest.raises(OrderUnknown):
        office.roll_calls.end_plan(office.officer, plan.id)


def test_two_workers_call_a_planned_one_once(office: RollCallOffice):
    office.roll_calls.plan(office.officer, a_plan())
    at_eight(office)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: office.roll_calls.run_due(), range(4)))
    assert sum(len(orders) for orders in found) == 1


def test_a_surprise_comes_within_its_span_and_nobody_reads_when(office: RollCallOffice):
    office.roll_calls.plan(office.officer, a_plan(until=time(9), within_s=120))
    for minute in range(61):
        at_eight(office, minutes=minute)
        found = office.roll_calls.run_due()
        if found:
            break
    assert len(found) == 1
    assert 0 < minute <= 60


def test_a_plan_that_would_reach_nobody_or_others_is_refused(office: RollCallOffice):
    for targets in (Targets(), Targets(tiers=("everything",)), Targets(posts=("none",))):
        with pytest.raises(OrderRefused):
            office.roll_calls.plan(office.officer, a_plan(targets=targets))
    with pytest.raises(OrderRefused):
        office.roll_calls.plan(office.officer, a_plan(name=" "))
    district = replace(office.officer, dispatch_root="410105")
    with pytest.raises(NotAllowed):
        office.roll_calls.plan(district, a_plan(targets=Targets(posts=("410102",))))
    plan = office.roll_calls.plan(office.officer, a_plan())
    assert office.roll_calls.plans(district) == []
    with pytest.raises(NotAllowed):
        office.roll_calls.end_plan(district, plan.id)


def test_in_war_the_roll_is_called_by_itself(office: RollCallOffice):
    office.switch.switch(office.officer, Condition.WAR, reason="暴雨", version=0)
    every = office.switch.effects().roll_call_every_min
    assert every > 0
    assert office.roll_calls.run_due() == []
    office.wait(minutes=every)
    [order] = office.roll_calls.run_due()
    assert (order.targets, order.signer) == (231, office.officer.name)
    assert office.roll_calls.run_due() == []
    office.switch.switch(office.officer, Condition.PEACE, reason="雨停", version=1)
    office.wait(minutes=every)
    assert office.roll_calls.run_due() == []


def test_the_window_is_whole_though_the_clock_does_not_stand_still(office: RollCallOffice):
    class Running(FakeClock):
        def real(self) -> datetime:
            self.at += timedelta(milliseconds=3)
            return self.at

    running = RollCallOffice(office.database, Running(), office.city)
    order = running.roll_calls.call(running.officer, Targets(tiers=("district",)), within_s=60)
    assert timedelta(seconds=59) < order.valid_until - order.issued_at <= timedelta(seconds=60)
