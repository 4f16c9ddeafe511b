"""The systemd unit: well formed, and every command, path and setting in it is one that the program knows."""

from configparser import RawConfigParser

import pytest

import app
import commands
import config
import processes
from tests.conftest import ROOT


class Unit(RawConfigParser):
    """systemd's own format, which tells capital letters apart; a key that stands twice is an error here."""

    optionxform = staticmethod(str)


@pytest.fixture(scope="module")
def unit() -> Unit:
    unit = Unit()
    unit.read_string((ROOT / "deploy" / "zhongshu.service").read_text("utf-8"))
    return unit


@pytest.fixture(scope="module")
def settings(unit: Unit) -> config.Settings:
    """What the program makes of the unit's own settings."""
    return config.read(given(unit), ROOT)


def given(unit: Unit) -> dict[str, str]:
    return dict(one.split("=", 1) for one in unit["Service"]["Environment"].split())


def test_it_is_a_service_and_no_line_of_it_is_empty(unit: Unit):
    assert unit.sections() == ["Unit", "Service", "Install"]
    assert [(part, key) for part in unit.sections() for key, value in unit.items(part) if not value] == []


def test_it_starts_everything_with_the_python_of_the_installation(unit: Unit):
    python, script, *arguments = unit["Service"]["ExecStart"].split()
    assert python == f"{unit['Service']['WorkingDirectory']}/.venv/bin/python"
    assert "-m venv .venv\n" in (ROOT / "Makefile").read_text("utf-8")
    assert (ROOT / script).samefile(app.HERE)
    assert app.VERBS[commands.parser().parse_args(arguments).verb] is app.supervise


def test_the_city_lies_where_alone_the_service_may_write(unit: Unit, settings: config.Settings):
    assert unit["Service"]["ProtectSystem"] == "strict"
    assert str(settings.var_dir) == f"/var/lib/{unit['Service']['StateDirectory']}"
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in given(unit) if f"`{name}`" not in readme] == []


def test_it_waits_until_every_part_has_had_its_time_to_stop(unit: Unit, settings: config.Settings):
    assert unit["Service"]["KillMode"] == "mixed"  # the supervisor alone is told, and stops its parts one by one
    assert int(unit["Service"]["TimeoutStopSec"]) > processes.TIME_TO_STOP * len(app.parts(settings))


def test_the_manual_and_the_unit_speak_of_the_same_folder(unit: Unit):
    manual = (ROOT / "docs" / "manual" / "administrator.md").read_text("utf-8")
    assert f"cd {unit['Service']['WorkingDirectory']} " in manual
