"""What a backup says of itself: of which city, from when, and the digest of every file in it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

NAME, FORMAT = "manifest.json", "zhongshu/backup/1"


class Damaged(Exception):
    """The folder is no backup, or not any more what was backed up; the sentence says which file."""


@dataclass(frozen=True)
class Manifest:
    """`revision` is the version of the tables, `secret` the digest of the key that PINs hang on, `rows` how many each
    table has, `files` each file's digest."""

    made_at: str
    city: str
    demo: bool
    revision: str
    secret: str
    rows: dict[str, int]
    files: dict[str, str]
    format: str = FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def write(folder: Path, manifest: Manifest) -> str:
    """Put it in its place, last of all: a folder without one is no backup. Its digest."""
    (folder / NAME).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return digest_of(folder / NAME)


def read(folder: Path) -> tuple[Manifest, str]:
    """What the backup in a folder says of itself, and its digest, once every file has been compared. Raises Damaged."""
    found = _said(folder / NAME)
    for name, digest in found.files.items():
        if not (folder / name).is_file():
            raise Damaged(f"{folder} is damaged: {name} is missing. Take another backup.")
        if digest_of(folder / name) != digest:
            raise Damaged(f"{folder} is damaged: {name} is not the file that was backed up. Take another backup.")
    return found, digest_of(folder / NAME)


def _said(path: Path) -> Manifest:
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
        if said.get("format") != FORMAT:
            raise ValueError
        found = Manifest(**said)
        if not (found.moment.tzinfo and all(Path(name).name == name for name in found.files)):
            raise ValueError
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Damaged(f"{path.parent} is no complete backup of this program: its {NAME} cannot be read.") from error
    return found


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
