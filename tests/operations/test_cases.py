"""A case's story: reported once, filed by rule or by a person, moved only as the table of steps allows."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.account import Actor, NotAllowed, Permission, Role
from domain.case import STEPS, CaseReport, CaseState, Conflict, PastStep, StepRefused
from operations.cases import CaseUnknown
from operations.rows import case_row
from operations.zones import zone_of
from storage.recount import counts_of
from tests.operations.conftest import Office


def said(office: Office, number: int = 1, **changed: object) -> CaseReport:
    report = CaseReport(
        source="HOT12345",
        external_id=f"h{number}",
        text="井盖破损",
        reported_at=office.clock.now() - timedelta(seconds=20),
        category="E0102",
        district="金水区",
        reporter={"name": "演示市民", "phone": "000"},
        raw='{"phone": "000"}',
    )
    return replace(report, **changed)


def take(office: Office, actor: Actor, **changed: object):
    [outcome] = office.cases.report(actor, [said(office, **changed)])
    return outcome


def test_a_report_becomes_one_case_however_often_it_comes(office: Office, reporter: Actor):
    statuses = [take(office, reporter).status for _ in range(100)]
    assert statuses == ["new"] + ["known"] * 99
    assert len(office.cases.search(office.officer, {}, after=None, limit=10)) == 1
    with office.database.read() as work:
        counted = {row["outcome"]: row["n"] for row in work.feeds.counted(office.clock.now().date())}
    assert counted == {"new": 1, "known": 99}


def test_one_bad_report_in_a_batch_refuses_only_itself(office: Office, reporter: Actor):
    batch = [said(office, i) for i in range(50)]
    batch[17] = replace(batch[17], category="no such")
    outcomes = office.cases.report(reporter, batch)
    assert [o.status for o in outcomes].count("new") == 49
    assert outcomes[17].problem.field == "category"
    with office.database.read() as work:
        [letter] = work.feeds.letters(10)
    assert (letter["source"], letter["field"]) == ("HOT12345", "category")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"source": "NOBODY"}, "source"),
        ({"category": "E9999"}, "category"),
        ({"district": "不存在区"}, "district"),
        ({"township": "不存在街道"}, "township"),
        ({"urgency": "soon"}, "urgency"),
        ({"lon": 116.4, "lat": 39.9}, "lon, lat"),
        ({"history": (PastStep("close", None, "x"),)}, "history"),
    ],
)
def test_what_is_wrong_is_named(office: Office, reporter: Actor, changed: dict, field: str):
    if "history" in changed:
        changed = {"history": (PastStep("close", office.clock.now(), "x"),)}
    outcome = take(office, reporter, **changed)
    assert (outcome.status, outcome.problem.field) == ("refused", field)


def test_a_time_in_the_future_is_refused(office: Office, reporter: Actor):
    outcome = take(office, reporter, reported_at=office.clock.now() + timedelta(hours=1))
    assert outcome.problem.field == "reported_at"


def test_a_key_reports_for_its_own_sources_only(office: Office, reporter: Actor):
    own = replace(reporter, sources=frozenset({"GRID"}))
    assert take(office, own).problem.field == "source"
    assert take(office, own, source="GRID").status == "new"


def test_a_point_finds_its_township_and_a_case_without_place_is_unplaced(office: Office, reporter: Actor):
    post = office.city.post_by_code["410105001"]
    placed = take(office, reporter, number=1, district=None, lon=post.lon, lat=post.lat).case
    assert (placed.district, placed.township, placed.placed_by) == ("410105", "410105001", "boundary")
    blank = take(office, reporter, number=2, district=None).case
    assert (blank.district, blank.township, blank.placed_by) == (None, None, "none")


def test_a_source_that_files_by_rule_gives_the_case_its_unit_and_the_reason(office: Office, reporter: Actor):
    source = sorted(office.city.files_by_rule)[0]
    case = take(office, reporter, source=source).case
    assert (case.state, case.filed_by) == (CaseState.ASSIGNED, "rule")
    assert case.unit in office.city.post_by_code
    assert case.unit_reason
    steps = [entry["step"] for entry in office.cases.get(office.officer, case.id)[1]]
    assert steps == ["report", "receive", "file", "assign"]


def test_other_sources_wait_for_a_person(office: Office, reporter: Actor):
    case = take(office, reporter).case
    assert case.state is CaseState.REPORTED
    for name in ("receive", "file", "assign", "finish", "close"):
        office.wait(seconds=30)
        case = office.cases.step(office.officer, case.id, name, version=case.version)
    assert case.state is CaseState.CLOSED
    assert case.filed_by == "person"
    assert case.filed_at - case.reported_at == timedelta(seconds=80)


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("name", [*STEPS, "no such step"])
def test_only_the_steps_of_the_table_are_allowed(office: Office, reporter: Actor, state: CaseState, name: str):
    case = replace(take(office, reporter).case, state=state)
    allowed = name in STEPS and state in STEPS[name].origins
    if allowed:
        assert case.stepped(name, at=office.clock.now(), reason="x").state is STEPS[name].to
    else:
        with pytest.raises(StepRefused):
            case.stepped(name, at=office.clock.now(), reason="x")


def test_an_assigned_case_is_due_after_the_hours_of_its_category_and_urgency(office: Office, reporter: Actor):
    case = take(office, reporter, urgency="high").case
    for name in ("receive", "file", "assign"):
        case = office.cases.step(office.officer, case.id, name, version=case.version)
    hours = office.city.category_by_code["E0102"].finish_h["high"]
    assert case.due_at - case.assigned_at == timedelta(hours=hours)
    office.wait(hours=1)
    again = office.cases.step(office.officer, case.id, "assign", version=case.version, unit="U04")
    assert again.due_at == case.due_at


def test_refusing_and_voiding_want_a_reason(office: Office, reporter: Actor):
    case = take(office, reporter).case
    with pytest.raises(StepRefused, match="reason"):
        office.cases.step(office.officer, case.id, "void", version=1)
    voided = office.cases.step(office.officer, case.id, "void", version=1, reason="重复")
    assert voided.state is CaseState.VOIDED


def test_the_second_of_two_officers_is_told(office: Office, reporter: Actor):
    case = take(office, reporter).case
    office.cases.step(office.officer, case.id, "receive", version=1)
    with pytest.raises(Conflict):
        office.cases.step(office.officer, case.id, "receive", version=1)


def test_a_changed_report_becomes_a_history_entry(office: Office, reporter: Actor):
    case = take(office, reporter).case
    again = take(office, reporter, text="井盖完全塌陷", urgency="critical")
    assert (again.status, again.case.version, again.case.urgency) == ("changed", 2, "critical")
    entry = office.cases.get(office.officer, case.id)[1][-1]
    assert entry["step"] == "change"
    assert entry["changes"]["text"] == ["井盖破损", "井盖完全塌陷"]
    assert take(office, reporter, text="井盖完全塌陷", urgency="critical").status == "known"


def test_a_case_that_moved_is_counted_where_it_is_now(office: Office, reporter: Actor):
    take(office, reporter)
    take(office, reporter, district="二七区", category="E0101")
    with office.database.read() as work:
        told = [row[0] for row in work.connection.exec_driver_sql("SELECT counts FROM outbox ORDER BY id")]
        day = office.clock.now().astimezone(zone_of(office.city)).date()
        recounted = counts_of(work.connection, day, zone_of(office.city))
    added = Counter()
    for counts in told:
        added.update(json.loads(counts).get(day.isoformat(), {}))
    assert {name: n for name, n in added.items() if n} == recounted


def test_history_that_already_happened_comes_along(office: Office, reporter: Actor):
    at = office.clock.now() - timedelta(days=3)
    steps = ("receive", "file", "assign", "finish", "close")
    past = tuple(PastStep(name, at + timedelta(minutes=i), "演示员01", unit="U04") for i, name in enumerate(steps))
    case = take(office, reporter, reported_at=at, history=past).case
    assert (case.state, case.unit, case.version) == (CaseState.CLOSED, "U04", 1)
    assert case.closed_at == at + timedelta(minutes=4)


def test_history_from_the_future_is_refused(office: Office, reporter: Actor):
    past = (PastStep("receive", office.clock.now() + timedelta(hours=1), "演示员01"),)
    outcome = take(office, reporter, history=past)
    assert (outcome.status, outcome.problem.field) == ("refused", "history")


def test_a_changed_case_equals_one_made_anew(office: Office, reporter: Actor):
    case = take(office, reporter).case
    assert case.changed(title="x", version=9) == replace(case, title="x", version=9)


def test_the_cross_flag_says_which_who_and_when(office: Office, reporter: Actor):
    case = take(office, reporter).case
    flagged = office.cases.flag_cross(office.officer, case.id, ["area", "department"], version=1)
    assert (flagged.cross.crosses, flagged.cross.by) == (("area", "department"), "演示值班长")
    with pytest.raises(StepRefused):
        office.cases.flag_cross(office.officer, case.id, ["mood"], version=2)


@pytest.mark.parametrize("role", [Role.WALL, Role.POST, Role.LEADER, Role.ADMIN, Role.MACHINE])
def test_only_those_who_may_report_and_step(office: Office, reporter: Actor, role: Role):
    case, other = take(office, reporter).case, Actor("x", "x", role)
    with pytest.raises(NotAllowed):
        office.cases.report(other, [said(office, 9)])
    with pytest.raises(NotAllowed):
        office.cases.step(other, case.id, "receive", version=1)


def test_an_unknown_case_is_said_to_be_unknown(office: Office):
    with pytest.raises(CaseUnknown):
        office.cases.get(office.officer, "none")


def test_no_row_holds_the_reporter_or_the_words(office: Office, reporter: Actor):
    case = take(office, reporter).case
    assert not {"text", "address", "reporter", "raw", "external_id"} & set(case_row(case))
    assert "演示市民" not in str(case_row(case)) + str(office.board.rows_for("wall", office.officer))


def test_backfilled_cases_are_counted_and_not_shown(office: Office, reporter: Actor):
    take(office, reporter, reported_at=office.clock.now() - timedelta(days=9))
    with office.database.read() as work:
        [told] = work.connection.exec_driver_sql("SELECT rows, counts FROM outbox").all()
    assert told.rows == "[]"
    assert '"2026-11-15":{"reported":1' in told.counts


def test_permissions_are_named_in_the_actor(reporter: Actor):
    assert reporter.may(Permission.REPORT_CASES)
