"""What the demo city is handed at its start: keys once, people once, and the pace of its time."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import demo_file
import handover
from administration import opened
from config import Settings, read
from domain.account import SYSTEM, Permission
from operations.account_ports import Ground
from operations.grid_workers import GridWorkers
from operations.keys import Keys
from operations.people import People
from storage.clock import SharedClock
from storage.migrate import upgrade
from storage.passwords import KeyedPins
from tests.conftest import ROOT
from tests.databases import database_of


def settings_of(folder: Path, **more: str) -> Settings:
    return read({"VAR_DIR": str(folder), "CITY_DIR": str(ROOT / "cities" / "zhengzhou"), "DEMO": "1", **more})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_of(tmp_path)
    made.folder.mkdir(parents=True)
    database_of(made).close()
    return made


@pytest.fixture
def base(settings: Settings) -> Iterator[Ground]:
    with opened(settings) as database:
        yield handover.ground_of(database, settings)


def handed(settings: Settings) -> dict[str, object]:
    found: dict[str, object] = json.loads(demo_file.file_of(settings.folder).read_text())
    return found


def test_the_keys_are_for_their_owner_alone_and_may_only_what_the_demo_does(settings: Settings, base: Ground):
    handover.hand_over(settings)
    assert stat.S_IMODE(demo_file.file_of(settings.folder).stat().st_mode) == 0o600
    report, answer = (Keys(base).asker(str(handed(settings)[name])) for name in ("report", "answer"))
    assert report
    assert answer
    assert not report.actor.may(Permission.DISPATCH)
    assert not report.actor.may(Permission.ANSWER)
    assert not report.actor.may(Permission.ADMINISTER)
    assert answer.actor.extra == {Permission.ANSWER}
    assert answer.actor.answers_for("410105")
    assert not answer.actor.answers_for("410100")


def test_a_second_start_keeps_keys_people_and_the_first_day(settings: Settings, base: Ground):
    handover.hand_over(settings)
    before, people = handed(settings), People(base, KeyedPins(settings.secret_key)).of(SYSTEM, "410105")
    handover.hand_over(settings)
    assert handed(settings) == before
    assert People(base, KeyedPins(settings.secret_key)).of(SYSTEM, "410105") == people


def test_a_given_postgresql_takes_what_the_demo_is_handed_as_well(tmp_path: Path, postgres_url: str):
    given = settings_of(tmp_path, DATABASE_URL=postgres_url)
    given.folder.mkdir(parents=True)
    with opened(given) as database:
        upgrade(database)
        base = handover.ground_of(database, given)
        for _ in range(2):
            handover.hand_over(given)
            assert Keys(base).asker(str(handed(given)["report"]))
            assert People(base, KeyedPins(given.secret_key)).counts(SYSTEM)["410105"] == 3


def test_a_key_that_was_revoked_is_made_anew_and_the_other_stays(settings: Settings, base: Ground):
    handover.hand_over(settings)
    before = handed(settings)
    asker = Keys(base).asker(str(before["report"]))
    assert asker
    Keys(base).revoke(SYSTEM, asker.actor.id.removeprefix("key:"))
    handover.hand_over(settings)
    assert handed(settings)["report"] != before["report"]
    assert handed(settings)["answer"] == before["answer"]


def test_every_post_but_the_citys_own_gets_people_of_the_profile(settings: Settings, base: Ground):
    handover.hand_over(settings)
    people = People(base, KeyedPins(settings.secret_key))
    counts = people.counts(SYSTEM)
    assert counts.pop("410100") == 0
    assert set(counts.values()) == {3}
    assert all(one["name"].startswith("演示员") for one in people.of(SYSTEM, "410105"))


def test_people_whom_somebody_entered_are_left_as_they_are(settings: Settings, base: Ground):
    people = People(base, KeyedPins(settings.secret_key))
    people.take_file(SYSTEM, "post,name\n410105,张三\n".encode(), {})
    handover.hand_over(settings)
    assert [one["name"] for one in people.of(SYSTEM, "410105")] == ["张三"]
    assert people.of(SYSTEM, "410102") == []


def test_city_time_takes_the_demos_pace_and_goes_on_from_where_it_is(settings: Settings, tmp_path: Path):
    with opened(settings) as database:
        clock = SharedClock(database)
        handover.hand_over(settings)
        assert clock.city_time().speed == 1
        for speed in ("60", "2"):
            began, before = clock.real(), clock.now()
            handover.hand_over(settings_of(tmp_path, DEMO_SPEED=speed))
            clock = SharedClock(database)
            assert clock.city_time().speed == float(speed)
            assert timedelta(0) <= clock.now() - before <= 60 * (clock.real() - began)


@pytest.mark.parametrize(
    ("local", "begins"), [("00:00", "10:30"), ("03:00", "10:30"), ("09:00", "09:00"), ("23:50", "23:50")]
)
def test_a_city_first_played_at_night_begins_in_that_days_morning(local: str, begins: str):
    at = datetime.fromisoformat(f"2026-11-23T{local}+08:00")
    assert at + handover.until_morning(at) == datetime.fromisoformat(f"2026-11-23T{begins}+08:00")


def test_no_start_but_the_first_sets_city_time_ahead(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(handover, "until_morning", lambda _: timedelta(hours=5))
    for _ in range(2):
        handover.hand_over(settings)
        with opened(settings) as database:
            ahead = SharedClock(database).now() - datetime.now(UTC)
            assert timedelta(hours=4.9) < ahead < timedelta(hours=5.1)


def test_the_same_pace_leaves_city_time_alone(settings: Settings, tmp_path: Path):
    fast = settings_of(tmp_path, DEMO_SPEED="60")
    handover.hand_over(fast)
    with opened(settings) as database:
        before = SharedClock(database).city_time()
        handover.hand_over(fast)
        assert SharedClock(database).city_time() == before
        assert before.real_base <= datetime.now(UTC)


def test_a_live_city_has_no_totals_of_the_demo(settings: Settings, tmp_path: Path):
    handover.hand_over(settings)
    assert demo_file.totals_url(settings) == f"http://127.0.0.1:{handed(settings)['totals_port']}"
    assert demo_file.totals_url(settings_of(tmp_path, DEMO="0")) is None


def test_a_file_that_cannot_be_read_is_made_anew(settings: Settings):
    demo_file.file_of(settings.folder).write_text("{")
    handover.hand_over(settings)
    assert set(handed(settings)) == {"report", "answer", "began", "totals_port", "time"}


def test_every_township_gets_its_grid_workers_once_with_a_chief_and_no_number(settings: Settings, base: Ground):
    handover.hand_over(settings)
    handover.hand_over(settings)
    found = GridWorkers(base).search(SYSTEM, below="410105001", limit=10)
    assert sorted((one.role, one.name[:5], one.phone) for one in found) == [
        ("chief", "演示网格员", ""),
        ("worker", "演示网格员", ""),
    ]
    assert sum(n for n, _ in GridWorkers(base).counts(SYSTEM).values()) == 430
