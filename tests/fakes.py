"""Small classes that stand for the clock and for what can go wrong outside."""

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class FakeClock:
    """City time and real time, moved by hand and equal unless `ahead` says otherwise."""

    def __init__(self, at: datetime = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)):
        self.at, self.ahead = at, timedelta(0)

    def real(self) -> datetime:
        return self.at

    def now(self) -> datetime:
        return self.at + self.ahead

    def pass_(self, **duration: float) -> None:
        self.at += timedelta(**duration)


class FakeLive:
    """What is now, in memory: it keeps what it was told, and says what it was given to say."""

    def __init__(self) -> None:
        self.snapshot: dict[str, Any] | None = None
        self.posts: set[str] = set()
        self.used: set[str] = set()
        self.heard_bits: dict[tuple[str, int], set[int]] = {}
        self.totals: dict[tuple[str, date], tuple[int, datetime]] = {}
        self.health: dict[str, tuple[str, float, datetime | None, str]] = {}
        self.references: dict[str, tuple[Mapping[str, Any], datetime]] = {}
        self.measures: list[tuple[str, float, datetime]] = []

    def vitals(self) -> dict[str, Any] | None:
        return self.snapshot

    def connected(self) -> set[str]:
        return self.posts

    def active(self) -> set[str]:
        return self.used

    def heard(self, device_class: str, bits: Iterable[int], slot: int) -> None:
        self.heard_bits.setdefault((device_class, slot), set()).update(bits)

    def source_total(self, source: str, day: date, total: int, at: datetime) -> None:
        self.totals[source, day] = (total, at)

    def source_health(self, source: str, severity: str, late_s: float, since: datetime | None, why: str) -> None:
        self.health[source] = (severity, late_s, since, why)

    def reference(self, key: str, values: Mapping[str, Any], at: datetime) -> None:
        self.references[key] = (values, at)

    def measured(self, indicator: str, value: float, at: datetime, station: str = "") -> None:
        self.measures.append((f"{indicator}/{station}".rstrip("/"), value, at))


class FakeIntake:
    """Stands for the operations behind a feed, which can be away: it keeps what it was handed."""

    def __init__(self) -> None:
        self.heard: set[str] = set()
        self.values: list[float] = []
        self.letters = 0
        self.away = False

    def heartbeats(self, actor: object, at: datetime, ids: list[str]) -> None:
        if self.away:
            raise ConnectionError("Redis is away")
        self.heard.update(ids)

    def measure(self, actor: object, readings: list[Any]) -> list[None]:
        self.values += [reading.value for reading in readings]
        return [None] * len(readings)

    def keep(self, actor: object, letters: list[Any]) -> None:
        self.letters += len(letters)


@dataclass(frozen=True)
class Called:
    """One call that a gateway got."""

    path: str
    headers: Mapping[str, str]
    body: Any


class FakeGateway(ThreadingHTTPServer):
    """A gateway for messages and calls on this machine. `answers` are given one after the other, the last one on and
    on: (status, headers, body). A status of 0 hangs up without a word, HANGS never answers. With an idempotency key it
    sends nothing twice: `sent` holds what really went out."""

    HANGS, HANGS_UP = -1, 0
    OK = (200, {}, {"code": 0})
    daemon_threads, block_on_close, request_queue_size = True, False, 256

    def __init__(self, *answers: tuple[int, Mapping[str, str], Any]) -> None:
        super().__init__(("127.0.0.1", 0), _GatewayHandler)
        self.answers = list(answers or [self.OK])
        self.got: list[Called] = []
        self.sent: list[Any] = []
        self.states: dict[str, str] = {}
        self.delay_s = 0.0  # between taking a message and saying so
        self.released, self._lock, self._keys = threading.Event(), threading.Lock(), set[str]()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, called: Called) -> tuple[int, Mapping[str, str], Any]:
        """Note a call; what to answer. Whatever is not refused goes out, also where the answer is lost."""
        with self._lock:
            self.got.append(called)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            key = called.headers.get("Idempotency-Key")
            refused = 400 <= answer[0] < 500 or "Retry-After" in answer[1]
            if not refused and (key is None or key not in self._keys):
                self.sent.append(called.body)
                self._keys.update([key] if key else [])
        return answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is what some tests are about."""

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class _GatewayHandler(BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    server: FakeGateway

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        is_json = "json" in self.headers.get("Content-Type", "")
        body = json.loads(raw) if is_json else dict(parse_qsl(raw.decode()))
        answer = self.server.take(Called(self.path, dict(self.headers), body))
        self.server.released.wait(self.server.delay_s)
        self._answer(*answer)

    def do_GET(self) -> None:
        ref = dict(parse_qsl(urlsplit(self.path).query)).get("ref", "")
        self._answer(200, {}, {"state": self.server.states.get(ref, "queued")})

    def _answer(self, status: int, headers: Mapping[str, str], body: Any) -> None:
        if status == FakeGateway.HANGS:
            self.server.released.wait(120)
        self.close_connection = status <= 0
        if status <= 0:
            return
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Not into the tests' output."""
