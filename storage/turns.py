"""Writers of one SQLite file take turns. SQLite itself lets a waiting writer only look again every 100 ms, so that one
that writes without pause (a backfill) starves the others until their time-out; a file lock wakes them at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def take(path: Path) -> Iterator[None]:
    """Wait for the turn and keep it for the block; the kernel ends the turn of a process that dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
