"""The certificate: what stands on it can be read, its figures are the record's, and a changed byte is noticed."""

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.account import SYSTEM
from operations.aftermath import Aftermath, digest
from operations.drafts import OrderRequest
from operations.feedback import FeedbackDesk
from operations.second_person import Approval
from operations.targets import Targets
from operations.zones import zone_of
from reports import reading
from reports.certificate import render
from reports.sheet import Words, facts
from reports.workbook import workbook
from tests.conftest import missing
from tests.operations.conftest import Office
from tests.operations.test_aftermath import closed, office

__all__ = ["office"]


def words(office: Office, language: str = "zh-CN") -> Words:
    return Words(office.city, language, zone_of(office.city))


def record(office: Office, *, demo: bool = False, **changes: object) -> dict:
    order = closed(office, **changes)
    begin, read = office.database.begin, office.database.read
    return Aftermath(begin, read, office.clock, office.city, demo).record(SYSTEM, order.id)


def pages(content: bytes, folder: Path) -> list[str]:
    """The text of each page, as a reader's copy would take it."""
    if shutil.which("pdftotext") is None:
        missing("pdftotext")
    (folder / "paper.pdf").write_bytes(content)
    made = subprocess.run(["pdftotext", "-layout", folder / "paper.pdf", "-"], capture_output=True, check=True)
    return made.stdout.decode().split("\f")[:-1]


def test_its_chinese_text_its_figures_and_its_digest_can_be_read(office: Office, tmp_path: Path):
    found = record(office)
    said = "\n".join(pages(render(found, words(office)), tmp_path))
    assert "指令执行证明" in said
    assert "低温雨雪到岗" in said
    assert "演示员01" in said
    assert "离线补报" in said
    assert digest(found) in said.replace("\n", "")


def test_the_same_record_gives_the_same_bytes(office: Office):
    found = record(office)
    assert render(found, words(office)) == render(found, words(office))


@pytest.mark.parametrize(
    ("demo", "mode", "mark"),
    [(True, "live", "演示数据"), (True, "drill", "演示数据 · 演练"), (False, "drill", "演练")],
)
def test_every_page_of_a_demo_or_a_drill_says_so(office: Office, tmp_path: Path, demo: bool, mode: str, mark: str):
    shown = pages(render(record(office, demo=demo, mode=mode, tiers=("district", "township")), words(office)), tmp_path)
    assert len(shown) > 3
    for page in shown:
        assert page.split("\n")[0].strip() == mark


def test_a_live_citys_certificate_has_no_mark(office: Office, tmp_path: Path):
    assert not any("演示数据" in page for page in pages(render(record(office), words(office)), tmp_path))


def test_it_is_set_in_english_too(office: Office, tmp_path: Path):
    said = "\n".join(pages(render(record(office), words(office, "en")), tmp_path))
    assert "Certificate of an order" in said
    assert "低温雨雪到岗" in said  # the text of an order is never translated


def test_the_record_is_read_back_from_the_pdf(office: Office):
    found = record(office)
    said = reading.read(render(found, words(office)))
    assert (said.order, said.digest, said.record) == (found["order"]["id"], digest(found), found)


def test_a_pdf_without_a_record_is_no_certificate():
    with pytest.raises(reading.NoCertificate):
        reading.read(b"%PDF-1.7\nnothing")


def test_words_that_would_be_markup_are_printed_as_they_are(office: Office, tmp_path: Path):
    text = "#panic(1) $x$ *粗* <a> \\ @b"
    assert text in "\n".join(pages(render(record(office, text=text), words(office)), tmp_path))


def test_the_spreadsheet_has_the_ledger_the_curves_and_the_answers(office: Office):
    found = record(office, demo=True)
    book = load_workbook(io.BytesIO(workbook(found, words(office))))
    ledger = [[cell.value for cell in row] for row in book["回执"].iter_rows()]
    assert ledger[0][0] == "演示数据"
    assert len(ledger) == 2 + 16
    row = next(row for row in ledger if row[0] == "410105")
    assert row[7:10] == [20, 25, None]
    assert row[10:] == ["演示员01", "终端选名（未验证）"]
    assert [cell.value for cell in list(book["曲线"].iter_rows())[2]] == ["县（市）区", "已确认", 1, 20]
    assert digest(found) == book.properties.keywords


def test_no_cell_of_the_spreadsheet_is_a_formula(office: Office):
    found = record(office, title='=HYPERLINK("http://x","y")', text="+1\x01+cmd|' /C calc'!A0")
    book = load_workbook(io.BytesIO(workbook(found, words(office))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+")))


def test_it_is_made_within_a_minute_of_closing(office: Office):
    """Measured, not promised: the record and the pages of the largest order."""
    from time import perf_counter

    began = perf_counter()
    render(record(office, tiers=("district", "township", "unit", "special_grid")), words(office))
    assert timedelta(seconds=perf_counter() - began) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"second": "演示副班"}, "复核：演示副班"),
        ({"override": "线路中断，联系不上第二人"}, "未经复核：线路中断，联系不上第二人"),
    ],
)
def test_the_second_person_or_the_reason_why_there_was_none_stands_beside_the_signer(office: Office, said, told):
    request = OrderRequest(Targets(posts=("410105",)), "到岗", "请到岗", grade=1)
    order = office.orders.issue(office.officer, request, Approval(**said))
    office.orders.close(office.officer, order.id)
    office.wait(minutes=1)
    begin, read = office.database.begin, office.database.read
    found = Aftermath(begin, read, office.clock, office.city, False).record(SYSTEM, order.id)
    assert told in facts(found, words(office))["signer"]


def test_what_posts_said_stands_in_an_annex_and_nothing_of_it_where_nobody_did(office: Office, tmp_path: Path):
    order = closed(office)
    begin, read = office.database.begin, office.database.read
    told = {"went_well": "=电话通畅", "hindered": "道路结冰"}
    FeedbackDesk(begin, read, clock=office.clock).say(office.at_post("410105"), "410105", order.id, **told)
    office.wait(minutes=1)
    found = Aftermath(begin, read, office.clock, office.city, False).record(SYSTEM, order.id)
    assert "道路结冰" in "\n".join(pages(render(found, words(office)), tmp_path))
    sheet = load_workbook(io.BytesIO(workbook(found, words(office))))[words(office).say("feedback")[:31]]
    assert [cell.value for cell in list(sheet.rows)[-1]] == ["金水区", "=电话通畅", "道路结冰"]
    assert "feedback" not in record(office)
