"""The replay's side of the public HTTP door: batches of reports and single steps, patient while the server is away."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import httpx

from data_feeds.mapping import Said
from data_feeds.replay_plan import untaken

PATIENCE_S = 60.0
AGAIN = {429, 502, 503, 504}


class DoorClosed(Exception):
    """The server refuses us or stays away; the sentence says what to do. What was sent is safe, so run it again."""


class HttpDoor:
    """Speaks to one running city with one key."""

    def __init__(self, url: str, key: str, *, wait: Callable[[float], None] = sleep) -> None:
        self._url, self._wait = url, wait
        self._client = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30)

    def close(self) -> None:
        self._client.close()

    def report(self, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What became of each report, in order: row, status, id, problems."""
        answer = self._ask("POST", "/cases", {"cases": list(cases)})
        if answer.status_code == 413 and len(cases) > 1:
            half = len(cases) // 2
            return [*self.report(cases[:half]), *self.report(cases[half:])]
        if answer.status_code != 207:
            raise DoorClosed(f"a batch was refused whole: {answer.json().get('detail')}")
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def states(self, since: datetime, until: datetime) -> dict[str, str]:
        """Case id → state of every case reported from `since` to `until`, both included."""
        found: dict[str, str] = {}
        query = {"since": since.isoformat(), "until": (until + timedelta(seconds=1)).isoformat(), "limit": "500"}
        while True:
            page = self._ask("GET", f"/cases?{urlencode(query)}", None).json()
            found.update((case["id"], case["state"]) for case in page["cases"])
            if page["next"] is None:
                return found
            query["after"] = page["next"]

    def step(self, case_id: str, steps: Sequence[Said]) -> dict[str, int]:
        """Take the steps that the case has not taken yet; how many were taken, and how many were refused."""
        case = self._ask("GET", f"/cases/{case_id}", None).json()["case"]
        version, found = case["version"], {"taken later": 0, "refused": 0}
        for step in untaken(steps, case["state"]):
            answer = self._ask("POST", f"/cases/{case_id}/steps", {**step, "version": version})
            taken = answer.status_code == 200
            version = answer.json()["version"] if taken else version
            found["taken later" if taken else "refused"] += 1
        return found

    def _ask(self, method: str, path: str, body: object) -> httpx.Response:
        """The answer, waiting up to a minute while nobody answers. Raises DoorClosed."""
        end, pause = monotonic() + PATIENCE_S, 0.25
        while True:
            try:
                answer = self._client.request(method, path, json=body)
                why = f"answers {answer.status_code}"
                if answer.status_code not in AGAIN:
                    return self._checked(answer)
            except httpx.TransportError as error:
                why = f"cannot be reached ({error or type(error).__name__})"
            if monotonic() + pause > end:
                raise DoorClosed(f"{self._url} {why}: start it, and run this again; what was sent is kept")
            self._wait(pause)
            pause = min(5.0, pause * 2)

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code in (401, 403):
            raise DoorClosed(f"the key is not accepted: {answer.json().get('detail')}")
        if answer.status_code >= 500:
            raise DoorClosed(f"{self._url} answers {answer.status_code}: see its log")
        return answer
