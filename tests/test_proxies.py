"""Behind a real nginx with our own configuration: whose address counts, and what passes."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask, request

from tests.conftest import ROOT, until
from tests.mounted import served
from web import behind_proxies

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
AROUND = "{3} daemon off; pid {0}/pid; error_log {0}/error.log; events {{}} http {{ access_log off; {1} {2} }}"
KEPT = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def echo() -> Flask:
    server = Flask("echo")
    names = ("Upgrade", "Connection", "Host")

    def said() -> dict[str, str | None]:
        found = {name: request.headers.get(name) for name in names}
        return found | {"address": request.remote_addr, "scheme": request.scheme, "size": str(len(request.data))}

    server.before_request(said)  # before any rule: Flask has none for web sockets
    return server


def configuration(folder: Path, port: int, behind: str) -> Path:
    """Ours, but for the port, the program's address and the certificate."""
    ours = (ROOT / "deploy" / "nginx.conf").read_text()
    ours = ours.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace("127.0.0.1:8050", behind)
    ours = re.sub(r"ssl_certificate\w* .*", "", ours)
    kept = "".join(f"{name}_temp_path {folder}/{name};" for name in KEPT)
    path = folder / "nginx.conf"
    user = "" if os.geteuid() else "user root;"  # else its worker, nobody, may not write into the test's folder
    path.write_text(AROUND.format(folder, kept, "\n" + ours, user))
    return path


@pytest.fixture
def front(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[tuple[Flask, str]]:
    assert NGINX, "nginx is missing: deploy/setup-tests installs it"
    server, port = echo(), free_port()
    with served(server) as url:
        path = configuration(tmp_path, port, url.removeprefix("http://"))
        nginx = subprocess.Popen([NGINX, "-c", str(path), "-e", str(tmp_path / "start.log")])
        try:
            until(lambda: answers(f"http://127.0.0.1:{port}"), 20, "nginx")
            yield server, f"http://127.0.0.1:{port}"
        finally:
            nginx.terminate()
            nginx.wait(20)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def said(url: str, address: str, **headers: str) -> dict[str, str]:
    with httpx.Client(transport=httpx.HTTPTransport(local_address=address), trust_env=False) as client:
        found: dict[str, str] = client.get(url, headers=headers).json()
    return found


def test_behind_one_proxy_the_visitors_own_address_counts_whatever_he_claims(front: tuple[Flask, str]):
    server, url = front
    assert said(url, "127.0.0.7")["address"] == "127.0.0.1"  # not told of the proxy, we see only the proxy
    behind_proxies(server, 1)
    assert said(url, "127.0.0.7")["address"] == "127.0.0.7"
    lie = said(url, "127.0.0.8", **{"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"})
    assert (lie["address"], lie["scheme"]) == ("127.0.0.8", "http")


def test_a_web_socket_and_the_largest_body_pass(front: tuple[Flask, str]):
    _server, url = front
    asked = said(url, "127.0.0.1", Upgrade="websocket", Connection="Upgrade")
    assert (asked["Upgrade"], asked["Connection"]) == ("websocket", "upgrade")
    assert said(url, "127.0.0.1")["Upgrade"] is None
    body = b"x" * 10_000_001
    assert httpx.post(url, content=body, trust_env=False, timeout=30).json()["size"] == str(len(body))
