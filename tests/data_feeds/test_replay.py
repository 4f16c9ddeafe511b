"""Replaying a file: every row accounted for, through the door that everybody uses."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import sleep
from zoneinfo import ZoneInfo

import pytest

from data_feeds import city as cities
from data_feeds.csv_rows import CsvError
from data_feeds.replay import Asked, Replay, ReplayRefused, account, dry_run
from data_feeds.replay_door import DoorClosed, HttpDoor
from data_feeds.replay_plan import plan
from data_feeds.replay_tally import Tally
from domain.city import City
from domain.citytime import CityTime
from domain.place import Places
from storage.clock import SharedClock
from storage.database import Database
from tests.data_feeds import boston
from tests.mounted import Door, open_door, served

ZONE = ZoneInfo("America/New_York")
AFTER_ALL = date(2016, 2, 1)  # later than the last closing in the file: everything is past, nothing waits


@pytest.fixture(scope="module")
def boston_city() -> City:
    return cities.load(boston.FOLDER)


@pytest.fixture
def boston_door(database: Database, boston_city: City) -> Door:
    return open_door(database, boston_city, Places(boston_city), SharedClock(database))


class Run:
    """A replay against a server that really listens."""

    def __init__(self, door: Door) -> None:
        self.door, self.lines, self.key, self.wait = door, [], "any", shortly

    def __call__(self, path: Path, **asked: object) -> Tally:
        with served(self.door.server) as url:
            http = HttpDoor(url, self.key, wait=lambda _s: None)
            try:
                made = Replay(
                    self.door.city, boston.the_mapping(), self.door.clock, http, self.lines.append, wait=self.wait
                )
                return made.run(path, Asked(**asked))
            finally:
                http.close()


@pytest.fixture
def replay(boston_door: Door) -> Run:
    return Run(boston_door)


def shortly(seconds: float) -> None:
    """Server and replay read one clock here, so nobody need wait for the other to read it again."""
    sleep(min(seconds, 0.05))


def cases_of(door: Door) -> dict[str, dict]:
    return {case["external_id"]: case for case in door.get("/cases", limit="500").json["cases"]}


def test_every_row_is_taken_known_or_refused(replay: Run, tmp_path: Path):
    path = boston.write(
        tmp_path / "a.csv",
        {},
        {"CASE_ENQUIRY_ID": "2", "TYPE": "Dragon Sighting"},
        {"CASE_ENQUIRY_ID": "3", "OPEN_DT": "yesterday"},
        {"CASE_ENQUIRY_ID": "4", "LATITUDE": "12.5"},
        {"CASE_ENQUIRY_ID": ""},
        {},
    )
    tally = replay(path, start=AFTER_ALL)
    assert (tally.rows, dict(tally.outcomes)) == (6, {"new": 1, "known": 1, "refused": 4})
    assert dict(tally.problems) == {"category": 1, "reported_at": 1, "lon, lat": 1, "external_id": 1}
    lines = account(tally, boston.the_mapping())
    assert "6 rows" in lines[0]
    assert any("reported_at (OPEN_DT): 1" in line for line in lines)
    assert any("line 4: 'yesterday' is not a time" in line for line in lines)


def test_closing_columns_become_steps(replay: Run, tmp_path: Path):
    tally = replay(boston.write(tmp_path / "a.csv", {}, {"CASE_ENQUIRY_ID": "2", "CLOSED_DT": ""}), start=AFTER_ALL)
    cases = cases_of(replay.door)
    assert (cases["1"]["state"], cases["2"]["state"]) == ("closed", "assigned")
    assert cases["1"]["closed_at"] == "2015-01-20T22:00:00Z"
    assert cases["1"]["reported_at"] == cases["1"]["received_at"] == "2015-01-20T14:00:00Z"
    assert tally.steps["told with the report"] == 8


def test_wards_are_understood_however_they_are_spelled(replay: Run, tmp_path: Path):
    rows = [{"CASE_ENQUIRY_ID": str(i), "ward": ward} for i, ward in enumerate(["Ward 8", "08", "8"])]
    replay(boston.write(tmp_path / "a.csv", *rows), start=AFTER_ALL)
    assert {case["township"] for case in cases_of(replay.door).values()} == {"W08"}


def test_a_row_without_neighbourhood_and_ward_goes_to_the_nearest_post(replay: Run, tmp_path: Path):
    replay(boston.write(tmp_path / "a.csv", {"neighborhood": "", "ward": ""}), start=AFTER_ALL)
    case = cases_of(replay.door)["1"]
    assert (case["township"], case["placed_by"]) == ("W08", "nearest")


def test_a_second_run_finds_everything_known_and_changes_nothing(replay: Run, tmp_path: Path):
    path = boston.write(tmp_path / "a.csv", {}, {"CASE_ENQUIRY_ID": "2"})
    replay(path, start=AFTER_ALL)
    before = cases_of(replay.door)
    tally = replay(path, start=AFTER_ALL)
    assert dict(tally.outcomes) == {"known": 2}
    assert cases_of(replay.door) == before
    assert any("goes on" in line for line in replay.lines)


def test_a_later_run_takes_the_steps_that_were_not_known_before(replay: Run, tmp_path: Path):
    replay(boston.write(tmp_path / "a.csv", {"CLOSED_DT": ""}), start=AFTER_ALL)
    tally = replay(boston.write(tmp_path / "a.csv", {}), start=AFTER_ALL)
    assert (dict(tally.outcomes), tally.steps["taken later"]) == ({"known": 1}, 2)
    case = cases_of(replay.door)["1"]
    assert (case["state"], case["finished_at"]) == ("closed", "2015-01-20T22:00:00Z")


def test_city_time_runs_and_what_is_later_waits_for_its_time(
    replay: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A day of 2015 in about two seconds, which pass by the waiting alone: reported at nine, closed at five."""
    began, waits = datetime.now(UTC), []
    replay.wait = lambda seconds: waits.append(min(seconds, 0.05))
    monkeypatch.setattr(replay.door.clock, "real", lambda: began + timedelta(seconds=sum(waits)))
    late = {"CASE_ENQUIRY_ID": "2", "OPEN_DT": "01/20/2015 06:00:00 PM", "CLOSED_DT": ""}
    tally = replay(boston.write(tmp_path / "a.csv", {}, late), start=date(2015, 1, 20), speed=40_000)
    assert 18 * 3600 / 40_000 < sum(waits) < 24 * 3600 / 40_000
    assert dict(tally.outcomes) == {"new": 2}
    assert tally.steps["told with the report"] == 6
    assert tally.steps["taken later"] == 2
    cases = cases_of(replay.door)
    assert cases["1"]["state"] == "closed"
    assert cases["1"]["entered_at"] < cases["2"]["reported_at"]
    assert replay.door.clock.city_time().speed == 40_000


def test_without_a_date_the_first_day_is_lived_as_today(replay: Run, tmp_path: Path):
    early = {"OPEN_DT": "01/20/2015 12:00:00 AM", "CLOSED_DT": ""}
    before = datetime.now(ZONE)
    replay(boston.write(tmp_path / "a.csv", early))
    [case] = cases_of(replay.door).values()
    begun = [now.replace(hour=0, minute=0, second=0, microsecond=0) for now in (before, datetime.now(ZONE))]
    assert datetime.fromisoformat(case["reported_at"]) in begun  # two where the day ends meanwhile
    assert replay.door.clock.city_time().speed == 1


def test_a_shift_keeps_the_time_of_day_across_a_change_of_clocks(tmp_path: Path):
    [planned] = plan(boston.write(tmp_path / "a.csv", {}), boston.the_mapping(), Tally())
    shifted = planned.shifted(180, ZONE)  # from winter into summer time
    assert shifted.at.astimezone(ZONE).strftime("%m-%d %H:%M") == "07-19 09:00"
    assert [step["at"] - shifted.at for step in shifted.steps[-1:]] == [timedelta(hours=8)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str):
    path = boston.write(tmp_path / "a.csv", {"Location": "人民路 1 号"}, encoding=encoding)
    [planned] = plan(path, boston.the_mapping(), Tally())
    assert planned.said["address"] == "人民路 1 号"


def test_a_file_that_is_no_text_is_refused_in_a_sentence(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xff\xfe\x00\x01\x80\xff\n" * 3)
    with pytest.raises(CsvError, match="save it as UTF-8"):
        plan(path, boston.the_mapping(), Tally())


def test_rows_that_do_not_fit_the_header_are_refused_alone(tmp_path: Path):
    path = boston.write(tmp_path / "a.csv", {})
    path.write_text(path.read_text() + "too,short\n\n" + "," * 40 + "\n")
    tally = Tally()
    assert len(plan(path, boston.the_mapping(), tally)) == 1
    assert (tally.rows, tally.outcomes["refused"]) == (3, 2)
    assert tally.examples[""][0] == "line 3: has 2 cells, the header names 15 columns"


def test_a_mapping_that_speaks_of_another_file_is_refused(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("id,when\n1,now\n")
    with pytest.raises(CsvError, match="no column CASE_ENQUIRY_ID"):
        plan(path, boston.the_mapping(), Tally())


def test_a_file_of_which_nothing_can_be_read_is_not_replayed(replay: Run, tmp_path: Path):
    with pytest.raises(ReplayRefused, match="--dry-run"):
        replay(boston.write(tmp_path / "a.csv", {"OPEN_DT": "?"}))


def test_a_dry_run_says_what_a_run_would_and_sends_nothing(replay: Run, tmp_path: Path):
    path = boston.write(
        tmp_path / "a.csv", {}, {"CASE_ENQUIRY_ID": "2", "TYPE": "?"}, {"CASE_ENQUIRY_ID": "3", "LONGITUDE": "x"}
    )
    city = replay.door.city
    told = dry_run(path, boston.the_mapping(), city=city, places=Places(city), now=datetime.now(UTC))
    assert (told.rows, dict(told.outcomes), dict(told.problems)) == (
        3,
        {"new": 1, "refused": 2},
        {"category": 1, "lon": 1},
    )
    assert cases_of(replay.door) == {}
    real = replay(path, start=AFTER_ALL)
    assert (real.outcomes, real.problems) == (told.outcomes, told.problems)


def test_a_key_that_is_not_accepted_ends_the_replay_with_a_sentence(replay: Run, tmp_path: Path):
    replay.key = "stolen"
    with pytest.raises(DoorClosed, match="key is not accepted"):
        replay(boston.write(tmp_path / "a.csv", {}), start=AFTER_ALL)


def test_city_time_of_a_real_city_is_left_alone_by_a_replay_of_today(replay: Run, tmp_path: Path):
    replay.door.clock.set(CityTime(datetime.now(UTC), datetime.now(UTC), 1.0))
    before = replay.door.clock.city_time()
    replay(boston.write(tmp_path / "a.csv", {"OPEN_DT": "01/20/2015 12:00:00 AM", "CLOSED_DT": ""}))
    assert replay.door.clock.city_time() == before
