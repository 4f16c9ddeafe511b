"""From `python app.py` to a filled, moving wall: the whole demo city in an empty folder, and a second start that finds
its data again.

The floor is a process that only loads the stack (dash, plotly, pandas, flask-socketio, sqlalchemy).
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.running import ROOT, a_free_port, start, until

GOAL_S, TRIES, PATIENCE_S = 20.0, 3, 180.0
DEVICES = {"devices_iot": 63_000, "devices_video": 114_000}  # of the default city
STACK = "import dash, plotly, pandas, flask_socketio, sqlalchemy"
SETTINGS = ("PATH", "HOME", "LANG", "TMPDIR")  # of the caller's own, nothing else reaches the program


def seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def floor() -> float:
    return seconds(lambda: subprocess.run([sys.executable, "-c", STACK], check=True))


def tiles(folder: Path, port: int) -> dict[str, Any]:
    """What the wall shows now, asked for with the demo's own key; nothing while nobody answers."""
    try:
        key = json.loads((folder / "demo" / "demo.json").read_text())["report"]
        who = {"Authorization": f"Bearer {key}"}
        answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/vitals", headers=who, trust_env=False, timeout=20)
        found: dict[str, Any] = answer.json().get("tiles", {})
    except (OSError, ValueError, httpx.HTTPError):
        return {}
    return found


def is_filled(shown: dict[str, Any]) -> bool:
    """Cases of today beside yesterday's, nine devices of ten online, and nothing left that is not connected."""
    if not (shown and all(tile["as_of"] for tile in shown.values())):
        return False
    counted = min(shown["cases_today"][day] for day in ("value", "yesterday")) > 0
    return counted and all(shown[name]["online"] > n * 0.9 for name, n in DEVICES.items())


@contextmanager
def started(folder: Path, port: int) -> Iterator[None]:
    """`python app.py`, and Ctrl-C at the end."""
    kept = {name: os.environ[name] for name in SETTINGS if name in os.environ}
    program = start([sys.executable, str(ROOT / "app.py")], {**kept, "VAR_DIR": str(folder), "PORT": str(port)})
    try:
        yield
    finally:
        program.send_signal(signal.SIGINT)
        program.wait(60)


def until_filled(folder: Path) -> float:
    port, began = a_free_port(), time.monotonic()
    with started(folder, port):
        until(lambda: is_filled(tiles(folder, port)), PATIENCE_S)
        return time.monotonic() - began


def main() -> None:
    least = min(floor() for _ in range(TRIES))
    print(f"floor, the stack loaded: {least:.1f} s")
    for _ in range(TRIES):
        with tempfile.TemporaryDirectory(prefix="zs") as folder:
            for what in ("empty folder", "second start"):
                took = until_filled(Path(folder))
                verdict = "met" if took <= GOAL_S else "MISSED"
                print(f"{what}: {took:.1f} s to a filled wall, {took / least:.1f} x the floor", end="; ")
                print(f"goal {GOAL_S:g} s {verdict}", flush=True)


if __name__ == "__main__":
    main()
