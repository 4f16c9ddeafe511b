"""The Socket.IO server on the one Flask server."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_socketio import SocketIO

from live import wire
from live.connection import connect
from live.fanout import LiveManager
from live.gateway import Behind, Gateway

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

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
    server.wsgi_app = uncompressed(server.wsgi_app)  # type: ignore[assignment, method-assign]
    gateway = Gateway(behind, connect(redis_url))
    socketio.on_namespace(gateway)
    manager.on_rows, manager.on_return = gateway.joins.emitted, gateway.resync
    return Live(socketio, gateway, manager, start_watching(gateway))


def uncompressed(application: "WSGIApplication") -> "WSGIApplication":
    """As if no browser had offered to compress its socket: that takes twice the memory of all else that a socket needs,
    and each tick would be compressed anew for every one of them."""

    def answer(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return application(environ, start)

    return answer


def start_watching(gateway: Gateway) -> threading.Event:
    stopped = threading.Event()
    for watch in (gateway.watch_revocations, gateway.keep_house):
        threading.Thread(target=watch, args=(stopped,), name=watch.__name__, daemon=True).start()
    return stopped
