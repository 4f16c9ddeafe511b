"""What was put on the wall, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.scene import Shows, WallScene
from storage.database import Database

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def test_the_newest_one_comes_back_as_it_went_in(database: Database):
    first = WallScene(1, Shows.CASE, "c1", AT, AT + timedelta(minutes=10), "o1", "演示员")
    second = replace(first, version=2, shows=Shows.DISTRICT, about="410105")
    with database.begin() as work:
        assert work.scenes.newest() is None
        work.scenes.add(first)
        work.scenes.add(second)
    with database.read() as work:
        assert work.scenes.newest() == second
