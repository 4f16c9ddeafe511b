"""How long an order takes to 215 posts, and 215 confirmations to every wall; beside Alertmanager, Mosquitto and a bare
emit in the same run.

.venv/bin/python -m benchmarks.orders [--orders 20] [--walls 1000] [--watching 200]
"""

import argparse
import json
import subprocess
import sys
import time
from statistics import median
from typing import Any

import httpx

from benchmarks import peers
from benchmarks.running import Running, running
from domain.account import Permission
from domain.city import Tier

GOALS = {"alone": (60, 150), "with": (None, 300), "confirmed": 1000}


class Swarm:
    def __init__(self, url: str, token: str, kind: str, rooms: list[str], n: int):
        command = [sys.executable, "-m", "benchmarks.swarm", url, token, kind, str(n), *rooms]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.n = json.loads(self._process.stdout.readline())["connected"]

    def ask(self, question: str) -> Any:
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(20)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def issue(http: httpx.Client, mode: str = "drill") -> tuple[str, float, float]:
    """Issue one order to every township; its id, when it began, and how long until the answer: it is durable then."""
    body = {"targets": {"tiers": ["township"]}, "title": "到岗", "text": "请到岗确认", "grade": 3, "mode": mode}
    began = time.time()
    answer = http.post("/api/v1/orders", json=body)
    took = time.time() - began
    answer.raise_for_status()
    return answer.json()["id"], began, took


def one_order(http: httpx.Client, terminals: Swarm) -> tuple[float, float]:
    """(until durable, until at the last terminal) in milliseconds."""
    terminals.ask("seen 0")
    order, began, took = issue(http)
    arrivals = terminals.ask("seen 0.7")["rows:order"]
    if len(arrivals) != terminals.n:
        raise RuntimeError(f"{len(arrivals)} of {terminals.n} terminals had the order")
    http.post(f"/api/v1/orders/{order}/close", json={"reason": "benchmark"})
    return took * 1000, (max(times[0][0] for times in arrivals) - began) * 1000


def dispatch(http: httpx.Client, terminals: Swarm, orders: int) -> list[float]:
    one_order(http, terminals)
    return [one_order(http, terminals)[1] for _ in range(orders)]


def confirmations(http: httpx.Client, terminals: Swarm, walls: Swarm) -> float:
    """From the last confirmation sent to the last wall that shows all 215, in milliseconds."""
    order, _began, _took = issue(http)
    time.sleep(1.5)
    walls.ask("seen 0")
    began = terminals.ask(f"ack {order}")
    lines = walls.ask("seen 4")["rows:line"]
    whole = [next((at for at, total in running_totals(times) if total >= terminals.n), None) for times in lines]
    if len(whole) != walls.n or None in whole:
        raise RuntimeError(f"{sum(w is not None for w in whole)} of {walls.n} walls saw every confirmation")
    return (max(whole) - began - 1.0) * 1000


def running_totals(times: list[list[float]]) -> list[tuple[float, int]]:
    found, total = [], 0
    for at, n in times:
        total += int(n)
        found.append((at, total))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=20)
    parser.add_argument("--walls", type=int, default=1000)
    parser.add_argument("--watching", type=int, default=200)
    options = parser.parse_args()
    with running() as city:
        townships = [post.code for post in city.office.city.posts if post.tier is Tier.TOWNSHIP]
        staff(city, townships)
        http = httpx.Client(base_url=city.url, headers={"Authorization": f"Bearer {city.dispatch_key()}"}, timeout=30)
        robots, seeing = city.robot_key(), city.key(Permission.SEE_WALL)
        terminals = Swarm(city.url, robots, "post", townships, len(townships))
        alone = dispatch(http, terminals, options.orders)
        report("order → 215 terminals, alone", alone)
        walls = Swarm(city.url, seeing, "wall", [], options.watching)
        confirmed = [confirmations(http, terminals, walls) for _ in range(3)]
        report(f"215 confirmations in a second → {options.watching} walls, after the last", confirmed)
        walls.close()
        walls = Swarm(city.url, seeing, "wall", [], options.walls)
        report(f"order → 215 terminals, with {walls.n} walls", dispatch(http, terminals, options.orders))
        walls.close()
        terminals.close()
    compare(alone, options.orders)


def staff(city: Running, posts: list[str]) -> None:
    rows = [
        {"id": f"p-{post}", "post": post, "name": "演示员01", "duty": "duty", "phone": "", "pin_hash": None}
        for post in posts
    ]
    with city.office.database.begin() as work:
        work.people.put(rows)


def report(what: str, values: list[float]) -> None:
    print(f"{what}: median {median(values):.0f} ms, p99 {percentile(values, 0.99):.0f} ms, n {len(values)}", flush=True)


def compare(alone: list[float], orders: int) -> None:
    ours = median(alone)
    for name, measure in peers.PEERS.items():
        values = measure(orders)
        report(f"peer: {name}", values)
        print(f"  ratio {name} / ours: {median(values) / ours:.2f}", flush=True)


if __name__ == "__main__":
    main()
