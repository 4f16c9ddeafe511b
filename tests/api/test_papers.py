"""What is left of an ended order over HTTP: its record, its certificate, its spreadsheet."""

import pytest

from tests.mounted import Door

ORDER = {"targets": {"tiers": ["district"]}, "title": "低温雨雪", "text": "立即到岗", "grade": 4, "mode": "drill"}


@pytest.fixture
def order(door: Door) -> dict:
    return door.post("/orders", ORDER, "dispatch").json


@pytest.fixture
def ended(door: Door, order: dict) -> dict:
    return door.post(f"/orders/{order['id']}/close", {"reason": "到岗完成"}, "dispatch").json


def test_the_record_holds_the_order_and_every_line(door: Door, ended: dict):
    record = door.get(f"/orders/{ended['id']}/record", "dispatch")
    assert (record.status_code, record.json["order"]["id"]) == (200, ended["id"])
    assert len(record.json["lines"]) == ended["targets"] == 16


@pytest.mark.parametrize(
    ("kind", "media"),
    [("pdf", "application/pdf"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")],
)
def test_a_paper_is_printed_for_who_asks_and_named_after_the_order(door: Door, ended: dict, kind: str, media: str):
    paper = door.get(f"/orders/{ended['id']}/certificate.{kind}", "dispatch")
    assert (paper.status_code, paper.content_type) == (200, media)
    assert paper.get_data(as_text=True) == f"{kind} of {ended['id']} for k4"
    assert paper.headers["Content-Disposition"] == f'attachment; filename="order-{ended["no"]}.{kind}"'


@pytest.mark.parametrize("paper", ["record", "certificate.pdf", "certificate.xlsx"])
def test_a_running_order_has_no_papers_yet(door: Door, order: dict, paper: str):
    assert door.get(f"/orders/{order['id']}/{paper}", "dispatch").status_code == 409
