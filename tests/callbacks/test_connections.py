"""Connecting a business system in the administration: a sample is tried, an edition saved, the connection stopped."""

import pytest

from domain.account import Role
from operations.connections import Connections
from tests.callbacks.conftest import House, Visitor

RULES = """version: 1
fields:
  source: {constant: HEAT}
  external_id: "no"
  text: what
  reported_at: {path: when, time: rfc3339}
"""
SAMPLE = (
    '[{"no": "R1", "what": "<b>cold</b>", "when": "2026-11-24T13:30:00+08:00"}, {"no": "R2", "what": "x", "when": "?"}]'
)


@pytest.fixture
def admin(house: House) -> Visitor:
    return house.visitor(Role.ADMIN)


def do(admin: Visitor, act: str, **fields: object):
    return admin.send(f"/admin/connections/{act}", page="/login/password", **fields)


def text(admin: Visitor, query: str = "") -> str:
    answer = admin.get(f"/admin/connections{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_business_system_is_connected_with_a_sample_and_no_code(admin: Visitor, monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    try_out = Connections.try_out
    heard = lambda *given, **more: read.append(given[-1]) or try_out(*given, **more)  # noqa: E731
    monkeypatch.setattr(Connections, "try_out", heard)
    form = {"name": "heat", "url": "http://heat.example/items", "every_s": "60", "source": "HEAT", "mapping": RULES}
    tried = do(admin, "try", **form, sample=SAMPLE).get_data(as_text=True)
    assert "样本 2 条记录，可接收 1 条" in tried
    assert "2: " in tried
    assert "&lt;b&gt;cold" in tried
    assert "http://heat.example/items" in tried  # the form is as it was filled in
    assert read == [SAMPLE]  # once, however much the page shows of it
    assert do(admin, "try", **form | {"mapping": "version: 1"}, sample=SAMPLE).status_code == 409
    saved = do(admin, "save", **form, headers="X-Token: ${HEAT_TOKEN}").get_data(as_text=True)
    assert "heat 第 1 版已保存" in saved
    shown = text(admin, "?name=heat")
    assert "X-Token: ${HEAT_TOKEN}" in shown
    assert "external_id" in shown
    assert do(admin, "save", **form, headers="no colon").status_code == 409
    do(admin, "stop", id="heat")
    assert "已停止" in text(admin)
