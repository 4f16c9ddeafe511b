"""Who reported a case, and what was sent with it, stay where they were put: not in a log, a row, a list or a count."""

import json
import logging

import pytest
from sqlalchemy import select

from storage.tables import cases, metadata, outbox
from tests.api.reports import a_report
from tests.mounted import Door

PHONE, NAME = "13812345678", "演示报告人"
REPORTER = {"name": NAME, "phone": PHONE}
KEEP_IT = {"case_private", "dead_letters"}  # the two tables that hold what was sent, for those who may look


def told(**changes: object) -> dict[str, object]:
    return a_report(reporter=REPORTER, **changes)


def leaks(text: str) -> bool:
    return PHONE in text or NAME in text


def test_no_log_line_holds_the_reporter_whatever_goes_wrong(door: Door, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    door.post("/cases", told())
    door.post("/cases", told(external_id="H-2", district="火星区"))
    door.post("/cases", {"cases": [told(external_id="H-3"), told(external_id="H-4", lon=0)]})
    door.ask("POST", "/api/v1/cases", data=json.dumps(told(), ensure_ascii=False)[:-1])
    with door.database.begin() as work:
        work.connection.exec_driver_sql("DROP TABLE case_private")
    assert door.post("/cases", told(external_id="H-5")).status_code == 500
    assert "case_private" in caplog.text
    assert not leaks(caplog.text)


def test_only_the_table_made_for_it_holds_the_reporter(door: Door):
    door.post("/cases", told())
    door.post("/cases", told(text="三楼和四楼暖气不热"))
    with door.database.read() as work:
        tables = {
            table.name: str(work.connection.execute(select(table)).all())
            for table in metadata.sorted_tables
            if table.name not in KEEP_IT
        }
    assert "暖气" in tables[cases.name]
    assert "case" in tables[outbox.name]
    assert [name for name, text in tables.items() if leaks(text)] == []


def test_no_answer_of_the_interface_holds_the_reporter(door: Door):
    case = door.post("/cases", told()).json["id"]
    for path in ("/cases", f"/cases/{case}"):
        assert not leaks(door.get(path).get_data(as_text=True))
    for answer in (door.post("/cases", told(lat=0)), door.ask("GET", "/metrics", "read")):
        assert not leaks(answer.get_data(as_text=True))
