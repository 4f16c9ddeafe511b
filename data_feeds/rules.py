"""One rule of a mapping: how the value of one field is found in a record of a foreign system."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

KEYS = {"path", "join", "table", "otherwise", "constant", "time", "zone", "split"}


class Unfit(Exception):
    """The value in the record cannot become this field; the sentence says why."""


class BadRule(Exception):
    """The rule itself is wrong; the sentence says why."""


@dataclass(frozen=True)
class Rule:
    """`paths` lead to the value; several are joined by `join`. `table` translates; what it lacks becomes `otherwise`,
    or is unfit where none is given. `constant` needs no path."""

    paths: tuple[str, ...] = ()
    join: str = " "
    table: Mapping[str, str] | None = None
    otherwise: str | None = None
    constant: str | None = None
    time: str | None = None
    zone: ZoneInfo | None = None
    split: str | None = None

    def text(self, record: Mapping[str, Any]) -> str | None:
        """The value as text, None where the record has none. Raises Unfit."""
        if self.constant is not None:
            return self.constant
        found = [said for path in self.paths if (said := as_text(at(record, path), path)) is not None]
        said = self.join.join(found) if found else None
        return said if self.table is None else self._translated(said)

    def _translated(self, said: str | None) -> str | None:
        table = self.table or {}
        if said is None or said in table:
            return table.get(said) if said is not None else self.otherwise
        if self.otherwise is None:
            raise Unfit(f"{said!r} is not in the table")
        return self.otherwise

    def number(self, record: Mapping[str, Any]) -> float | None:
        said = self.text(record)
        if said is None:
            return None
        try:
            value = float(said)
        except ValueError:
            raise Unfit(f"{said!r} is not a number") from None
        if not isfinite(value):
            raise Unfit(f"{said!r} is not a number")
        return value

    def instant(self, record: Mapping[str, Any]) -> datetime | None:
        """The value as a UTC time. Raises Unfit when it is none, or has no zone and the rule names none."""
        said = self.text(record)
        if said is None:
            return None
        try:
            found = TIMES[self.time](said) if self.time in TIMES else datetime.strptime(said, str(self.time))  # noqa: DTZ007
            found = found.replace(tzinfo=self.zone) if found.tzinfo is None and self.zone else found
            if found.tzinfo is None:
                raise Unfit(f"{said!r} has no time zone, and the mapping names none")
            return found.astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            raise Unfit(f"{said!r} is not a time of the form {self.time or 'RFC 3339'}") from None

    def words(self, record: Mapping[str, Any]) -> list[str]:
        """The value as several words, separated by `split`."""
        said = self.text(record)
        return [word.strip() for word in (said or "").split(self.split or ",") if word.strip()]


TIMES: Mapping[str | None, Callable[[str], datetime]] = {
    None: datetime.fromisoformat,
    "rfc3339": datetime.fromisoformat,
    "epoch": lambda said: datetime.fromtimestamp(float(said), UTC),
    "epoch_ms": lambda said: datetime.fromtimestamp(float(said) / 1000, UTC),
}


def at(record: Mapping[str, Any], path: str) -> object:
    """What lies at a path: a column of that very name, else step by step along the dots (list places count from 0)."""
    if path in record:
        return record[path]
    here: Any = record
    for part in path.split("."):
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, Sequence) and not isinstance(here, str) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here


def as_text(value: object, path: str) -> str | None:
    """A scalar as text, None for nothing or blank. Raises Unfit for a list or object."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None:
        return None
    if isinstance(value, bool | int | float):
        return str(value)
    raise Unfit(f"{path} is a {'list' if isinstance(value, Sequence) else 'object'}, not a value")


def rule_of(said: object) -> Rule:
    """A rule from its YAML: a path, or an object with the keys above. Raises BadRule."""
    if isinstance(said, str):
        return Rule((said,))
    if not isinstance(said, dict):
        raise BadRule("must be a path or an object with path, table, constant, time …")
    unknown = sorted(str(key) for key in set(said) - KEYS)
    if unknown:
        raise BadRule(f"has no key {unknown[0]!r}; the keys are {', '.join(sorted(KEYS))}")
    if ("path" in said) == ("constant" in said):
        raise BadRule("needs either a path or a constant")
    return Rule(
        paths=paths_of(said.get("path", [])),
        join=str(said.get("join", " ")),
        table=table_of(said.get("table")),
        otherwise=None if said.get("otherwise") is None else str(said["otherwise"]),
        constant=None if said.get("constant") is None else str(said["constant"]),
        time=time_of(said.get("time")),
        zone=zone_of(said.get("zone")),
        split=said.get("split"),
    )


def paths_of(said: object) -> tuple[str, ...]:
    paths = said if isinstance(said, list) else [said]
    if not all(isinstance(path, str) for path in paths):
        raise BadRule("path must be text or a list of texts")
    return tuple(paths)


def table_of(said: object) -> dict[str, str] | None:
    if said is None:
        return None
    if not isinstance(said, dict):
        raise BadRule("table must translate values: an object")
    return {str(key): str(value) for key, value in said.items()}


def time_of(said: object) -> str | None:
    if said is None or said in TIMES:
        return None if said is None else str(said)
    if not isinstance(said, str) or "%" not in said:
        raise BadRule(f"time {said!r} is neither rfc3339, epoch, epoch_ms nor a format such as %Y-%m-%d %H:%M:%S")
    return said


def zone_of(said: object) -> ZoneInfo | None:
    if said is None:
        return None
    try:
        return ZoneInfo(str(said))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadRule(f"zone {said!r} is not a time zone such as Asia/Shanghai") from None
