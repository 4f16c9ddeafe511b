"""Editions of connections on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from operations.connection_ports import Connection
from storage.database import Database

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
FIRST = Connection("heat", 1, "http://heat.example", 60, None, {"X-Token": "${T}"}, "version: 1", False, AT, "root")


def test_the_newest_edition_counts_and_all_are_kept(database: Database):
    second, other = replace(FIRST, edition=2, source="HEAT", stopped=True), replace(FIRST, name="other")
    with database.begin() as work:
        for one in (FIRST, second, other):
            work.connections.add(one)
    with database.read() as work:
        assert work.connections.newest() == [second, other]
        assert work.connections.editions("heat") == [second, FIRST]
        assert work.connections.editions("nobody") == []
