"""The roster as a file: dirty rows reported one by one, spreadsheets with real dates, and out again as it came."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from data_feeds.spreadsheet import sheet_of
from domain.account import Actor, Role
from domain.workdays import DayKind
from operations.roster import Rosters
from operations.roster_files import COLUMNS, RosterFiles
from operations.roster_requests import LayerRequest, RosterProblem
from tests.reception import DISTRICT, TOWNSHIP, Reception, open_reception

NAMES = ("演示员01", "演示员02", "演示员03")
OFFICER = Actor("o1", "an officer", Role.OFFICER, dispatch_root=DISTRICT)
SEER = Actor("o2", "an officer without authority", Role.OFFICER)
OTHER = "410102"
SPELLINGS = {
    "值班席": "post",
    "人员": "people",
    "起始日": "starts_on",
    "副班": "deputy",
    "工作日": "workday",
    "职责": "duty",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Reception]:
    with open_reception(tmp_path) as reception:
        lines = [f"{post},{name},1390000{i}" for post in (DISTRICT, TOWNSHIP) for i, name in enumerate(NAMES)]
        reception.access.people.take_file(reception.admin, "\n".join(["post,name,phone", *lines]).encode(), {})
        for post in (DISTRICT, TOWNSHIP):
            for name in NAMES:
                reception.access.rosters.verify_contact(reception.admin, post, name)
        yield reception


@pytest.fixture
def rosters(desk: Reception) -> Rosters:
    return desk.access.rosters


@pytest.fixture
def files(desk: Reception) -> RosterFiles:
    return desk.access.roster_files


def layer(*people: str, **said: object) -> LayerRequest:
    return LayerRequest(people or NAMES, **({"starts_on": date(2026, 11, 1), "handover": time(8)} | said))


def test_a_dirty_csv_is_taken_post_by_post_with_a_report_of_its_rows(desk: Reception, files: RosterFiles):
    rows = [
        "值班席,人员,起始日,职责,layer,day_kinds,handover,shift_hours",
        f"{TOWNSHIP},演示员01、演示员02；演示员03,2026/11/1,,,,8:30,",
        f"{TOWNSHIP},演示员03,2026年11月1日,副班,,工作日,08:30:00,24",
        ",,,,,,,",
        f"{DISTRICT},演示员01,2026-11-01,,,,,",
        f"{DISTRICT},演示员99,2026-11-01,,1,,,",
        "999,演示员01,2026-11-01,,,,,",
        f"{OTHER},演示员01,2026-11-01,,,,,",
        f"{TOWNSHIP}X,演示员01,2026-13-01,,,,25:00,7",
    ]
    taken = files.take(OFFICER, "\r\n".join(rows).encode("gbk"), SPELLINGS)
    assert (taken.posts, taken.layers) == (1, 2)
    assert [line for line, _ in taken.problems] == [6, 7, 8, 9]
    assert "演示员99" in taken.told
    stands = desk.access.rosters.layers(SEER, TOWNSHIP)
    assert [(one.duty, len(one.people), one.handover) for one in stands] == [
        ("deputy", 1, time(8, 30)),
        ("duty", 3, time(8, 30)),
    ]
    assert desk.access.rosters.layers(SEER, DISTRICT) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("starts_on", "soon"), ("starts_on", "2026-02-30"), ("handover", "25:00"), ("shift_hours", "7"), ("layer", "-1"),
     ("duty", "king"), ("day_kinds", "never"), ("people", ""), ("people", "、")],
)  # fmt: skip
def test_a_bad_cell_is_named(files: RosterFiles, column: str, value: str):
    row = {"post": TOWNSHIP, "people": NAMES[0], "starts_on": "2026-11-01"} | {column: value}
    out = io.StringIO()
    csv.writer(out).writerows([list(row), list(row.values())])
    with pytest.raises(RosterProblem, match=f"2: {column}"):
        files.take(OFFICER, out.getvalue().encode(), {})


def test_a_row_with_a_risk_waits_for_the_confirmation(desk: Reception, files: RosterFiles):
    file = f"post,people,starts_on,day_kinds\n{TOWNSHIP},{NAMES[0]},2026-11-01,workday\n".encode()
    with pytest.raises(RosterProblem, match="∅"):
        files.take(OFFICER, file, {})
    assert files.take(OFFICER, file, {}, confirmed=True).posts == 1


def xlsx(*rows: list[object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_an_xlsx_with_real_dates_and_times_is_taken(desk: Reception, files: RosterFiles):
    rows = [
        ["值班席", "人员", "起始日", "handover", "shift_hours"],
        [int(TOWNSHIP), "演示员01", datetime(2026, 11, 1), time(9), 24.0],  # noqa: DTZ001
    ]
    assert files.take(OFFICER, xlsx(*rows, [None] * 5), SPELLINGS).layers == 1
    assert desk.access.rosters.layers(SEER, TOWNSHIP)[0].handover == time(9)


@pytest.mark.parametrize("file", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"PK\x03\x04 no zip", xlsx(["a"])])
def test_a_file_that_is_no_roster_is_refused(files: RosterFiles, file: bytes):
    with pytest.raises(RosterProblem, match="cannot be read"):
        files.take(OFFICER, file, {})


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("data_feeds.spreadsheet.LARGEST", 1000)
    assert sheet_of(xlsx(["a"])) is None


def test_what_is_given_out_is_taken_again_and_is_no_formula(desk: Reception, rosters: Rosters, files: RosterFiles):
    desk.access.people.take_file(desk.admin, f"post,name\n{OTHER},=1+1\n".encode(), {})
    rosters.save(desk.admin, OTHER, [layer("=1+1")], confirmed=True)
    rosters.save(OFFICER, TOWNSHIP, [layer(), layer(NAMES[1], layer=2, day_kinds=frozenset({DayKind.HOLIDAY}))])
    file = files.give(desk.admin)
    assert file.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)
    assert f"{OTHER},duty,0,'=1+1" in file.decode("utf-8-sig")
    before = rosters.layers(desk.admin, TOWNSHIP), rosters.layers(desk.admin, OTHER)
    assert files.take(desk.admin, file, {}, confirmed=True).layers == 3
    assert (rosters.layers(desk.admin, TOWNSHIP), rosters.layers(desk.admin, OTHER)) == before
