"""The plan of a replay: which report is due when, shifted to the days in which the city is to live it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data_feeds.csv_rows import CsvError, encoding_of, header_of, rows
from data_feeds.mapping import FieldMapping, Said
from data_feeds.replay_tally import Tally
from domain.case import STEPS
from operations.problems import Problem


@dataclass(frozen=True)
class Planned:
    """One good row: what it says, with the times at which the city is to hear it."""

    line: int
    said: Said

    @property
    def at(self) -> datetime:
        at: datetime = self.said["reported_at"]
        return at

    @property
    def steps(self) -> list[Said]:
        steps: list[Said] = self.said.get("history", [])
        return steps

    def shifted(self, days: int, zone: ZoneInfo) -> "Planned":
        """The same row so many local days later, at the same time of day."""
        steps = [step | {"at": later(step["at"], days, zone)} for step in self.steps]
        said = self.said | {"reported_at": later(self.at, days, zone)}
        return replace(self, said=said | {"history": steps} if steps else said)


def later(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    wall = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(at.tzinfo)


def plan(path: Path, mapping: FieldMapping, tally: Tally) -> list[Planned]:
    """The good rows of the file by the time of their report; every bad one goes to the tally. Raises CsvError."""
    encoding = encoding_of(path, mapping.encoding)
    check_columns(header_of(path, encoding), mapping)
    good = []
    for row in rows(path, encoding):
        tally.rows += 1
        said, problems = mapping.read(row.cells) if not row.problem else ({}, [Problem("", row.problem)])
        if problems:
            tally.refuse(row.line, problems)
        else:
            good.append(Planned(row.line, said))
    return sorted(good, key=lambda planned: planned.at)


def check_columns(header: list[str], mapping: FieldMapping) -> None:
    """Raises CsvError when the mapping speaks of a column that the file does not have."""
    rules: list[Any] = [*mapping.fields.values(), *mapping.reporter.values()]
    for step in mapping.steps:
        rules += [rule for rule in (step.at, step.by, step.reason, step.unit) if rule]
    missing = sorted({path for rule in rules for path in rule.paths} - set(header))
    if missing:
        raise CsvError(f"the file has no column {', '.join(missing)}: correct the mapping; it has {', '.join(header)}")


def first_day(planned: list[Planned], zone: ZoneInfo) -> date:
    return planned[0].at.astimezone(zone).date()


def untaken(steps: Sequence[Said], state: str) -> list[Said]:
    """Of the steps in their order those that a case in `state` has not taken yet, and may take."""
    known = [(STEPS[step["step"]], step) for step in steps if step["step"] in STEPS]
    taken = [place for place, (rule, _step) in enumerate(known) if rule.to == state]
    left = []
    for rule, step in known[taken[-1] + 1 if taken else 0 :]:
        if state in rule.origins:
            left.append(step)
            state = rule.to
    return left


def as_json(said: Mapping[str, Any], until: datetime) -> Said:
    """The body of a report: times as text, and of its steps those that have happened by `until`."""
    history = [step | {"at": step["at"].isoformat()} for step in said.get("history", []) if step["at"] <= until]
    body = {**said, "reported_at": said["reported_at"].isoformat()}
    body.pop("history", None)
    return body | ({"history": history} if history else {})
