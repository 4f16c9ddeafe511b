"""The truth of age, on the running program: whatever stops, the wall dims within ten seconds, and comes back alone."""

import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsers import Guard
from tests.conftest import a_free_port, a_program, until
from tests.faults.parts import part
from tests.test_start import started

pytestmark = [pytest.mark.faults, pytest.mark.browser]
MARKED_WITHIN = 10_000  # milliseconds, and the requirement
BACK_WITHIN = 30_000  # that it comes back alone is one, too; how long a busy machine takes is not
TILES = ("cases", "sources", "filing", "latency", "urgent")


@dataclass
class Line:
    """The network between browser and server: a port that passes everything on, until it is cut."""

    port: int
    to: int
    whole: threading.Event = field(default_factory=threading.Event)
    sockets: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.whole.set()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self.listener.accept()
                self.sockets.append(here)  # first, since nobody may listen behind
                there = socket.create_connection(("127.0.0.1", self.to))
                self.sockets.append(there)
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                self.whole.wait()
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.whole.set()
        for one in [self.listener, *self.sockets]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@dataclass
class Wall:
    page: Page
    process: subprocess.Popen[str]
    line: Line

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """A part that hangs: it neither works nor dies, so nobody starts it again."""
        until(lambda: part(self.process, name), what=name)
        victim = part(self.process, name)
        victim.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            victim.send_signal(signal.SIGCONT)

    def is_marked(self) -> None:
        expect(self.page.locator("#wall")).to_contain_class("lost", timeout=MARKED_WITHIN)
        expect(self.page.locator("#wall-link")).to_contain_text("断线")
        for tile in TILES:
            expect(self.page.locator(f"#tile-{tile}")).to_contain_class("dim")

    def is_back(self) -> None:
        expect(self.page.locator("#wall-link")).to_contain_class("live", timeout=BACK_WITHIN)
        expect(self.page.locator("#wall")).not_to_contain_class("lost", timeout=BACK_WITHIN)
        for tile in TILES:
            expect(self.page.locator(f"#tile-{tile}")).not_to_contain_class("dim", timeout=BACK_WITHIN)


@pytest.fixture(scope="module")
def wall(chromium) -> Iterator[Wall]:
    with a_program() as program:
        program.run("go-live")
        line = Line(a_free_port(), int(program.environment["PORT"]))
        with started(program, PUBLIC_URL=f"http://127.0.0.1:{line.port}") as (process, said):
            context: BrowserContext = chromium.new_context(viewport={"width": 1920, "height": 1080})
            guard, page = Guard(context), context.new_page()
            page.goto(re.search(r"http\S+/wall\?token=\S+", said)[0])
            shown = Wall(page, process, line)
            page.wait_for_selector("#wall[data-ready='1']")
            shown.is_back()
            yield shown
            context.close()
            line.close()
            assert guard.strangers == []


@pytest.mark.parametrize("name", ["worker", "redis-server", "web"])
def test_when_a_part_stands_still_every_tile_is_marked_and_recovers(wall: Wall, name: str):
    with wall.stopped(name):
        wall.is_marked()
    wall.is_back()


def test_when_the_network_is_cut_every_tile_is_marked_and_recovers(wall: Wall):
    wall.line.whole.clear()
    wall.is_marked()
    wall.line.whole.set()
    wall.is_back()


def test_a_wall_that_was_marked_was_never_asked_to_log_in(wall: Wall):
    assert "/wall/" in wall.page.url
    assert "token" not in wall.page.url
