"""Cases in SQL: what goes in comes out, one key is one case, and history only grows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from domain.case import Case, CaseReport, CaseState, CrossFlag, Urgency
from domain.citytime import day_of
from domain.counting import TOTAL, changes
from storage.database import Database
from storage.recount import counts_of, totals
from storage.tables import case_history, cases

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def a_case(number: int = 1, **changed: object) -> Case:
    case = Case(
        id=f"{number:022x}",
        no=f"20261124-{number:05d}",
        source="GRID",
        external_id=f"g{number}",
        category="E0102",
        title="暴露垃圾",
        text="路口垃圾成堆 <b>&</b> 🗑",
        address="某路口",
        urgency=Urgency.NORMAL,
        district="410105",
        township=None,
        lon=113.6,
        lat=34.7,
        placed_by="boundary",
        reported_at=NOON,
        entered_at=NOON,
        tags=("a", "b"),
    )
    return replace(case, **changed)


def keep(database: Database, *kept: Case) -> None:
    reports = [CaseReport(case.source, case.external_id, case.text, case.reported_at) for case in kept]
    with database.begin() as work:
        work.cases.add(kept, reports, ["d"] * len(kept))


def test_a_case_comes_back_as_it_went_in(database: Database):
    flag = CrossFlag(("area", "tier"), "演示员01", NOON)
    case = a_case(cross=flag, state=CaseState.FILED, filed_at=NOON + timedelta(seconds=19, microseconds=7))
    keep(database, case)
    with database.read() as work:
        assert work.cases.get(case.id) == case


def test_one_external_id_is_one_case(database: Database):
    keep(database, a_case(1))
    with pytest.raises(DBAPIError):
        keep(database, replace(a_case(2), external_id="g1"))
    with database.read() as work:
        assert work.cases.known([("GRID", "g1"), ("GRID", "g2")]) == {("GRID", "g1"): (a_case(1).id, "d")}


def test_the_second_of_two_savers_is_told(database: Database):
    keep(database, a_case())
    first = replace(a_case(), state=CaseState.RECEIVED, version=2)
    with database.begin() as work:
        assert work.cases.save(first, expected=1)
    with database.begin() as work:
        assert not work.cases.save(replace(first, title="other"), expected=1)


def test_history_cannot_be_changed_or_deleted(database: Database):
    entry = {
        "case_id": "x",
        "at": NOON,
        "entered_at": NOON,
        "by": "a",
        "step": "report",
        "before": None,
        "after": "reported",
        "reason": "",
        "changes": {},
    }
    with database.begin() as work:
        work.cases.remember([entry])
    for statement in (update(case_history).values(by="b"), delete(case_history)):
        with pytest.raises(DBAPIError, match="only grows"), database.begin() as work:
            work.connection.execute(statement)


def test_pages_follow_each_other_without_a_gap(database: Database):
    kept = [a_case(i, reported_at=NOON + timedelta(seconds=i // 2)) for i in range(1, 12)]
    keep(database, *kept)
    seen, after = [], None
    with database.read() as work:
        while page := work.cases.search({"source": "GRID"}, after=after, limit=4):
            seen += [case.id for case in page]
            after = page[-1].id
    newest_first = sorted(kept, key=lambda case: (case.reported_at, case.id), reverse=True)
    assert seen == [case.id for case in newest_first]


MOMENTS = st.integers(-3 * 86_400_000_000, 3 * 86_400_000_000).map(lambda us: NOON + timedelta(microseconds=us))


@st.composite
def histories(draw: st.DrawFn) -> Case:
    case = a_case(draw(st.integers(1, 10**9)), reported_at=draw(MOMENTS), source=draw(st.sampled_from(["GRID", "IOT"])))
    case = replace(case, district=draw(st.sampled_from(["410105", None])), category=draw(st.sampled_from(["E1", None])))
    at = case.reported_at
    for stamp in ("received_at", "filed_at", "finished_at"):
        if not draw(st.booleans()):
            return case
        at += timedelta(microseconds=draw(st.integers(0, 10**12)))
        case = replace(case, **{stamp: at}, filed_by=draw(st.sampled_from(["rule", "person"])))
    return case


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(found=st.lists(histories(), max_size=12, unique_by=lambda case: case.id))
def test_counting_one_by_one_equals_counting_the_rows(database: Database, found: list[Case]):
    with database.begin() as work:
        work.connection.execute(delete(cases))
        work.connection.exec_driver_sql("DELETE FROM case_keys")
        work.connection.exec_driver_sql("DELETE FROM case_private")
    keep(database, *[replace(case, external_id=case.id) for case in found])
    expected = changes([(None, case) for case in found], ZONE)
    with database.read() as work:
        for offset in range(-4, 30):
            day = day_of(NOON + timedelta(days=offset), ZONE)
            assert counts_of(work.connection, day, ZONE) == expected.get(day.isoformat(), {})


def test_the_cumulative_counts_agree_with_the_rows(database: Database):
    flag = CrossFlag(("area",), "演示员01", NOON)
    kept = [
        a_case(1, tags=("non_police",)),
        a_case(2, tags=("non_police",), finished_at=NOON, cross=flag),
        a_case(3, cross=flag, reported_at=NOON - timedelta(days=3)),
        a_case(4),
    ]
    keep(database, *kept)
    expected = {"non_police": 2, "non_police/finished": 1, "cross": 2, "cross/finished": 1}
    assert changes([(None, case) for case in kept], ZONE)[TOTAL] == expected
    with database.read() as work:
        assert totals(work.connection) == expected
        assert work.cases.first_of_kinds() == {"non_police": NOON, "cross": NOON - timedelta(days=3)}


def test_a_flag_taken_back_is_counted_back():
    flagged = a_case(1, cross=CrossFlag(("area",), "演示员01", NOON), finished_at=NOON)
    assert changes([(flagged, replace(flagged, cross=None))], ZONE) == {TOTAL: {"cross": -1, "cross/finished": -1}}
