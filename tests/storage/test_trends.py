"""What the trend page asks of the case table is answered from indexes, however many cases there are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.databases import a_database
from tests.fakes import FakeClock

NOW = FakeClock().at
ASKED: dict[str, Callable[[Any], object]] = {
    "still_open": lambda work: work.trends.still_open(),
    "overdue_now": lambda work: work.trends.overdue_now(NOW),
    "crossing": lambda work: work.trends.crossing(),
    "first_of_kinds": lambda work: work.cases.first_of_kinds(),
    "crossing cases": lambda work: work.cases.search({"crossing": True}, after=None, limit=51),
}


@pytest.mark.parametrize("asked", ASKED)
def test_sqlite_reads_an_index_of_those_cases_alone(tmp_path: Path, asked: str):
    database = a_database(tmp_path)
    statements: list[tuple[str, Any]] = []
    keep = lambda *told: statements.append((told[2], told[3])) if told[2].startswith("SELECT") else None  # noqa: E731
    with database.read() as work:
        event.listen(work.connection, "before_cursor_execute", keep)
        ASKED[asked](work)
        plans = [
            work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all() for text, values in statements
        ]
    database.close()
    steps = [row[3] for plan in plans for row in plan if "cases" in row[3]]
    assert steps
    assert [step for step in steps if not any(name in step for name in ("_open", "_crossing", "_non_police"))] == []
