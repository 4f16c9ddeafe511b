"""The grid workers in the administration: a file in and out, found by a text, on duty and off."""

import io
import re

import openpyxl
import pytest

from callbacks.grid_section import ACTS
from domain.account import Role
from tests.callbacks.conftest import House, Visitor

TOWNSHIP = "410105001"


@pytest.fixture
def admin(house: House) -> Visitor:
    return house.visitor(Role.ADMIN)


def do(admin: Visitor, act: str, **fields: object):
    return admin.send(f"/admin/grid/{act}", page="/login/password", **fields)


def sheet(*rows: list[object]) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in (["乡镇（街道）", "网格", "姓名", "身份", "电话", "通道", "在岗"], *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def test_a_sheet_goes_in_comes_out_and_names_its_bad_rows(admin: Visitor):
    good = [TOWNSHIP, "01", "演示网格员001", "网格长", 13800000001, "语音", "是"]
    bad = ["410105002", "01", "演示网格员002", "网格长", "", "信鸽", ""]
    refused = do(admin, "take", file=(sheet(good, bad), "grid.xlsx"))
    assert refused.status_code == 409
    assert "3: channel?" in refused.get_data(as_text=True)
    taken = do(admin, "take", file=(sheet(good, bad), "grid.xlsx"), confirmed="yes").get_data(as_text=True)
    assert "已导入 1 个乡镇（街道）的 1 名网格员。未导入的行：3: channel?" in taken
    out = admin.send("/admin/grid/file", page="/login/password").get_data().decode("utf-8-sig")
    assert out.splitlines() == [
        "乡镇（街道）,网格,姓名,身份,电话,通道,在岗",
        f"{TOWNSHIP},01,演示网格员001,chief,13800000001,voice,yes",
    ]
    again = do(admin, "take", file=(io.BytesIO(out.encode()), "grid.csv"))
    assert "1 名网格员" in again.get_data(as_text=True)


def test_the_section_counts_finds_and_changes_duty(admin: Visitor):
    wild = [TOWNSHIP, "01", "<b>网格员</b>", "", "", "", ""]
    do(admin, "take", file=(sheet(wild, [TOWNSHIP, "02", "演示网格员002", "", "", "", "否"]), "grid.xlsx"))
    shown = admin.get("/admin/grid").get_data(as_text=True)
    assert "网格员 2 名，在岗 1 名；215 个乡镇（街道）中 214 个没有名单" in shown
    found = admin.get("/admin/grid?containing=%3Cb").get_data(as_text=True)
    assert "&lt;b&gt;网格员" in found
    assert "演示网格员002" not in found
    worker = re.search(r'name="id" value="([^"]+)"', found)[1]
    done = do(admin, "duty", id=worker, on_duty="no", post=TOWNSHIP)
    assert done.location.endswith(f"post={TOWNSHIP}")
    assert "在岗 0 名" in admin.get("/admin/grid").get_data(as_text=True)
    assert do(admin, "duty", id="nobody", on_duty="no").status_code == 409


@pytest.mark.parametrize("act", [*(name.removeprefix("grid/") for name in ACTS), "file"])
def test_every_act_needs_its_token(admin: Visitor, act: str):
    assert admin.post(f"/admin/grid/{act}", data={}).status_code == 403
