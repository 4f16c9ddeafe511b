"""The worker's jobs: one worker at a time, a calendar job once a day, and a failing one does not stop the others."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

import worker
from storage.leases import SqlLeases
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.conftest import zhengzhou


@pytest.fixture
def office(tmp_path: Path):
    database = a_database(tmp_path)
    yield SimpleNamespace(leases=SqlLeases(database), clock=FakeClock(), city=zhengzhou())
    database.close()


def test_a_daily_job_runs_once_a_local_day(office):
    ran = []
    job = worker.daily(office, "months", lambda: ran.append(office.clock.real()))
    job()
    job()
    assert len(ran) == 1
    office.clock.at = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # midnight in the city
    job()
    assert len(ran) == 2


def test_a_daily_job_that_failed_is_claimed_again_after_its_lease(office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(worker, "LEASE_S", -1.0)
    tries = []

    def fail_once() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("disk full")

    job = worker.daily(office, "months", fail_once)
    with pytest.raises(OSError, match="disk full"):
        job()
    job()
    job()
    assert len(tries) == 2


def test_a_leased_job_runs_in_one_worker_only(office, monkeypatch: pytest.MonkeyPatch):
    ran = []
    for name in ("one", "other", "one"):
        monkeypatch.setattr(worker, "holder", lambda name=name: name)
        worker.leased(office, "rollups", lambda name=name: ran.append(name))()
    assert ran == ["one", "one"]


def test_a_failing_job_is_tried_again(caplog: pytest.LogCaptureFixture):
    told, tries = threading.Event(), []

    def act() -> None:
        tries.append(1)
        if len(tries) == 3:
            told.set()
        raise ValueError("not yet")

    worker.every(0.01, "a job", act)(told)
    assert len(tries) == 3
    assert caplog.text.count("a job fails") == 1
