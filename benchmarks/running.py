"""A whole city for a benchmark: Redis, worker and web as the product starts them, in a folder thrown away after."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import config
from domain.account import SYSTEM, Permission
from live import embedded
from office import Office
from operations.keys import Scope, robot_scope

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Running:
    """`pids` by the name of the part."""

    url: str
    office: Office
    pids: dict[str, int]

    def robot_key(self) -> str:
        """A key that may sit at every post that can be ordered."""
        posts = [post.code for post in self.office.city.posts if post.tier != "city"]
        return self.office.access.keys.create(SYSTEM, "robots", robot_scope(posts)).secret

    def dispatch_key(self) -> str:
        keys = self.office.access.keys
        return keys.create(SYSTEM, "dispatch", keys.city_scope("dispatch")).secret

    def key(self, *permissions: Permission) -> str:
        return self.office.access.keys.create(SYSTEM, "benchmark", Scope(frozenset(permissions))).secret


def a_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(**environment: str) -> Iterator[Running]:
    """A demo installation without its robots and its traffic: all that happens is what the benchmark does."""
    with tempfile.TemporaryDirectory(prefix="zs") as folder:
        port = a_free_port()
        env = {**os.environ, "VAR_DIR": folder, "PORT": str(port), "DEMO": "1", "SECRET_KEY": "b" * 64, **environment}
        settings = config.read(env)
        settings.folder.mkdir(parents=True, exist_ok=True)
        app = [sys.executable, str(ROOT / "app.py")]
        subprocess.run([*app, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        commands = {"redis": embedded.command(settings.folder), "worker": [*app, "worker"], "web": [*app, "web"]}
        parts = {name: start(command, env) for name, command in commands.items()}
        try:
            until(lambda: answers(port), 30)
            office = Office(settings)
            yield Running(f"http://127.0.0.1:{port}", office, {name: part.pid for name, part in parts.items()})
        finally:
            for part in reversed(parts.values()):
                part.send_signal(signal.SIGTERM)
            for part in parts.values():
                part.wait(10)


def start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=sys.stderr)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(true: Callable[[], bool], within: float) -> None:
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing after {within} s")
        time.sleep(0.05)
