"""The certificate of an order that called grid workers: totals, who was late or silent, and each one by name."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.account import SYSTEM
from domain.delivery import DeliveryState
from domain.grid import ANSWERS
from domain.order import Answer, Order
from operations.aftermath import Aftermath, digest
from operations.grid_calls import note_workers
from operations.targets import Targets
from reports import reading
from reports.certificate import render
from reports.grid import MOST_NAMED
from reports.workbook import workbook
from tests.operations.conftest import Office, office
from tests.operations.grid_office import FIRST, HEADER, Grid
from tests.reports.test_certificate import pages, words

__all__ = ["office"]
CALLED = 70


@pytest.fixture
def grid(office: Office) -> Grid:
    made = Grid(office)
    rows = [f"{FIRST},{i % 4:02d},演示网格员{i:03d},worker,138{i:08d},," for i in range(CALLED)]
    made.workers.take_file(SYSTEM, "\n".join([HEADER, *rows]).encode(), {})
    return made


def closed(grid: Grid) -> Order:
    """000 confirms after 20 s, 001 needs support after 50 s, 002 opens the page, 003's message arrives; 004 confirms
    after its township's limit of 60 s; nobody else is heard of."""
    order = grid.issue(Targets(grid_workers_of=(FIRST,)), limits=60)
    of_post = {line.worker: line.name[-3:] for line in grid.pages.lines(grid.office.officer, order.id)}
    messages = {of_post[one.person]: one for one in grid.messages(order.id)}
    grid.office.wait(seconds=20)
    left = [one.reached(DeliveryState.SENT, grid.office.clock.real()) for name, one in messages.items() if name < "060"]
    arrived = messages["003"].reached(DeliveryState.DELIVERED, grid.office.clock.real())
    with grid.office.database.begin() as work:
        work.deliveries.save([*left, arrived])
        note_workers(work, [*left, arrived], grid.office.clock.real())
    grid.pages.answer(grid.token(order.id, "000"), "received")
    grid.pages.open(grid.token(order.id, "002"))
    grid.office.wait(seconds=30)
    grid.pages.answer(grid.token(order.id, "001"), "need_support")
    grid.office.wait(seconds=50)
    grid.pages.answer(grid.token(order.id, "004"), "received")
    return grid.orders.close(grid.office.officer, order.id, reason="到岗完成")


def aftermath(grid: Grid) -> Aftermath:
    one = grid.office
    return Aftermath(one.database.begin, one.database.read, one.clock, one.city, demo=False)


def record(grid: Grid) -> dict:
    return aftermath(grid).record(SYSTEM, closed(grid).id)


def test_the_record_sums_to_the_workers_called(grid: Grid):
    found = record(grid)["grid_workers"]
    assert (found["called"], found["sent"], found["delivered"], found["read"]) == (CALLED, 60, 5, 4)
    assert found["answers"] == {"received": 2, "need_support": 1}
    assert list(found["answers"]) == list(ANSWERS)
    assert sum(found["answers"].values()) + found["silent"] == found["called"] == len(found["lines"])
    assert found["confirmed"] == {"seconds": [20.0, 50.0, 100.0], "p50": 50.0, "p95": 100.0, "max": 100.0}
    assert [line["name"][-3:] for line in found["lines"] if line["late"]] == ["004"]


def test_the_paper_names_the_late_and_silent_and_counts_those_it_does_not_name(grid: Grid, tmp_path: Path):
    said = "\n".join(pages(render(record(grid), words(grid.office)), tmp_path))
    totals = next(line.split() for line in said.splitlines() if line.split()[:1] == [str(CALLED)])
    assert totals == [
        "70",
        "60",
        "5",
        "4",
        "2",
        "1",
        "1",
        "67",
        "60.0",
        "秒",
        "50.0",
        "秒",
        "100.0",
        "秒",
        "100.0",
        "秒",
    ]
    assert f"另有 {67 + 1 - MOST_NAMED} 名" in said
    assert said.count("演示网格员") == MOST_NAMED
    assert "已送达，未打开，未确认" in said
    assert "已打开，未确认" in said


def test_the_spreadsheet_names_every_one(grid: Grid):
    book = load_workbook(io.BytesIO(workbook(record(grid), words(grid.office))))
    rows = {row[0][-3:]: row for row in book["网格员逐人"].iter_rows(min_row=2, values_only=True)}
    assert len(rows) == CALLED
    assert rows["004"][7:10] == (100, "超限", "100.0 秒 超限")
    assert "需支援" in rows["001"][10]
    assert rows["003"][9] == "已送达，未打开，未确认"
    assert rows["065"][9] == "未送出，未确认"
    assert [cell.value for cell in book["网格员"][2]][:2] == ["70", "60"]


def test_a_certificate_with_grid_workers_still_verifies_after_a_telephone_answers_late(grid: Grid):
    grid.office.wait(minutes=1)
    first = record(grid)
    said = reading.read(render(first, words(grid.office)))
    assert (said.digest, said.record) == (digest(first), first)
    grid.office.wait(minutes=1)
    of_order = first["order"]["id"]
    with grid.office.database.begin() as work:
        line = work.worker_lines.of_order(of_order)[-1]
        work.worker_lines.save(line.answered(Answer(grid.office.clock.real(), "received", "", line.name)))
    grid.office.wait(minutes=1)
    again = aftermath(grid).record(SYSTEM, of_order, as_of=datetime.fromisoformat(first["as_of"]))
    assert digest(again) == digest(first) != digest(aftermath(grid).record(SYSTEM, of_order))


def test_a_certificate_without_grid_workers_says_nothing_of_them(grid: Grid, tmp_path: Path):
    order = grid.issue(Targets(posts=(FIRST,)))
    grid.orders.close(grid.office.officer, order.id)
    found = aftermath(grid).record(SYSTEM, order.id)
    assert "网格员" not in "\n".join(pages(render(found, words(grid.office)), tmp_path))
    assert not [
        sheet for sheet in load_workbook(io.BytesIO(workbook(found, words(grid.office)))).sheetnames if "网" in sheet
    ]
