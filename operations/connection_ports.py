"""What is kept of connections to business systems and issuers of alerts, and what is needed from outside to try one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Connection:
    """One edition. `every_s`: seconds between two questions; `source`: the city's source whose health it decides;
    `kind`: json, a business system whose records `mapping` turns into cases, or cap, alerts that become proposals;
    `headers` may hold ${NAME}, a variable of the environment, so that no secret is kept; `stopped` asks no more."""

    name: str
    edition: int
    url: str
    every_s: int
    source: str | None
    headers: Mapping[str, str]
    mapping: str
    stopped: bool
    recorded_at: datetime
    recorded_by: str
    kind: str = "json"


@dataclass(frozen=True)
class Wanted:
    """What an administrator typed."""

    name: str
    url: str
    every_s: int
    source: str | None
    mapping: str
    headers: Mapping[str, str]
    kind: str = "json"


@dataclass(frozen=True)
class Trial:
    """What a sample would become: how many records it has, how many the door would take, what is wrong by field, and
    the first record as the mapping reads it."""

    records: int
    good: int
    problems: Mapping[str, Sequence[str]]
    first: Mapping[str, object]


class ConnectionStore(Protocol):
    def newest(self) -> list[Connection]:
        """The newest edition of every connection, by name."""

    def editions(self, name: str) -> list[Connection]:
        """All editions of one, newest first."""

    def add(self, connection: Connection) -> None: ...


class Reader(Protocol):
    """Reads mappings; whoever puts the parts together provides it."""

    def flaws(self, mapping: str) -> list[str]:
        """Everything that is wrong with the text of a mapping."""

    def trial(self, mapping: str, sample: str) -> Trial:
        """Raises ValueError, in words for the administrator, when mapping or sample cannot be read at all."""

    def alerts(self, sample: str) -> Trial:
        """The same for an alert or a feed of them; its `first` is the first alert."""
