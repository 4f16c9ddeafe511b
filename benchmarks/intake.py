"""How many cases a second one process takes over HTTP, durable, beside bare SQLite inserts of the same rows.

.venv/bin/python -m benchmarks.intake [--seconds 4]
"""

import argparse
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import gevent
import psutil
from flask import Flask
from gevent.pywsgi import WSGIServer

from api.mount import Parts, mount
from data_feeds import city as cities
from domain.account import Actor, Permission, Role
from domain.place import Places
from operations.cases import Cases
from operations.dead_letters import DeadLetters
from operations.devices import Devices
from operations.indicators import Indicators
from operations.orders import Orders
from operations.ports import LiveReader, LiveWriter
from storage.clock import SharedClock
from storage.database import Database
from storage.migrate import upgrade

ROOT = Path(__file__).resolve().parent.parent
KEY = Actor("bench", "bench", Role.MACHINE, extra=frozenset({Permission.REPORT_CASES}))
SINGLES, BATCHES = 500, 5_000  # the goals, cases a second
CLIENTS, BATCH = 32, 1_000


class Nothing(LiveReader, LiveWriter):
    """No live side: what is measured here is the way into the database."""

    def connected(self) -> set[str]:
        return set()


def serve(folder: Path) -> None:
    """One web process as the product runs it: gevent, the database in native threads."""
    database = Database(f"sqlite:///{folder / 'city.db'}")
    upgrade(database)
    listener = WSGIServer(("127.0.0.1", 0), server_of(database), log=None)
    listener.start()
    print(listener.server_port, flush=True)
    gevent.get_hub().join()


def server_of(database: Database) -> Flask:
    city, clock, live = cities.load(ROOT / "cities" / "zhengzhou"), SharedClock(database), Nothing()
    begin, read = database.begin, database.read
    parts = Parts(
        city=city,
        clock=clock,
        cases=Cases(begin, read, clock=clock, city=city, places=Places(city)),
        dead_letters=DeadLetters(begin, clock=clock, city=city),
        devices=Devices(begin, read, live=live, clock=clock, city=city),
        indicators=Indicators(live=live, clock=clock, city=city),
        orders=Orders(begin, read, clock=clock, city=city, connected=live.connected, reserved_take_part=True),
        live=live,
    )
    server, pool = Flask("intake"), gevent.get_hub().threadpool
    mount(server, parts, identify=lambda _: KEY, offload=lambda act, *args: pool.apply(act, args), ready=list)
    return server


def reports(start: int) -> Iterator[dict[str, Any]]:
    """Cases over the whole city, all different."""
    now = datetime.now(UTC)
    for i in range(start, sys.maxsize):
        at = now - timedelta(seconds=i % 3600)
        place = {"lon": 113.4 + i % 577 / 1500, "lat": 34.6 + i % 331 / 1500}
        said = {"source": "GRID", "external_id": f"B{i}", "text": f"第 {i} 号：路边有垃圾堆积，请尽快清理。"}
        yield said | place | {"category": "E0102", "reported_at": at.isoformat(), "address": "人民路 1 号"}


class Asker:
    """One client with one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(self, body: bytes) -> bytes:
        headers = {"Authorization": "Bearer bench", "Content-Type": "application/json"}
        self._connection.request("POST", "/api/v1/cases", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in (201, 207):
            raise SystemExit(f"{answer.status}: {text[:500]!r}")
        return text


def singles(port: int, seconds: float, start: int = 0) -> float:
    """Cases a second, one each request, 32 clients."""
    taken = [0] * CLIENTS

    def run(client: int) -> None:
        asker, rows = Asker(port), reports(start + client * 10_000_000)
        end = perf_counter() + seconds
        while perf_counter() < end:
            asker.post(json.dumps(next(rows)).encode())
            taken[client] += 1

    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(run, range(CLIENTS)))
    return sum(taken) / (perf_counter() - began)


def batches(port: int, seconds: float) -> float:
    """Cases a second in batches of 1,000, two clients; the bodies are made before the clock starts."""
    rows, n = reports(900_000_000), 0
    bodies = [json.dumps({"cases": [next(rows) for _ in range(BATCH)]}).encode() for _ in range(60)]
    askers = [Asker(port), Asker(port)]

    def run(asker: Asker) -> None:
        nonlocal n
        while bodies and perf_counter() < end:
            asker.post(bodies.pop())
            n += BATCH

    began, end = perf_counter(), perf_counter() + seconds
    with ThreadPoolExecutor(len(askers)) as pool:
        list(pool.map(run, askers))
    return n / (perf_counter() - began)


def floor(path: Path, n: int, rows_each: int) -> float:
    """Rows a second that bare SQLite writes into the same table, `rows_each` in a transaction, synchronous FULL."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(cases)")]
    kept = connection.execute("SELECT * FROM cases LIMIT ?", (n,)).fetchall()
    fresh = [(f"F{rows_each}-{i}", *row[1:]) for i, row in enumerate(kept)]
    statement = f"INSERT INTO cases VALUES ({','.join('?' * len(columns))})"
    began = perf_counter()
    for start in range(0, len(fresh), rows_each):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, fresh[start : start + rows_each])
        connection.execute("COMMIT")
    took = perf_counter() - began
    connection.close()
    return len(fresh) / took


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    command = [sys.executable, "-m", "gevent.monkey", "--module", "benchmarks.intake", "--serve", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline()), psutil.Process(process.pid)
        finally:
            process.terminate()


def measured(run: Callable[[], float], seconds: float, server: psutil.Process) -> tuple[float, float]:
    """Cases a second, and the server's own seconds of processor for each: the latter holds on a busy machine too."""
    before = sum(server.cpu_times()[:2])
    rate = run()
    return rate, (sum(server.cpu_times()[:2]) - before) / (rate * seconds)


def line(what: str, found: tuple[float, float], goal: int, least: float) -> str:
    rate, each = found
    verdict = "met" if rate >= goal else "MISSED"
    ours = f"{what:<22} {rate:>7,.0f}/s  {each * 1e3:5.2f} ms of processor each  goal {goal:,}/s {verdict:<7}"
    return f"{ours} bare SQLite {least:>7,.0f}/s  {rate / least:.2f} of it"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=4.0)
    options.add_argument("--serve", type=Path)
    chosen = options.parse_args()
    if chosen.serve:
        return serve(chosen.serve)
    with tempfile.TemporaryDirectory() as folder:
        with serving(Path(folder)) as (port, server):
            singles(port, 1.0, start=5_000_000)  # warm
            one = measured(lambda: singles(port, chosen.seconds), chosen.seconds, server)
            many = measured(lambda: batches(port, chosen.seconds * 2), chosen.seconds * 2, server)
        path = Path(folder) / "city.db"
        print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(line("one case a request", one, SINGLES, floor(path, 1_000, 1)))
        print(line("1,000 cases a request", many, BATCHES, floor(path, 20_000, BATCH)))
    return None


if __name__ == "__main__":
    main()
