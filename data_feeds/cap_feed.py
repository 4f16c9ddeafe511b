"""cap_feed: asks for alerts of others, by CAP 1.2 or Atom, and hands each over once as a proposal for an order."""

import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic

from data_feeds.cap_atom import Entry, digest, entries_of, is_for_machines
from data_feeds.feed import Feed, FeedFailed
from data_feeds.http_get import get
from domain.account import SYSTEM
from operations.dead_letters import DeadLetters, Form, Letter
from operations.proposals import AlertReader, AlertUnreadable, OutsideAlert, Proposals

log = logging.getLogger("feeds")

LARGEST_FEED, LARGEST_ALERT = 5_000_000, 1_000_000  # bytes
MOST = 500  # entries of one answer; an issuer has a few dozen
LONGEST_S = 60.0  # for all the messages of one poll; what is left comes with the next
REMEMBERED = 5_000
CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@dataclass(frozen=True)
class Fetched:
    """New entries, and what was read behind their links by `key`; `missing` says why something could not be read.
    `seen` are headers by which the issuer can say next time that nothing has changed; None: it just said so."""

    entries: tuple[Entry, ...] = ()
    bodies: Mapping[str, bytes] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    seen: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Alerts:
    """Alerts with the keys of their entries, oldest first, and what cannot be read."""

    alerts: tuple[tuple[str, OutsideAlert], ...]
    letters: tuple[Letter, ...]
    fetched: Fetched


class CapSource:
    """One issuer. What it knows is lost with the process, and then every message is simply known to the proposals."""

    def __init__(
        self, name: str, *, alerts: AlertReader, proposals: Proposals, dead_letters: DeadLetters, source: str | None
    ) -> None:
        self._name, self._source = name, source
        self._alerts, self._proposals, self._dead_letters = alerts, proposals, dead_letters
        self._done: OrderedDict[str, None] = OrderedDict()
        self._refused: OrderedDict[str, None] = OrderedDict()
        self._seen: Mapping[str, str] = {}

    def feed(self, url: str, *, interval_s: float, headers: Mapping[str, str]) -> Feed[Fetched, Alerts]:
        return Feed(
            name=self._name,
            interval_s=interval_s,
            fetch=lambda: self.fetch(url, headers),
            translate=self.translate,
            deliver=self.deliver,
            source=self._source,
        )

    def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """What is new at the issuer. Raises FeedFailed when it cannot be reached, or answers neither alert nor feed."""
        answer = get(url, headers={**headers, **self._seen}, largest=LARGEST_FEED)
        if answer.body is None:
            return Fetched()
        try:
            found = entries_of(self._alerts.tree(answer.body), url)
        except AlertUnreadable as error:
            raise FeedFailed(f"{url} does not answer alerts: {error}") from error
        fresh = [entry for entry in found if entry.key not in self._done]
        bodies, missing = self._behind(fresh[:MOST], headers)
        seen = {asks: answer.headers[says] for says, asks in CONDITIONS.items() if says in answer.headers}
        return Fetched(tuple(fresh[:MOST]), bodies, tuple(missing), seen if len(fresh) <= MOST else {})

    def _behind(self, entries: Iterable[Entry], headers: Mapping[str, str]) -> tuple[dict[str, bytes], list[str]]:
        """What the links lead to; one that fails stops none of the others."""
        bodies: dict[str, bytes] = {}
        missing: list[str] = []
        end = monotonic() + LONGEST_S
        for entry in entries:
            if not entry.link:
                continue
            if monotonic() > end:
                missing.append(f"reading the messages takes longer than {LONGEST_S:g} s")
                break
            try:
                bodies[entry.key] = get(entry.link, headers=headers, largest=LARGEST_ALERT).body or b""
            except FeedFailed as error:
                missing.append(str(error))
        return bodies, missing

    def translate(self, fetched: Fetched) -> Alerts:
        """Pure: every entry becomes an alert or a letter; oldest first, so that a Cancel finds what it ends."""
        alerts: list[tuple[str, OutsideAlert]] = []
        letters: list[Letter] = []
        for entry in fetched.entries:
            try:
                alerts += [(entry.key, alert) for alert in self._read(entry, fetched.bodies.get(entry.key))]
            except AlertUnreadable as error:
                body = fetched.bodies.get(entry.key)
                text = entry.text if body is None else body.decode("utf-8", "replace")
                letters.append(Letter(self._source or "", error.problems, text, Form.ALERT, self._name))
        return Alerts(tuple(sorted(alerts, key=lambda pair: pair[1].sent)), tuple(letters), fetched)

    def _read(self, entry: Entry, body: bytes | None) -> Iterator[OutsideAlert]:
        if entry.problem:
            raise AlertUnreadable([entry.problem])
        root = entry.alert if body is None else self._alerts.tree(body)
        if root is not None and not is_for_machines(root):
            yield self._alerts.alert(root)

    def deliver(self, found: Alerts) -> None:
        """Propose what is new and set the rest aside. Raises FeedFailed when something is missing; what was there is
        taken then, too, but an Update or Cancel is heard again: the alert that it names may be what is missing."""
        for _key, alert in found.alerts:
            self._proposals.receive(SYSTEM, alert)
        self._set_aside(found.letters)
        fetched = found.fetched
        again = {key for key, alert in found.alerts if alert.kind != "Alert"} if fetched.missing else set()
        there = (entry.key for entry in fetched.entries if not entry.link or entry.key in fetched.bodies)
        remember(self._done, (key for key in there if key not in again))
        if fetched.missing:
            raise FeedFailed("; ".join(fetched.missing[:3]))
        self._seen = self._seen if fetched.seen is None else fetched.seen

    def _set_aside(self, letters: Iterable[Letter]) -> None:
        """What was set aside once is not set aside with every poll."""
        fresh = {digest(letter.payload): letter for letter in letters if digest(letter.payload) not in self._refused}
        if fresh:
            self._dead_letters.keep(SYSTEM, list(fresh.values()))
            remember(self._refused, fresh)
            log.warning("feed %s: %d alerts were set aside", self._name, len(fresh))


def remember(those: OrderedDict[str, None], keys: Iterable[str]) -> None:
    those.update(dict.fromkeys(keys))
    while len(those) > REMEMBERED:
        those.popitem(last=False)
