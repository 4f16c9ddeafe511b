"""How many cases a second one process takes over HTTP, durable, beside bare SQLite inserts of the same rows.

.venv/bin/python -m benchmarks.intake [--seconds 4]
"""

import argparse
import http.client
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from benchmarks.running import running
from domain.account import Permission

SINGLES, BATCHES = 500, 5_000  # the goals, cases a second
CLIENTS, BATCH = 32, 1_000


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

    def __init__(self, port: int, key: str) -> None:
        self._key = key
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(self, body: bytes) -> bytes:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        self._connection.request("POST", "/api/v1/cases", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in (201, 207):
            raise SystemExit(f"{answer.status}: {text[:500]!r}")
        return text


def singles(port: int, key: str, seconds: float, start: int = 0) -> float:
    """Cases a second, one each request, 32 clients."""
    taken = [0] * CLIENTS

    def run(client: int) -> None:
        asker, rows = Asker(port, key), reports(start + client * 10_000_000)
        end = perf_counter() + seconds
        while perf_counter() < end:
            asker.post(json.dumps(next(rows)).encode())
            taken[client] += 1

    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(run, range(CLIENTS)))
    return sum(taken) / (perf_counter() - began)


def batches(port: int, key: str, seconds: float) -> float:
    """Cases a second in batches of 1,000, two clients; the bodies are made before the clock starts."""
    rows, n = reports(900_000_000), 0
    bodies = [json.dumps({"cases": [next(rows) for _ in range(BATCH)]}).encode() for _ in range(60)]
    askers = [Asker(port, key), Asker(port, key)]

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
    seconds = options.parse_args().seconds
    with running() as city:
        key, server = city.key(Permission.REPORT_CASES), psutil.Process(city.pids["web"])
        port = int(city.url.rpartition(":")[2])
        singles(port, key, 1.0, start=5_000_000)  # warm
        one = measured(lambda: singles(port, key, seconds), seconds, server)
        many = measured(lambda: batches(port, key, seconds * 2), seconds * 2, server)
        path = Path(str(city.office.database.engine.url.database))
        print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(line("one case a request", one, SINGLES, floor(path, 1_000, 1)))
        print(line("1,000 cases a request", many, BATCHES, floor(path, 20_000, BATCH)))


if __name__ == "__main__":
    main()
