"""The throws of the switch, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from domain.readiness import Condition
from operations.readiness_ports import Switch
from storage.database import Database

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def test_the_newest_throw_holds_and_no_version_stands_twice(database: Database):
    thrown = [Switch(1, Condition.WAR, AT, "o1", "演示员", "雪"), Switch(2, Condition.PEACE, AT, "o1", "演示员", "晴")]
    with database.begin() as work:
        assert work.readiness.newest() is None
        for switch in thrown:
            work.readiness.add(switch)
    with database.read() as work:
        assert work.readiness.newest() == thrown[1]
        assert work.readiness.latest(5) == thrown[::-1]
    with pytest.raises(IntegrityError), database.begin() as work:
        work.readiness.add(thrown[0])
