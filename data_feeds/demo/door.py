"""The public HTTP door as the demo uses it: one key, and patience with a server that is away."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

log = logging.getLogger("demo")

API = "/api/v1"
PATIENCE_S = 30.0
RETRY_S = 0.5
LOOK_S = 0.1
LASTS_S = 5.0
REFUSED = (400, 403, 404, 409, 413, 422)


class DoorClosed(Exception):
    """The server is away, busy, or does not know our key now; asking again may help."""


class Refusal(Exception):
    """The server understood and said no; asking again does not help."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status, self.sentence = status, sentence
        super().__init__(sentence)


class Door:
    """One thread's connection. `key()` reads the key again when the one at hand is no longer known."""

    def __init__(self, base_url: str, key: Callable[[], str]) -> None:
        self._key = key
        self._client = httpx.Client(base_url=base_url + API, timeout=PATIENCE_S, trust_env=False)
        self._identify()

    def _identify(self) -> None:
        self._client.headers["Authorization"] = f"Bearer {self._key()}"

    def wait(self, stopped: threading.Event) -> None:
        """Until the server is there for the first time; that it starts after us is no failure."""
        while not stopped.is_set():
            try:
                self.get("/cases", limit=1)
            except DoorClosed:
                stopped.wait(LOOK_S)
            else:
                return

    def get(self, path: str, **asked: str | int) -> Any:
        """What the server answers. Raises DoorClosed, Refusal."""
        return self._answer(lambda: self._client.get(path, params=asked))

    def post(self, path: str, body: object) -> Any:
        return self._answer(lambda: self._client.post(path, json=body))

    def post_text(self, path: str, text: bytes) -> Any:
        """The same with a body that is JSON already."""
        headers = {"Content-Type": "application/json"}
        return self._answer(lambda: self._client.post(path, content=text, headers=headers))

    def _answer(self, ask: Callable[[], httpx.Response]) -> Any:
        try:
            answer = ask()
        except httpx.HTTPError as error:
            raise DoorClosed(str(error) or type(error).__name__) from error
        if answer.status_code in REFUSED:
            raise Refusal(answer.status_code, answer.text[:300])
        if answer.status_code >= 400:
            self._identify()
            raise DoorClosed(f"the server answers {answer.status_code}")
        return answer.json()


class Attempts:
    """Something that is tried again and again. A failure that lasts is logged once, and so is the return; that a server
    is away while it starts again or stops is none."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since: float | None = None
        self._is_told = False

    def attempt(self, act: Callable[[], object]) -> bool:
        """Whether it worked. A closed door is waited for; a refusal is told and passed over."""
        try:
            act()
        except DoorClosed as closed:
            self.failed(str(closed))
            return False
        except Refusal as refusal:
            log.warning("%s was refused (%d): %s", self._what, refusal.status, refusal.sentence)
        self.worked()
        return True

    def failed(self, why: str) -> None:
        self._since = self._since or time.monotonic()
        if not self._is_told and time.monotonic() - self._since >= LASTS_S:
            self._is_told = True
            log.warning("%s: %s; trying on", self._what, why)

    def worked(self) -> None:
        if self._is_told:
            log.info("%s works again", self._what)
        self._since, self._is_told = None, False

    def insist(self, act: Callable[[], object], stopped: threading.Event) -> None:
        """Try until it works or the demo is told to stop."""
        while not stopped.is_set() and not self.attempt(act):
            stopped.wait(RETRY_S)
