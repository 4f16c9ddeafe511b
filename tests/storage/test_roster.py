"""The roster comes back from SQLite and PostgreSQL as it was put in, ended when it was ended."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from domain.roster import Override, Swap
from domain.shifts import EVERY_DAY, Duty, Person, Rotation
from domain.workdays import DayKind
from storage.database import Database

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
A, B = Person("p1", "演示员01"), Person("p2", "演示员02")
SOME = frozenset({DayKind.WORKDAY, DayKind.SHIFTED})
ROTATION = Rotation("r1", "P", Duty.DUTY, 1, (A, B), 12, time(8, 30), date(2026, 11, 1), SOME, NOW)
OVERRIDE = Override("o1", "P", Duty.DEPUTY, A, NOW, NOW + DAY, "ill", NOW)
SWAP = Swap("s1", "P", Duty.DUTY, A, B, NOW, NOW + DAY, NOW + DAY, NOW + 2 * DAY, asked_at=NOW)


def test_entries_come_back_as_they_were(database: Database):
    later = replace(ROTATION, id="r2", layer=2, day_kinds=EVERY_DAY)
    with database.begin() as work:
        work.roster.add_rotations([ROTATION, later], NOW, "me")
        work.roster.add_override(OVERRIDE, NOW, "me")
        work.roster.add_swap(SWAP, "me")
    with database.read() as work:
        assert work.roster.rotations(["P", "Q"], NOW) == [ROTATION, later]
        assert work.roster.overrides(["P"], NOW) == [OVERRIDE]
        assert work.roster.swaps(["P"], NOW) == [SWAP]
        assert work.roster.rotations(["Q"], NOW) == work.roster.overrides([], NOW) == []


def test_what_has_ended_is_found_only_by_who_asks_for_the_past(database: Database):
    with database.begin() as work:
        work.roster.add_rotations([ROTATION], NOW, "me")
        work.roster.add_override(OVERRIDE, NOW, "me")
        work.roster.end_rotations(["r1"], NOW + DAY)
        work.roster.end_rotations(["r1"], NOW + 2 * DAY)  # it has ended already: the first end counts
    with database.read() as work:
        assert work.roster.rotations(["P"], NOW) == [replace(ROTATION, valid_to=NOW + DAY)]
        assert work.roster.rotations(["P"], NOW + DAY) == []
        assert work.roster.overrides(["P"], NOW + DAY) == []


def test_a_swap_is_settled(database: Database):
    with database.begin() as work:
        work.roster.add_swap(SWAP, "me")
        work.roster.settle_swap("s1", "accepted", NOW + DAY)
    with database.read() as work:
        assert work.roster.swap("s1") == replace(SWAP, settled="accepted", valid_from=NOW + DAY)
        assert work.roster.swap("s2") is None


def test_the_last_check_of_a_contact_counts(database: Database):
    with database.begin() as work:
        work.roster.verify("p1", "1390", at=NOW, by="me")
        work.roster.verify("p1", "1391", at=NOW + DAY, by="me")
    with database.read() as work:
        assert work.roster.verified(["p1", "p2"]) == {"p1": ("1391", NOW + DAY)}
