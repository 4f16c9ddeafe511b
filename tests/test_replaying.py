"""`replay` end to end: a file of cases through the door of a running city."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import ROOT, Program, listens, running, until
from tests.test_start import refusal

BOSTON = {"CITY_DIR": str(ROOT / "cities" / "boston"), "DEMO": "0"}
MAPPING = ("--mapping", str(ROOT / "cities" / "boston" / "replay.yaml"))
HEADER = (
    "CASE_ENQUIRY_ID,OPEN_DT,CLOSED_DT,CASE_STATUS,CLOSURE_REASON,CASE_TITLE,SUBJECT,REASON,TYPE,Department,"
    "Location,neighborhood,ward,LATITUDE,LONGITUDE,Source\n"
)


def row(number: int, opened: str = "03/01/2016 09:30:00 AM", source: str = "Constituent Call") -> str:
    """A request made up for this test."""
    said = f"{number},{opened},,Open,,A lamp is out,Public Works Department,Street Lights,Street Light Outages,PWDx,"
    return f"{said}1 Test St,Roxbury,Ward 9,42.33,-71.08,{source}\n"


@pytest.fixture
def file(the_program):
    path = the_program.folder / "cases.csv"
    path.write_text(HEADER + row(1) + row(2, opened="yesterday") + row(3, source="Carrier pigeon") + row(4))
    return path.name


def test_a_dry_run_names_the_columns_of_what_would_be_refused_and_needs_no_city(the_program, file):
    said = the_program.run("replay", file, *MAPPING, "--dry-run", **BOSTON).stdout
    assert "4 rows\n  2 taken" in said
    assert "reported_at (OPEN_DT): 1\n" in said
    assert "source (Source): 1\n" in said
    assert not (the_program.folder / "var").exists()


def test_real_cases_never_go_into_the_demo_city(the_program, file):
    assert "never go into the demo city" in refusal(the_program, "replay", file, *MAPPING, **{**BOSTON, "DEMO": "1"})


def test_a_file_that_is_not_there_is_one_sentence(the_program, file):
    assert "no file gone.csv" in refusal(the_program, "replay", "gone.csv", *MAPPING, **BOSTON)
    assert "no file map.yaml" in refusal(the_program, "replay", file, "--mapping", "map.yaml", **BOSTON)


@contextmanager
def served(program: Program) -> Iterator[None]:
    """The city's web process alone: nobody else is needed to take in cases."""
    command = [sys.executable, str(ROOT / "app.py"), "web"]
    with running(command, cwd=program.folder, env=program.environment):
        until(lambda: listens(int(program.environment["PORT"])), 30, "the door", every=0.1)
        yield


@pytest.mark.faults
def test_every_row_is_accounted_for_and_a_second_run_finds_them_known(the_program, file, redis_url):
    asked = ("replay", file, *MAPPING, "--from", "2016-03-01", "--speed", "100000")
    the_program.environment |= BOSTON | {"REDIS_URL": redis_url}
    assert the_program.run("migrate").returncode == 0
    with served(the_program):
        first, second = (the_program.run(*asked).stdout for _ in range(2))
        assert "4 rows\n  2 taken: 2 new, 0 known already" in first
        assert "  2 refused\n" in first
        assert "4 rows\n  2 taken: 0 new, 2 known already" in second
    with sqlite3.connect(the_program.folder / "var" / "live" / "zhongshu.db") as database:
        assert database.execute("SELECT count(*) FROM cases").fetchall() == [(2,)]
        assert database.execute("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL").fetchall() == [(0,)]
    database.close()
