"""Business systems that answer JSON, and issuers of alerts: where each is asked and by which mapping, in editions that
are never rewritten."""

import re
from dataclasses import fields, replace
from urllib.parse import urlsplit

from domain.account import Actor, Permission
from operations.account_ports import Ground
from operations.account_problems import AccountProblem
from operations.connection_ports import Connection, Reader, Trial, Wanted

NAME = re.compile(r"[\w-]{1,40}")
SHORTEST_S, LONGEST_S = 5, 86_400
KINDS = ("json", "cap")
LARGEST = 100_000  # characters of a mapping; a sample may have ten times as many


class Connections:
    def __init__(self, ground: Ground, reader: Reader) -> None:
        self._ground, self._reader = ground, reader

    def all(self, actor: Actor) -> list[Connection]:
        """The newest edition of each, also of those that are stopped."""
        actor.must(Permission.ADMINISTER)
        return self.newest()

    def newest(self) -> list[Connection]:
        """The same for the worker, which asks those that are not stopped."""
        with self._ground.read() as work:
            return work.connections.newest()

    def editions(self, actor: Actor, name: str) -> list[Connection]:
        """Newest first; empty for a name nobody used."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            return work.connections.editions(name)

    def try_out(self, actor: Actor, mapping: str, sample: str, *, kind: str = "json") -> Trial:
        """What the records of `sample`, an answer of the system, would become. Nothing is reported or kept. Raises
        AccountProblem."""
        actor.must(Permission.ADMINISTER)
        if len(mapping) > LARGEST or len(sample) > 10 * LARGEST:
            raise AccountProblem("connection_too_large")
        try:
            return self._reader.alerts(sample) if kind == "cap" else self._reader.trial(mapping, sample)
        except ValueError as flaw:
            raise AccountProblem("connection_sample" if kind == "cap" else "connection_mapping", problem=flaw) from None

    def save(self, actor: Actor, wanted: Wanted) -> Connection:
        """Keep a new edition; the worker asks by it within seconds. Raises AccountProblem."""
        actor.must(Permission.ADMINISTER)
        wanted = replace(wanted, mapping="") if wanted.kind == "cap" else wanted  # an alert needs none
        self._check(wanted)
        with self._ground.begin() as work:
            before = work.connections.editions(wanted.name)
            made = self._edition(actor, wanted, before[0].edition + 1 if before else 1, stopped=False)
            work.connections.add(made)
            work.audit(actor, "connection.saved", made.name, {"edition": made.edition, "url": made.url})
        return made

    def stop(self, actor: Actor, name: str) -> None:
        """Ask no more, until a further edition is saved. Raises AccountProblem for a name nobody used."""
        actor.must(Permission.ADMINISTER)
        with self._ground.begin() as work:
            found = work.connections.editions(name)
            if not found:
                raise AccountProblem("connection_unknown", name=name)
            last = found[0]
            wanted = Wanted(**{one.name: getattr(last, one.name) for one in fields(Wanted)})
            work.connections.add(self._edition(actor, wanted, last.edition + 1, stopped=True))
            work.audit(actor, "connection.stopped", name, {"edition": last.edition + 1})

    def _edition(self, actor: Actor, wanted: Wanted, edition: int, *, stopped: bool) -> Connection:
        return Connection(
            **vars(wanted),
            edition=edition,
            stopped=stopped,
            recorded_at=self._ground.clock.real(),
            recorded_by=actor.name,
        )

    def _check(self, wanted: Wanted) -> None:
        if not NAME.fullmatch(wanted.name):
            raise AccountProblem("connection_name")
        split = urlsplit(wanted.url)
        if split.scheme not in ("http", "https") or not split.hostname or split.username:
            raise AccountProblem("connection_url")
        if not SHORTEST_S <= wanted.every_s <= LONGEST_S:
            raise AccountProblem("connection_every", shortest=SHORTEST_S, longest=LONGEST_S)
        if wanted.source is not None and wanted.source not in self._ground.city.source_by_code:
            raise AccountProblem("unknown_source", source=wanted.source)
        if wanted.kind not in KINDS:
            raise AccountProblem("connection_kind")
        if wanted.kind == "json":
            self._check_mapping(wanted)

    def _check_mapping(self, wanted: Wanted) -> None:
        if len(wanted.mapping) > LARGEST:
            raise AccountProblem("connection_too_large")
        flaws = self._reader.flaws(wanted.mapping)
        if flaws:
            raise AccountProblem("connection_mapping", problem="; ".join(flaws))
