"""The file through which the demo process is handed what it needs: its keys, city time, the port it tells totals on."""

import json
import os
import socket
from pathlib import Path
from typing import Any

from config import Settings


def file_of(folder: Path) -> Path:
    return folder / "demo.json"


def read(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(file_of(folder).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(folder: Path, said: dict[str, Any]) -> None:
    draft = file_of(folder).with_suffix(".draft")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(said, file)
    draft.replace(file_of(folder))


def free_port(wanted: int | None) -> int:
    """A port of this machine that nobody listens on: the wanted one if it is free."""
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", wanted or 0))
        except OSError:
            return free_port(None)
        return int(one.getsockname()[1])


def totals_are_served(settings: Settings) -> bool:
    """Whether the demo's source systems can be asked for their totals."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", read(settings.folder).get("totals_port", 0))) == 0


def totals_url(settings: Settings) -> str | None:
    """Where the demo's source systems tell their totals; None in a live city."""
    port = read(settings.folder).get("totals_port") if settings.demo else None
    return f"http://127.0.0.1:{port}" if port else None
