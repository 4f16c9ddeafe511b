"""The trend page's figures, against days counted by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.case import CaseReport, PastStep
from domain.workdays import DayKind
from operations.drafts import OrderRequest
from operations.targets import Targets
from operations.trends import TrendDesk
from storage.history import Rollups
from tests.operations.conftest import Office

LEADER = Actor("l", "演示领导", Role.LEADER)
DAY = date(2026, 11, 23)


@pytest.fixture
def desk(office: Office) -> TrendDesk:
    return TrendDesk(office.database.read, clock=office.clock, city=office.city)


def report(
    office: Office, reporter: Actor, number: int, at, file_s: float | None = None, finish_h: float | None = None
):
    """A case reported at `at`, filed after `file_s` seconds, assigned a minute on, finished `finish_h` hours on."""
    history = []
    if file_s is not None:
        filed = at + timedelta(seconds=file_s)
        history = [PastStep("receive", at, "a"), PastStep("file", filed, "a")]
        history.append(PastStep("assign", filed + timedelta(minutes=1), "a", unit="U04"))
        if finish_h is not None:
            history.append(PastStep("finish", filed + timedelta(hours=finish_h), "a"))
    said = CaseReport("HOT12345", f"h{number}", "x", at, category="E0102", district="金水区", history=tuple(history))
    [outcome] = office.cases.report(reporter, [said])
    assert outcome.status == "new", outcome.problem


def roll(office: Office) -> None:
    Rollups(office.database, office.orders._zone).roll_due(date(2026, 12, 31), limit=99)


def test_yesterday_counted_by_hand(office: Office, reporter: Actor, desk: TrendDesk):
    noon = office.clock.now().replace(hour=4, minute=0) - timedelta(days=1)  # 12:00 of the 23rd in the city
    for number, (file_s, finish_h) in enumerate([(10, 1), (59, 2), (61, 3), (300, None), (None, None)]):
        report(office, reporter, number, noon + timedelta(minutes=number), file_s, finish_h)
    for number in range(4):
        report(office, reporter, 100 + number, noon - timedelta(days=7), 20, 5)
    roll(office)
    trends = desk.view(LEADER)
    assert (trends.day, trends.compared_day) == (DAY, date(2026, 11, 16))
    figures = trends.figures
    assert (figures["reported"].value, figures["reported"].before) == (5, 4)
    assert (figures["filed_in_time"].value, figures["filed_in_time"].n) == (0.5, 4)
    assert figures["filed_in_time"].before == 1
    hours = office.city.category_by_code["E0102"].finish_h["normal"]
    assert hours == 4
    assert (figures["finished_in_time"].value, figures["finished_in_time"].n) == (0.75, 4)
    assert abs(figures["finish_median"].value - 2 * 3600) < 0.03 * 2 * 3600
    assert figures["satisfied"].value is None
    assert figures["cross"].value is None
    row = next(row for row in trends.districts if row.code == "410105")
    assert (row.reported, row.due, row.overdue, row.open_overdue) == (5, 4, 1, 1)
    assert row.per_10k == pytest.approx(5 / 1_333_000 * 10_000)
    assert (trends.still_open, trends.categories[0].n, trends.categories[0].before) == (1, 5, 4)
    assert [(stage.stage, stage.n) for stage in trends.stages] == [("file", 4), ("assign", 4), ("finish", 3)]


def test_an_empty_city_has_no_figures_and_says_so(desk: TrendDesk):
    trends = desk.view(LEADER)
    assert all(figure.value is None for figure in trends.figures.values())
    assert {column.origin for column in trends.days} == {"none"}
    assert (trends.as_of, trends.still_open, trends.orders) == (None, 0, ())


def test_days_before_our_first_case_show_the_sources_own_totals(office: Office, reporter: Actor, desk: TrendDesk):
    report(office, reporter, 1, office.clock.now() - timedelta(days=1))
    figures = [
        {"day": "2026-11-22", "source": source, "measure": "reported", "value": 6000, "at": office.clock.real()}
        for source in ("GRID", "HOT12345")
    ]
    with office.database.begin() as work:
        work.feeds.put_daily(figures)
    roll(office)
    before, yesterday = desk.view(LEADER).days[-2:]
    assert (before.reported, before.origin, before.kind) == (12_000, "sources", DayKind.WEEKEND)
    assert (yesterday.reported, yesterday.origin, yesterday.kind) == (1, "ours", DayKind.WORKDAY)


def test_a_late_correction_changes_the_day(office: Office, reporter: Actor, desk: TrendDesk):
    report(office, reporter, 1, office.clock.now() - timedelta(days=1), 10)
    roll(office)
    case = office.cases.search(office.officer, {}, after=None, limit=1)[0]
    office.cases.step(office.officer, case.id, "finish", version=1, at=case.assigned_at + timedelta(minutes=9))
    roll(office)
    assert desk.view(LEADER).figures["finish_median"].n == 1


def test_orders_with_the_time_until_all_had_confirmed(office: Office, desk: TrendDesk):
    request = OrderRequest(Targets(posts=("410105", "410105001", "410105002")), title="到岗", text="请确认")
    office.clock.at -= timedelta(days=1)
    order = office.orders.issue(office.officer, request)
    office.clock.at += timedelta(seconds=1)
    drill = office.orders.issue(office.officer, replace(request, mode="drill"))
    office.wait(seconds=39)
    office.record(office.receipt(order.id, "410105"), office.receipt(order.id, "410105001"))
    office.clock.at += timedelta(days=1)
    newest, first = desk.view(LEADER).orders
    assert (newest.id, newest.mode, first.id, first.mode) == (drill.id, "drill", order.id, "live")
    assert first.complete_s == {"district": 40.0, "township": None}
    assert first.confirmed == {"district": (1, 1), "township": (1, 2)}


def test_a_source_that_fell_silent_is_there_with_a_zero(office: Office, reporter: Actor, desk: TrendDesk):
    report(office, reporter, 1, office.clock.now() - timedelta(days=8))
    roll(office)
    sources = {row.code: (row.n, row.before) for row in desk.view(LEADER).sources}
    assert sources["HOT12345"] == (0, 1)
    assert len(sources) == len(office.city.sources)


def test_what_crosses_is_cumulative_and_says_since_when(office: Office, reporter: Actor, desk: TrendDesk):
    report(office, reporter, 1, office.clock.now() - timedelta(days=3), 10)
    case = office.cases.search(office.officer, {}, after=None, limit=1)[0]
    office.cases.flag_cross(office.officer, case.id, ["area"], version=1)
    cross = desk.view(LEADER).figures["cross"]
    assert (cross.value, cross.n, cross.since) == (0.0, 1, date(2026, 11, 21))


@pytest.mark.parametrize("role", [Role.WALL, Role.POST, Role.ADMIN, Role.MACHINE])
def test_only_those_who_see_cases_see_trends(desk: TrendDesk, role: Role):
    with pytest.raises(NotAllowed):
        desk.view(Actor("x", "x", role))
