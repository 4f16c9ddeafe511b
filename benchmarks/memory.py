"""What the processes hold: web with many walls, worker, and Redis with 177,000 devices and a day's counters.

.venv/bin/python -m benchmarks.memory [--walls 1000] [--minutes 1]
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import timedelta

from benchmarks.fanout import memory_mb
from benchmarks.heartbeats import CLASSES, DISTRICTS
from benchmarks.running import Running, running, until
from domain.account import SYSTEM, Permission
from domain.case import CaseReport

GOALS = {"web": 250, "worker": 400, "redis": 80}
CASES = 12_100
CHUNK = 1_000


def fill(city: Running) -> None:
    """Register the devices, and report a day's cases."""
    office = city.office
    with office.database.begin() as work:
        for device_class, n in CLASSES.items():
            rows = [
                {"device_class": device_class, "id": f"{device_class}-{i:06d}", "district": DISTRICTS[i % 16]}
                for i in range(n)
            ]
            work.devices.register(rows)
    now = office.clock.now()
    sources = [source.code for source in office.city.sources]
    for start in range(0, CASES, CHUNK):
        reports = [
            CaseReport(sources[i % len(sources)], str(i), "x", now - timedelta(seconds=i), district=DISTRICTS[i % 16])
            for i in range(start, min(start + CHUNK, CASES))
        ]
        office.cases.report(SYSTEM, reports)


def hear(city: Running) -> None:
    """Every device once."""
    writer, slot = city.office.writer, int(time.time()) // 60
    for device_class, n in CLASSES.items():
        writer.heard(device_class, range(n), slot)
    writer.heartbeats.flush()


def measure(city: Running) -> dict[str, float]:
    return {name: memory_mb(pid) for name, pid in city.pids.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walls", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=1)
    options = parser.parse_args()
    with running() as city:
        until(lambda: city.office.reader.vitals() is not None, 20)
        empty = measure(city)
        fill(city)
        token = city.key(Permission.SEE_WALL)
        command = [sys.executable, "-m", "benchmarks.audience", city.url, token, str(options.walls)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as audience:
            assert audience.stdout
            connected = json.loads(audience.stdout.readline())
            hear(city)
            time.sleep(5)
            first = measure(city)
            end = time.monotonic() + options.minutes * 60
            while time.monotonic() < end:
                hear(city)
                time.sleep(5)
            last = measure(city)
            audience.kill()
    print(f"{connected} walls, {sum(CLASSES.values()):,} devices, {CASES:,} cases, {options.minutes:g} minutes")
    for name, goal in GOALS.items():
        print(
            f"{name}: {last[name]:.0f} MB ({last[name] / goal:.2f} of its budget of {goal} MB); "
            f"{empty[name]:.0f} MB when empty, {last[name] - first[name]:+.1f} MB while running"
        )


if __name__ == "__main__":
    main()
