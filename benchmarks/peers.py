"""The peers of an order to 215 posts: a bare Socket.IO emit, Alertmanager to 215 webhooks, Mosquitto to as many.

Each function answers milliseconds from the sending to the last of 215, one for each of `n` tries.
"""

import json
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import paho.mqtt.client as mqtt

from benchmarks.running import a_free_port, answers, until

POSTS = 215
BARE = """
from gevent import monkey; monkey.patch_all()
import sys
from flask import Flask
from flask_socketio import SocketIO, join_room, Namespace
from gevent.pywsgi import WSGIServer
app = Flask("bare")
io = SocketIO(app, async_mode="gevent", transports=["websocket"])
class Live(Namespace):
    def on_join(self, room): join_room(room); return True
io.on_namespace(Live("/live"))
@app.post("/emit")
def emit():
    rooms = [f"post:{i}" for i in range(215)]
    io.emit("rows", {"rows": [{"kind": "order", "text": "x" * 600}]}, to=rooms, namespace="/live")
    return "ok"
WSGIServer(("127.0.0.1", int(sys.argv[1])), app, log=None).serve_forever()
"""


@contextmanager
def process(command: list[str], port: int) -> Iterator[None]:
    """A server process until the end of the block, once its port answers."""
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port), 20)
        yield
    finally:
        running.terminate()
        running.wait(10)


def bare_emit(n: int) -> list[float]:
    from benchmarks.orders import Swarm  # it measures these peers in turn

    port = a_free_port()
    with process([sys.executable, "-c", BARE, str(port)], port):
        url = f"http://127.0.0.1:{port}"
        swarm = Swarm(url, "-", "post", [str(i) for i in range(POSTS)], POSTS)
        found = []
        for _ in range(n + 1):
            swarm.ask("seen 0")
            began = time.time()
            httpx.post(f"{url}/emit")
            arrivals = swarm.ask("seen 0.5")["rows:order"]
            found.append((max(times[0][0] for times in arrivals) - began) * 1000)
        swarm.close()
    return found[1:]


class Hooks(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.arrivals: list[float] = []


class Hook(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hooks

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrivals.append(time.time())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet: a line for each of 215 would be measured too."""


def alertmanager(n: int) -> list[float]:
    hooks, port = Hooks(), a_free_port()
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "alertmanager.yml"
        urls = [{"url": f"http://127.0.0.1:{hooks.server_port}/{i}", "send_resolved": False} for i in range(POSTS)]
        route = {"receiver": "posts", "group_by": ["n"], "group_wait": "0s", "group_interval": "1s"}
        config.write_text(json.dumps({"route": route, "receivers": [{"name": "posts", "webhook_configs": urls}]}))
        command = [
            str(shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")),
            f"--config.file={config}",
            f"--storage.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ]
        with process(command, port):
            found = [one_alert(hooks, port, i) for i in range(n + 1)]
    hooks.shutdown()
    return found[1:]


def one_alert(hooks: Hooks, port: int, number: int) -> float:
    hooks.arrivals.clear()
    began = time.time()
    httpx.post(f"http://127.0.0.1:{port}/api/v2/alerts", json=[{"labels": {"alertname": "order", "n": str(number)}}])
    until(lambda: len(hooks.arrivals) >= POSTS, 20)
    return (max(hooks.arrivals) - began) * 1000


def mosquitto(n: int) -> list[float]:
    port = a_free_port()
    arrivals: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        with process([program, "-c", str(config)], port):
            clients = [subscriber(port, i, arrivals) for i in range(POSTS)]
            sender = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
            sender.connect("127.0.0.1", port)
            sender.loop_start()
            reader = threading.Thread(target=serve_clients, args=(clients, stop := threading.Event()), daemon=True)
            reader.start()
            time.sleep(1.5)
            found = [one_message(sender, arrivals) for _ in range(n + 1)]
            stop.set()
            reader.join()
            sender.loop_stop()
    return found[1:]


def subscriber(port: int, number: int, arrivals: list[float]) -> mqtt.Client:
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"post{number}")
    client.on_connect = lambda client, *_: client.subscribe("order", qos=1)
    client.on_message = lambda *_: arrivals.append(time.time())
    client.connect("127.0.0.1", port)
    return client


def serve_clients(clients: list[mqtt.Client], stop: threading.Event) -> None:
    """All subscribers in one thread, as our terminals are in one process."""
    waiting = selectors.DefaultSelector()
    for client in clients:
        waiting.register(client.socket(), selectors.EVENT_READ, client)
    while not stop.is_set():
        for key, _events in waiting.select(0.2):
            key.data.loop_read()
            while key.data.want_write():
                key.data.loop_write()
        for client in clients:
            if client.want_write():
                client.loop_write()


def one_message(sender: mqtt.Client, arrivals: list[float]) -> float:
    arrivals.clear()
    began = time.time()
    sender.publish("order", "x" * 600, qos=1)
    until(lambda: len(arrivals) >= POSTS, 20)
    return (max(arrivals) - began) * 1000


PEERS: dict[str, Callable[[int], list[float]]] = {
    "bare emit": bare_emit,
    "Alertmanager": alertmanager,
    "Mosquitto QoS 1": mosquitto,
}
