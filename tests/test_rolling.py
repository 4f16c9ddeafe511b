"""The verb that rolls days up again: every day that was asked for, from its cases."""

from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest

import config
import rolling
from tests.databases import database_of
from tests.storage.test_cases import a_case, keep


def test_the_days_asked_for_are_rolled_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    settings = config.read({"VAR_DIR": str(tmp_path), "DEMO": "1", "SECRET_KEY": "k" * 64})
    settings.folder.mkdir(parents=True)
    database = database_of(settings)
    keep(database, a_case(1), a_case(2))
    rolling.roll(settings, Namespace(day=date(2026, 11, 23), last=date(2026, 11, 24)))
    assert capsys.readouterr().out.split("\n")[:2] == ["2026-11-23: 0 reported", "2026-11-24: 2 reported"]
    with database.read() as work:
        assert set(work.trends.rolled("2026-11-01", "2026-11-30")) == {"2026-11-23", "2026-11-24"}
    database.close()
