"""The source systems' own totals, as the demo city's systems tell them over HTTP."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from data_feeds.demo.days import Days
from data_feeds.demo.fleet import Fleet
from data_feeds.demo.robots import Robots
from data_feeds.demo.stories import stamp

WINDOW_D = 30
LONGEST_D = 400
log = logging.getLogger("demo")


class Totals:
    """The three answers."""

    def __init__(self, days: Days, now: Callable[[], datetime], fleets: list[Fleet], robots: Robots) -> None:
        self._days, self._now, self._fleets, self._robots = days, now, fleets, robots

    def answers(self) -> dict[str, Callable[[Mapping[str, str]], dict[str, Any]]]:
        return {
            "/daily-volume": self.daily_volume,
            "/device-status": lambda _asked: self.device_status(),
            "/dispatch-latency": lambda _asked: self.dispatch_latency(),
        }

    def daily_volume(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """Reports of each day and source since a day, at most 400 days; today's until now."""
        now = self._now()
        today = now.astimezone(self._days.zone).date()
        oldest = today - timedelta(days=LONGEST_D)
        first = max(oldest, date.fromisoformat(asked["since"])) if "since" in asked else oldest
        days = [date.fromordinal(n) for n in range(first.toordinal(), today.toordinal())]
        told = [(day, self._days.by_source(day)) for day in days]
        if first <= today:
            told.append((today, self._until(today, now)))
        figures = [{"day": str(day), "source": one, "reported": n} for day, them in told for one, n in them.items()]
        return {"as_of": stamp(now), "days": figures}

    def _until(self, today: date, now: datetime) -> dict[str, int]:
        found = dict.fromkeys(self._days.by_source(today), 0)
        for at, source in self._days.reports(today):
            found[source] += at <= now
        return found

    def device_status(self) -> dict[str, Any]:
        classes = [
            {"class": fleet.network.key, "registered": fleet.network.count, "online": fleet.online}
            for fleet in self._fleets
        ]
        return {"as_of": stamp(datetime.now(UTC)), "classes": classes}

    def dispatch_latency(self) -> dict[str, Any]:
        rows = [
            {"district": district, "p50_s": nearest(delays, 0.5), "p95_s": nearest(delays, 0.95), "n": len(delays)}
            for district, delays in self._robots.delays().items()
        ]
        return {"as_of": stamp(datetime.now(UTC)), "districts": [row | {"window_d": WINDOW_D} for row in rows]}


def nearest(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def serve(totals: Totals, port: int) -> ThreadingHTTPServer | None:
    """Answer on this machine alone; None where the port is taken."""
    answers = totals.answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            answer = answers.get(asked.path)
            query = {key: values[0] for key, values in parse_qs(asked.query).items()}
            try:
                found = json.dumps(answer(query)).encode() if answer else None
            except ValueError:
                found = None
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_said: object) -> None:
            """Nobody needs a line for each answer."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        log.warning("the source systems' totals cannot be served on port %d: %s", port, error)
        return None
    Thread(target=server.serve_forever, name="totals", daemon=True).start()
    return server
