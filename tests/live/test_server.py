"""The socket's server itself: what it agrees to before anybody has said who he is."""

import socket

from tests.live.conftest import Door

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
