"""Has documents made by a process of their own: fonts and typesetting never weigh on the one that serves."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Semaphore

APP = Path(__file__).resolve().with_name("app.py")
AT_ONCE = 2
LONGEST_S = 60


class NotPrinted(Exception):
    """The printing process failed; the log has what it said."""


def printer() -> Callable[[str, str, str], bytes]:
    """print(order id, kind, asked by): the document, when it is made. Under gevent only the one who asked waits."""
    presses = Semaphore(AT_ONCE)

    def printed(order: str, kind: str, by: str) -> bytes:
        with presses, tempfile.TemporaryDirectory(prefix="zs-print-") as folder:
            file = Path(folder) / f"certificate.{kind}"
            command = [sys.executable, str(APP), "certificate", order, str(file), "--by", by]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
            if ended.returncode:
                raise NotPrinted(ended.stderr.strip() or f"exit code {ended.returncode}")
            return file.read_bytes()

    return printed
