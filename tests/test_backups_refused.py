"""What a backup or a restore refuses, each in one sentence and before anything has changed."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import backups
import checks
import manifest
from commands import Refused
from config import ConfigError
from storage.database import Database
from tests.backed_up import Place, here, here_postgres, kept, place, put_back, take, there_postgres

__all__ = ["here", "here_postgres", "kept", "place", "there_postgres"]  # fixtures


def test_a_running_city_is_not_overwritten(here, kept: Path):
    settings, database = here
    with database.read() as work:
        work.orders.running()
    with pytest.raises(Refused, match="in use: stop every process"):
        put_back(settings, kept)
    with closing(checks.lock(settings)), pytest.raises(ConfigError, match="running already"):
        put_back(settings, kept)
    put_back(settings, kept, check=True)  # which harms nothing


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda kept: flip(kept / "city.db"), "damaged: city.db is not the file"),
        (lambda kept: (kept / "secret_key").unlink(), "damaged: secret_key is missing"),
        (lambda kept: (kept / "manifest.json").unlink(), "no complete backup"),
        (lambda kept: (kept / "manifest.json").write_text("[]"), "no complete backup"),
        (lambda kept: say_otherwise(kept, city="boston"), "of the city boston, not of"),
        (lambda kept: say_otherwise(kept, demo=True), "set DEMO=1"),
        (lambda kept: say_otherwise(kept, revision="9999"), "made by a newer version"),
        (lambda kept: say_otherwise(kept, rows={"orders": 7}), "do not have the rows"),
        (lambda kept: say_otherwise(kept, files={"../city.db": ""}), "no complete backup"),
    ],
)
def test_what_must_not_be_restored_is_refused_with_a_sentence(place: Place, kept: Path, harm, says: str):
    harm(kept)
    there = place("there")
    with pytest.raises(Refused, match=says) as refused:
        put_back(there, kept)
    assert "\n" not in str(refused.value)
    assert not list(there.folder.glob("restoring-*"))
    assert not backups.database_file(there).exists()


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def say_otherwise(kept: Path, **said: object) -> None:
    file = kept / manifest.NAME
    file.write_text(json.dumps(json.loads(file.read_text()) | said))


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_key_that_pins_hang_on_has_to_be_the_same(place: Place, kept: Path, here, tmp_path: Path):
    with pytest.raises(Refused, match="SECRET_KEY is not the one of this backup"):
        put_back(place("there", SECRET_KEY="k" * 40), kept)
    other = take(replace(here[0], given_secret="s" * 40), tmp_path / "other")
    assert not (other / "secret_key").exists()
    with pytest.raises(Refused, match="had SECRET_KEY in its settings"):
        put_back(place("there"), other)
    put_back(place("there", SECRET_KEY="s" * 40), other)


def test_a_backup_is_made_in_a_folder_of_its_own_and_readable_by_its_owner_alone(here, kept: Path, tmp_path: Path):
    settings, database = here
    with pytest.raises(Refused, match="is not empty"):
        take(settings, kept)
    assert kept.stat().st_mode & 0o077 == 0
    with database.read() as work:
        [entry] = [one for one in work.audits.latest(5) if one["verb"] == "backup.made"]
    assert entry["about"] == manifest.digest_of(kept / manifest.NAME)
    if settings.database_url.startswith("sqlite"):
        with pytest.raises(Refused, match="no city in"):
            take(replace(settings, database_url=f"sqlite:///{tmp_path / 'none.db'}"), tmp_path / "none")
        flip_page(backups.database_file(settings), database)
        with pytest.raises(Refused, match=r"database itself is damaged|malformed"):
            take(settings, tmp_path / "damaged")
    assert not list(tmp_path.glob(".backup-*"))


def flip_page(file: Path, database: Database) -> None:
    """Damage the middle of a page, as a dying disk would."""
    database.close()
    with closing(sqlite3.connect(file)) as folded:
        folded.execute("PRAGMA journal_mode=DELETE")
        [(page,)] = folded.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'")
    with file.open("r+b") as disk:
        disk.seek((page - 1) * 4096)
        disk.write(b"\xff" * 4096)
