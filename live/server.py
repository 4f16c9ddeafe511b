"""The Socket.IO server on the one Flask server."""

import threading
from dataclasses import dataclass

from flask import Flask
from flask_socketio import SocketIO

from live import wire
from live.connection import connect
from live.fanout import LiveManager
from live.gateway import Behind, Gateway

PING_EVERY_S, PING_PATIENCE_S = 10, 10  # a terminal that fell silent is known to be gone after at most 20 s
LARGEST_MESSAGE = 64 * 1024


@dataclass
class Live:
    """The running live side of a web process."""

    socketio: SocketIO
    gateway: Gateway
    manager: LiveManager
    stopped: threading.Event

    def stop(self) -> None:
        """End the threads that listen; sockets end with the server."""
        self.stopped.set()
        self.manager.stopped.set()


def attach(server: Flask, redis_url: str, behind: Behind, *, async_mode: str = "gevent") -> Live:
    """Put /live on the server: websocket only, same origin only, emissions through Redis."""
    manager = LiveManager(redis_url)
    socketio = SocketIO(
        server,
        client_manager=manager,
        async_mode=async_mode,
        transports=["websocket"],
        allow_upgrades=False,
        manage_session=False,
        json=wire,
        ping_interval=PING_EVERY_S,
        ping_timeout=PING_PATIENCE_S,
        max_http_buffer_size=LARGEST_MESSAGE,
    )
    gateway = Gateway(behind, connect(redis_url))
    socketio.on_namespace(gateway)
    manager.on_rows, manager.on_return = gateway.joins.emitted, gateway.resync
    return Live(socketio, gateway, manager, start_watching(gateway))


def start_watching(gateway: Gateway) -> threading.Event:
    stopped = threading.Event()
    for watch in (gateway.watch_revocations, gateway.keep_house):
        threading.Thread(target=watch, args=(stopped,), name=watch.__name__, daemon=True).start()
    return stopped
