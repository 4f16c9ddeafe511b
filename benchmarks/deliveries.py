"""How long one acknowledgement takes while 5,000 people are told over an outside channel, against the same with nothing
to send; and how fast they are told.

.venv/bin/python -m benchmarks.deliveries [--people 5000] [--acknowledgements 40]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from threading import Event

import httpx
import socketio
import yaml

from benchmarks.orders import report, staff
from benchmarks.running import Running, running, until
from domain.city import Tier
from domain.delivery import Channel, Wanted


class Gateway:
    def __init__(self) -> None:
        command = [sys.executable, "-m", "benchmarks.gateway"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{json.loads(self._process.stdout.readline())['port']}/"

    def taken(self) -> int:
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())["taken"]

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)


class Terminal:
    """One post's terminal: a confirmation, timed until the centre says that it counts."""

    def __init__(self, url: str, token: str) -> None:
        self._client = socketio.Client()
        self._client.connect(url, auth={"token": token}, namespaces=["/live"], transports=["websocket"])

    def acknowledge(self, order: str, post: str) -> float:
        done = Event()
        said = {"order": order, "post": post, "version": 1, "person": f"p-{post}"}
        began = time.monotonic()
        self._client.emit("acknowledged", said, namespace="/live", callback=lambda _answer: done.set())
        if not done.wait(30):
            raise TimeoutError(f"no answer to the acknowledgement of {post}")
        return (time.monotonic() - began) * 1000

    def close(self) -> None:
        self._client.shutdown()


def channels(url: str, folder: Path) -> Path:
    body = {"to": "{phone}", "text": "{text}", "ref": "{ref}"}
    http = {"url": url, "body": body, "accepted": {"field": "code", "is": [0]}}
    path = folder / "channels.yaml"
    path.write_text(yaml.safe_dump({"channels": {"sms": {"http": http, "rate_per_s": 500, "parallel": 32}}}))
    path.chmod(0o600)
    return path


def issue(http: httpx.Client) -> str:
    body = {"targets": {"tiers": ["township"]}, "title": "到岗", "text": "请到岗确认", "grade": 4, "mode": "live"}
    answer = http.post("/api/v1/orders", json=body)
    answer.raise_for_status()
    return str(answer.json()["id"])


def enqueue(city: Running, order_id: str, people: int, posts: list[str]) -> float:
    """Write the messages of a mass call; milliseconds until they are durable."""
    wanted = [Wanted(posts[n % len(posts)], f"w{n}", Channel.SMS, "mass call", f"139{n:08d}") for n in range(people)]
    began = time.monotonic()
    with city.office.database.begin() as work:
        city.office.deliveries.enqueue(work, work.orders.get(order_id), wanted, lane=2)
    return (time.monotonic() - began) * 1000


def paced(terminal: Terminal, order: str, posts: list[str]) -> list[float]:
    took = []
    for post in posts:
        took.append(terminal.acknowledge(order, post))
        time.sleep(0.1)
    return took


def measure(city: Running, gateway: Gateway, options: argparse.Namespace) -> None:
    posts = [post.code for post in city.office.city.posts if post.tier is Tier.TOWNSHIP and not post.reserved]
    staff(city, posts)
    http = httpx.Client(base_url=city.url, headers={"Authorization": f"Bearer {city.dispatch_key()}"}, timeout=30)
    terminal, some = Terminal(city.url, city.robot_key()), posts[: options.acknowledgements]
    paced(terminal, issue(http), some[:5])
    idle = paced(terminal, issue(http), some)
    report("one acknowledgement, nothing to send", idle)
    order = issue(http)
    print(f"{options.people} messages written in {enqueue(city, order, options.people, posts[-20:]):.0f} ms")
    began = time.monotonic()
    until(lambda: gateway.taken() > 0, 10)
    busy = paced(terminal, order, some)
    told = gateway.taken()
    report("one acknowledgement, while the messages go out", busy)
    print(f"  sent meanwhile {told}, ratio {median(busy) / median(idle):.2f}")
    if told >= options.people:
        print("  the messages were through before the acknowledgements: take more people")
    until(lambda: gateway.taken() >= options.people, 300)
    took = time.monotonic() - began
    print(f"all {options.people} taken after {took:.1f} s, {options.people / took:.0f} a second")
    terminal.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--acknowledgements", type=int, default=40)
    options = parser.parse_args()
    gateway = Gateway()
    with tempfile.TemporaryDirectory(prefix="zs-gateway") as folder:
        file = channels(gateway.url, Path(folder))
        with running(DEMO="0", CHANNELS_FILE=str(file)) as city:
            measure(city, gateway, options)
    gateway.close()


if __name__ == "__main__":
    main()
