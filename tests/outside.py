"""Programs and data from outside that the tests use, and how they wait for them."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from hypothesis import settings

# a property holds on a machine of any speed: hypothesis alone would fail an example that took 0.2 s
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

INSTALLS = "deploy/setup-tests installs it"
PORTS = range(10_000, 32_000)  # below those that the kernel itself hands out, to any connection that begins meanwhile


def missing(what: str, remedy: str = INSTALLS) -> NoReturn:
    """Skip a test whose outside program or data is not here; under CI, where all of it is to be, that is a failure."""
    said = f"{what} is missing: {remedy}."
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


def program(*names: str) -> str:
    """Path of the first of these programs that is installed."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = next((path for name in names if (path := shutil.which(name, path=places))), None)
    if found is None:
        missing(names[0])
    return str(found)


def a_free_port() -> int:
    """A port that nobody listens on, and that no test of any process is given again while this process lives: it keeps
    the number's other half, for datagrams, which nobody here uses."""
    while True:
        port = PORTS[secrets.randbelow(len(PORTS))]
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
        else:
            claim.detach()
            return port


def until(true: Callable[[], object], within: float = 30.0, what: str = "", *, every: float = 0.02) -> None:
    """Wait for a condition, looking 50 times a second, less often where a look is dear (`every`, in seconds); fails
    the test when it does not come."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            pytest.fail(f"waited {within:g} s in vain for {what or true}")
        time.sleep(every)


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block lasts."""
    process = subprocess.Popen(command, **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options})
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
