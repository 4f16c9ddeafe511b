"""A web process: the screens, the HTTP door and the live door on one Flask server under gevent."""

import hashlib
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gevent
from flask import Flask, Request
from gevent.pywsgi import WSGIServer

import api.mount
import live.server
from config import Settings
from domain.account import Actor
from live.gateway import Behind
from office import Office, open_office

HERE = Path(__file__).resolve().parent
CODE = ("app.py", "web.py", "api", "assets", "callbacks", "domain", "layouts", "live", "operations", "storage")


def offload_for(settings: Settings) -> Callable[..., Any]:
    """SQLite blocks the thread it is called from, so its callers wait in native threads; PostgreSQL's driver yields."""
    if not settings.database_url.startswith("sqlite"):
        return lambda act, *arguments: act(*arguments)
    return lambda act, *arguments: gevent.get_hub().threadpool.apply(act, arguments)


def build_of() -> str:
    """What runs, as a short digest of its own files: browsers that show another build reload themselves."""
    found = hashlib.blake2b(digest_size=6)
    for name in CODE:
        place = HERE / name
        for path in sorted(place.rglob("*") if place.is_dir() else [place]):
            if path.suffix in (".py", ".js", ".css", ".json", ".html"):
                found.update(path.read_bytes())
    return found.hexdigest()


def make(settings: Settings) -> tuple[Flask, live.server.Live, Office]:
    office = open_office(settings)
    offload = offload_for(settings)
    server = Flask("zhongshu", static_folder=None)
    server.secret_key = settings.secret_key

    def identify_key(request: Request) -> Actor | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        asker = offload(office.access.keys.asker, secret) if scheme == "Bearer" and secret else None
        return asker.actor if asker else None

    def identify(auth: object, environ: Mapping[str, Any]) -> Actor | None:
        token = auth.get("token") if isinstance(auth, dict) else None
        asker = offload(office.access.keys.asker, token) if isinstance(token, str) else None
        return asker.actor if asker else None

    parts = api.mount.Parts(
        office.city,
        office.clock,
        office.cases,
        office.dead_letters,
        office.devices,
        office.indicators,
        office.orders,
        office.reader,
    )
    api.mount.mount(server, parts, identify=identify_key, offload=offload, ready=lambda: [])
    behind = Behind(
        city=office.city,
        identify=identify,
        rows_for=office.board.rows_for,
        record=office.ledger.record,
        reader=office.reader,
        now=office.clock.real,
        build=build_of(),
        offload=offload,
    )
    return server, live.server.attach(server, office.redis_url, behind), office


def serve(settings: Settings, when_told_to_stop: Callable[[Callable[[], object]], None]) -> None:
    """Serve until told to stop."""
    server, door, _office = make(settings)
    listener = WSGIServer((settings.host, settings.port), server, log=None)
    when_told_to_stop(listener.stop)
    listener.serve_forever()
    door.stop()
