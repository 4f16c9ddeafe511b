"""A rollup says what its cases say, whatever was corrected late, and is made again only when something changed."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from domain.case import Case
from domain.citytime import day_of
from domain.counting import bucket_of
from domain.rollup import MEASURES, days_touched
from storage import tables
from storage.database import Database
from storage.history import Rollups
from tests.storage.test_cases import NOON, ZONE, a_case, keep

DAY = "2026-11-24"


def counts(database: Database, day: str, dimension: str = "all") -> dict[str, dict[str, int]]:
    with database.read() as work:
        rows = work.trends.counts(dimension, day, day)
    return {row["key"]: {measure: row[measure] for measure in MEASURES if row[measure]} for row in rows}


def by_hand(found: list[Case], day: str) -> dict[str, int]:
    """The whole city's counts of a day, straight from the definitions."""
    wanted: Counter[str] = Counter()
    for case in found:
        for measure in ("reported", "received", "filed", "finished", "due"):
            at = getattr(case, f"{measure}_at")
            if at and day_of(at, ZONE).isoformat() == day:
                wanted[measure] += 1
                ended = min(filter(None, (case.finished_at, case.closed_at)), default=None)
                if measure == "due" and (ended is None or ended > case.due_at):
                    wanted["overdue"] += 1
    return dict(wanted)


def offsets(days: int) -> st.SearchStrategy[timedelta]:
    return st.integers(0, days * 86_400_000_000).map(lambda us: timedelta(microseconds=us))


@st.composite
def lives(draw: st.DrawFn) -> Case:
    reported = NOON - timedelta(days=2) + draw(offsets(3))
    case = a_case(draw(st.integers(1, 10**9)), reported_at=reported, district=draw(st.sampled_from(["410105", None])))
    case = replace(case, external_id=case.id, category=draw(st.sampled_from(["E0102", None])))
    at = reported
    for stamp in ("received_at", "filed_at", "assigned_at", "finished_at", "closed_at"):
        if draw(st.integers(0, 9)) == 0:
            break
        at += draw(offsets(1))
        case = replace(case, **{stamp: at})
    return replace(case, due_at=case.assigned_at and case.assigned_at + draw(offsets(1)))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(found=st.lists(lives(), max_size=12, unique_by=lambda case: case.id))
def test_a_rollup_equals_the_count_by_hand(database: Database, found: list[Case]):
    with database.begin() as work:
        for table in (tables.cases, tables.case_keys, tables.case_private):
            work.connection.execute(delete(table))
    keep(database, *found)
    rollups = Rollups(database, ZONE)
    for offset in range(-3, 4):
        day = day_of(NOON + timedelta(days=offset), ZONE).isoformat()
        rollups.roll(day)
        assert counts(database, day)[""] == by_hand(found, day)
        for dimension in ("source", "district", "township", "category", "district/category"):
            total: Counter[str] = Counter()
            for row in counts(database, day, dimension).values():
                total.update(row)
            assert dict(total) == by_hand(found, day)


def test_rolling_twice_changes_nothing(database: Database):
    keep(database, a_case(1, filed_at=NOON + timedelta(seconds=19)))
    rollups = Rollups(database, ZONE)
    assert [rollups.roll(DAY), rollups.roll(DAY)] == [1, 1]
    assert counts(database, DAY, "district") == {"410105": {"reported": 1, "filed": 1}}


def test_stage_times_by_district_and_for_the_city(database: Database):
    keep(
        database,
        a_case(1, filed_at=NOON + timedelta(seconds=19)),
        a_case(2, filed_at=NOON + timedelta(seconds=40), district=None),
    )
    Rollups(database, ZONE).roll(DAY)
    with database.read() as work:
        stages = {(row["stage"], row["district"]): row["histogram"] for row in work.trends.stages(DAY, DAY)}
    assert stages[("file", "")] == {str(bucket_of(19)): 1, str(bucket_of(40)): 1}
    assert stages[("file", "410105")] == {str(bucket_of(19)): 1}


def test_a_touched_day_is_rolled_once_and_again_when_touched_meanwhile(database: Database):
    keep(database, a_case(1))
    rollups = Rollups(database, ZONE)
    with database.begin() as work:
        work.trends.touch({DAY, "2026-11-23", "2026-11-25"})
    assert rollups.due(date(2026, 11, 24), 9) == [DAY, "2026-11-23"]
    assert rollups.roll_due(date(2026, 11, 24)) == 2
    assert rollups.due(date(2026, 11, 24), 9) == []
    with database.read() as work:
        assert set(work.trends.rolled("2026-11-01", DAY)) == {DAY, "2026-11-23"}


def test_what_is_open_and_overdue_now(database: Database):
    due = NOON + timedelta(hours=1)
    keep(
        database,
        a_case(1, filed_at=NOON, due_at=due),
        a_case(2, filed_at=NOON + timedelta(minutes=5), due_at=due, district=None),
        a_case(3, filed_at=NOON, finished_at=NOON, due_at=due),
        a_case(4),
    )
    with database.read() as work:
        assert work.trends.still_open() == (2, NOON)
        assert work.trends.overdue_now(due) == {}
        assert work.trends.overdue_now(due + timedelta(seconds=1)) == {"410105": 1, "unplaced": 1}


def test_a_late_finish_touches_the_day_it_was_due():
    zone, due = ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 20, 4, tzinfo=UTC)
    before = a_case(1, due_at=due)
    assert days_touched(before, replace(before, finished_at=NOON), zone) == {"2026-11-20", DAY}
    assert days_touched(None, before, zone) == {"2026-11-20", DAY}
    assert days_touched(before, replace(before, title="x"), zone) == set()
    assert days_touched(before, replace(before, district=None), zone) == {"2026-11-20", DAY}
