"""The list of grid workers: taken from files, searched, changed, given back."""

import io
from dataclasses import replace

import openpyxl
import pytest

from domain.account import SYSTEM, Actor, NotAllowed, Role
from operations.account_problems import AccountProblem
from tests.operations.conftest import Office
from tests.operations.grid_office import FIRST, HEADER, JINSHUI, LIST, SECOND, Grid


@pytest.fixture
def grid(office: Office) -> Grid:
    made = Grid(office)
    made.workers.take_file(SYSTEM, LIST.encode(), {})
    return made


def names(grid: Grid, **asked: object) -> list[str]:
    return sorted(one.name[-3:] for one in grid.workers.search(SYSTEM, **asked))


def test_a_list_is_taken_searched_and_given_back_as_it_was(grid: Grid):
    assert names(grid) == ["001", "002", "003", "004"]
    assert names(grid, below=SECOND) == ["004"]
    assert names(grid, containing="0000002") == ["002"]
    assert names(grid, containing="%") == []
    assert grid.workers.counts(SYSTEM, JINSHUI)[FIRST] == (3, 2)
    before = {one.name: one.id for one in grid.workers.search(SYSTEM)}
    out = grid.workers.give_file(SYSTEM)
    taken = grid.workers.take_file(SYSTEM, out, {})
    assert (taken.townships, taken.workers, taken.told) == (2, 4, "–")
    assert {one.name: one.id for one in grid.workers.search(SYSTEM)} == before


def test_a_spreadsheet_in_the_cities_own_words_replaces_the_townships_that_it_names(grid: Grid):
    book = openpyxl.Workbook()
    book.active.append(["乡镇（街道）", "网格", "姓名", "身份", "电话", "在岗"])
    book.active.append([SECOND, 1, "演示网格员009", "网格长", 13800000009, "否"])
    file = io.BytesIO()
    book.save(file)
    columns = zip(
        ("乡镇（街道）", "网格", "姓名", "身份", "电话", "在岗"), [*HEADER.split(",")[:5], "on_duty"], strict=True
    )
    grid.workers.take_file(SYSTEM, file.getvalue(), dict(columns) | {"网格长": "chief", "否": "no"})
    [one] = grid.workers.search(SYSTEM, below=SECOND)
    assert (one.name, one.grid, one.role, one.phone, one.on_duty) == (
        "演示网格员009",
        "1",
        "chief",
        "13800000009",
        False,
    )
    assert names(grid, below=FIRST) == ["001", "002", "003"]


BAD = f"""{HEADER}
{FIRST},01,演示网格员010,,,,
{FIRST},,演示网格员011,,,,
{SECOND},01,演示网格员012,boss,,,
999,01,演示网格员013,,,,
410105003,01,演示网格员014,,,,
410105003,01,演示网格员014,,,,
410105004,01,演示网格员015,,,,
"""


def test_one_bad_row_stops_the_file_and_says_which(grid: Grid):
    with pytest.raises(AccountProblem) as refused:
        grid.workers.take_file(SYSTEM, BAD.encode(), {})
    assert refused.value.values["problems"] == "3: grid?; 4: role?; 5: township 999?; 7: 演示网格员014 ×2"
    assert names(grid) == ["001", "002", "003", "004"]


def test_confirmed_takes_the_townships_without_a_bad_row(grid: Grid):
    taken = grid.workers.take_file(SYSTEM, BAD.encode(), {}, confirmed=True)
    assert (taken.townships, taken.workers, len(taken.problems)) == (1, 1, 4)
    assert names(grid) == ["001", "002", "003", "004", "015"]


@pytest.mark.parametrize("file", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"PK\x03\x04rubbish", HEADER.encode()])
def test_a_file_that_is_no_list_changes_nothing(grid: Grid, file: bytes):
    with pytest.raises(AccountProblem):
        grid.workers.take_file(SYSTEM, file, {})
    assert len(names(grid)) == 4


def test_numbers_are_for_who_administers_or_may_order_the_township(grid: Grid):
    other = replace(grid.office.officer, dispatch_root="410103")
    assert grid.workers.search(other) == []
    with pytest.raises(NotAllowed):
        grid.workers.search(other, below=FIRST)
    with pytest.raises(AccountProblem, match="township"):
        grid.workers.take_file(other, LIST.encode(), {})
    worker = grid.workers.search(SYSTEM, below=SECOND)[0].id
    with pytest.raises(NotAllowed):
        grid.workers.set_duty(other, worker, on_duty=False)
    for role in (Role.LEADER, Role.WALL, Role.POST, Role.OFFICER):
        with pytest.raises(NotAllowed):
            grid.workers.search(Actor("x", "x", role))
    assert not grid.workers.set_duty(grid.office.officer, worker, on_duty=False).on_duty
    with pytest.raises(AccountProblem):
        grid.workers.set_duty(SYSTEM, "nobody", on_duty=True)
