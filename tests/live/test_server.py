"""The socket's server itself: what it agrees to before anybody has said who he is."""

import socket
import threading

import pytest

from live.fanout import Emitter, LiveManager
from tests.live.conftest import Door, Serve
from tests.outside import until

OFFER = """GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: 127.0.0.1:{port}\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
\r
"""


def test_a_browser_that_offers_to_compress_gets_a_socket_that_does_not(door: Door):
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as browser:
        browser.sendall(OFFER.format(port=door.port).encode())
        head = browser.recv(4096).partition(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith("http/1.1 101")
    assert "sec-websocket-accept" in head
    assert "sec-websocket-extensions" not in head


def test_nobody_is_let_in_before_what_is_emitted_is_heard(
    serve: Serve, redis_url: str, monkeypatch: pytest.MonkeyPatch
):
    """Else what is emitted right after the first browser has read its rows would reach nobody."""
    subscribe = LiveManager._subscribe

    def slowly(manager: LiveManager) -> object:
        threading.Event().wait(0.5)
        return subscribe(manager)

    monkeypatch.setattr(LiveManager, "_subscribe", slowly)
    visitor = serve().connect("officer")
    assert visitor.join("wall")["ok"]
    Emitter(redis_url)("rows", {"rows": [{"kind": "case", "id": "c1"}]}, ["wall"])
    until(lambda: visitor.rows)
