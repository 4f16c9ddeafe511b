"""Redis loses its memory, dies, or starts empty: the counts are exact again within five seconds, by themselves."""

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import RedisError

from domain.account import SYSTEM
from domain.case import CaseReport
from live import embedded, keys
from live.connection import connect
from live.counters import days_of
from live.fanout import Emitter
from live.reader import RedisReader
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.conftest import until
from tests.live.conftest import Door, Serve, office, relay_of, serve, tick_of
from tests.live.test_gateway import ACTORS, TOWNSHIP
from tests.operations.conftest import Office

pytestmark = pytest.mark.faults
__all__ = ["office", "serve"]
AGAIN_WITHIN_S = 5.0


class Server:
    """A Redis that can be killed and started again."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(embedded.command(self.folder), stdout=subprocess.DEVNULL)
        until(lambda: embedded.answers(self.folder), what="Redis")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(short_folder: Path) -> Iterator[Server]:
    server = Server(short_folder / f"redis-{time.monotonic_ns()}")
    yield server
    server.kill()


class Engine:
    """The relay and the tick of a worker, running; and the truth to compare with."""

    def __init__(self, office: Office, url: str):
        self.office, self.redis, self.n = office, connect(url), 0
        self.relay = relay_of(office, self.redis, Emitter(url))
        self.tick = tick_of(office, self.redis, Emitter(url))
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=one.run, args=(self.stopped,)) for one in (self.relay, self.tick)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(10)
        self.redis.close()

    def report(self, n: int) -> None:
        reports = [
            CaseReport("GRID", str(self.n + i), "x", self.office.clock.now(), district="410105", urgency="high")
            for i in range(n)
        ]
        self.n += n
        self.office.cases.report(SYSTEM, reports)

    def is_exact(self) -> bool:
        """Whether counts, urgent cases and the wall's figure are those of SQL, all of them."""
        truth = self.relay.announcements.recount(days_of(self.relay.today()))
        try:
            counts = {day: self.redis.hgetall(keys.counts(day)) for day in truth.counts}
            urgent = self.redis.hkeys(keys.URGENT)
            vitals = RedisReader(self.redis, self.office.clock.real).vitals()
        except RedisError:
            return False
        found = {day: {name.decode(): int(n) for name, n in fields.items()} for day, fields in counts.items()}
        shown = vitals["tiles"]["cases_today"]["value"] if vitals else None
        return found == truth.counts and len(urgent) == len(truth.urgent) == self.n == shown


@pytest.fixture
def engine(office: Office, server: Server) -> Iterator[Engine]:
    engine = Engine(office, embedded.url(server.folder))
    engine.report(40)
    until(engine.is_exact)
    yield engine
    engine.stop()


def exact_again(engine: Engine) -> float:
    started = time.monotonic()
    until(engine.is_exact, within=AGAIN_WITHIN_S, what="exact counts")
    return time.monotonic() - started


def test_after_flushall_while_cases_come_in(engine: Engine):
    epoch = engine.redis.get(keys.EPOCH)
    for _ in range(3):
        engine.report(5)
        engine.redis.flushall()
        engine.report(5)
        exact_again(engine)
    assert engine.redis.get(keys.EPOCH) != epoch


def test_after_kill_9_of_redis_while_cases_come_in(engine: Engine, server: Server):
    server.kill()
    engine.report(10)
    time.sleep(1)
    engine.report(10)
    server.start()
    exact_again(engine)
    engine.report(10)
    exact_again(engine)


def test_after_a_start_with_an_empty_redis(engine: Engine, office: Office, server: Server):
    engine.stop()
    engine.report(10)
    engine.redis.flushall()
    second = Engine(office, embedded.url(server.folder))
    second.n = engine.n
    try:
        exact_again(second)
    finally:
        second.stop()


def test_a_browser_hears_that_it_must_read_again(engine: Engine, server: Server, serve: Serve):
    door: Door = serve(embedded.url(server.folder))
    visitor = door.connect("officer")
    assert cases_of(visitor) == 40
    until(lambda: visitor.vitals)
    server.kill()
    engine.report(1)
    time.sleep(1)
    server.start()
    until(lambda: {"key": "resync"} in visitor.notices, within=AGAIN_WITHIN_S)
    assert cases_of(visitor) == 41
    visitor.vitals.clear()
    until(lambda: visitor.vitals, within=AGAIN_WITHIN_S, what="ticks again")


def cases_of(visitor: Any) -> int:
    return sum(row["kind"] == "case" for row in visitor.join("wall")["rows"])


def test_what_a_terminal_says_while_redis_is_away_is_written(engine: Engine, server: Server, serve: Serve):
    door = serve(embedded.url(server.folder))
    door.actors.update(ACTORS)
    office = engine.office
    order = office.orders.issue(office.officer, OrderRequest(Targets(posts=(TOWNSHIP,)), title="到岗", text="请确认"))
    post = door.connect("post")
    post.join(f"post:{TOWNSHIP}")
    server.kill()
    said: dict[str, Any] = {"order": order.id, "post": TOWNSHIP, "version": 1, "person": f"p-{TOWNSHIP}"}
    assert post.say("acknowledged", said) == {"ok": True}
    assert office.lines(order.id)[TOWNSHIP].state == "acknowledged"
    server.start()
    until(lambda: not engine.relay.announcements.take(10), within=AGAIN_WITHIN_S, what="everything carried")
