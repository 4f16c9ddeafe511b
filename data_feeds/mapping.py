"""A mapping: how the records of a foreign system become case reports. A file of data that an administrator edits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from data_feeds.rules import BadRule, Rule, Unfit, rule_of
from domain.text import LIMITS, flaw_of
from operations.problems import Problem

TEXTS = ("source", "external_id", "text", "category", "title", "district", "township", "address", "urgency")
NUMBERS = ("lon", "lat")
REQUIRED = ("source", "external_id", "text", "reported_at")
FIELDS = (*TEXTS, *NUMBERS, "reported_at", "tags", "reporter")
STEP_KEYS = {"step", "at", "by", "reason", "unit"}
TOP = {"version", "records", "encoding", "fields", "steps"}
LONGEST_REASON = 10_000

Said = dict[str, Any]


class MappingError(Exception):
    """The mapping file cannot be used; every problem names the place in the file."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        super().__init__("\n  ".join([f"The mapping {path} has {len(problems)} problem(s):", *problems]))
        self.problems = problems


@dataclass(frozen=True)
class StepRule:
    """A step that the record says has happened, where the rule of its time finds one."""

    step: str
    at: Rule
    by: Rule
    reason: Rule | None
    unit: Rule | None


@dataclass(frozen=True)
class FieldMapping:
    """`version` is the file's own; `digest` changes with every edit. `records` leads to the list in a JSON answer."""

    version: str
    digest: str
    fields: Mapping[str, Rule]
    reporter: Mapping[str, Rule]
    steps: tuple[StepRule, ...]
    records: str = ""
    encoding: str = "auto"

    def read(self, record: Mapping[str, Any]) -> tuple[Said, list[Problem]]:
        """What the record says, as the fields of a report with true types; and what is wrong with it, field by field.
        The report counts only when nothing is wrong. Times are aware UTC datetimes; `history` holds the steps."""
        said: Said = {}
        problems: list[Problem] = []
        for name in self.fields:
            self._field(record, name, said, problems)
        said["reporter"] = self._reporter(record, problems)
        said["history"] = self._steps(record, problems)
        problems += [
            Problem(name, "is missing") for name in REQUIRED if said.get(name) is None and not named(problems, name)
        ]
        if (said.get("lon") is None) != (said.get("lat") is None) and not named(problems, "lon", "lat"):
            problems.append(Problem("lon, lat", "one of the two is missing"))
        return {name: value for name, value in said.items() if value not in (None, [], {})}, problems

    def _field(self, record: Mapping[str, Any], name: str, said: Said, problems: list[Problem]) -> None:
        try:
            said[name] = value_of(self.fields[name], name, record)
        except Unfit as unfit:
            problems.append(Problem(name, str(unfit)))

    def _reporter(self, record: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
        found = {}
        for name, rule in self.reporter.items():
            try:
                found[name] = text_of(rule, "title", record)
            except Unfit as unfit:
                problems.append(Problem(f"reporter.{name}", str(unfit)))
        return {name: value for name, value in found.items() if value}

    def _steps(self, record: Mapping[str, Any], problems: list[Problem]) -> list[Said]:
        found = []
        for rule in self.steps:
            try:
                step = step_of(rule, record)
            except Unfit as unfit:
                if not (named(problems, "reported_at") and rule.at.paths == self.fields["reported_at"].paths):
                    problems.append(Problem(f"steps.{rule.step}", str(unfit)))  # else it has been said already
            else:
                found += [step] if step else []
        return found


def named(problems: list[Problem], *names: str) -> bool:
    return any(problem.field in names for problem in problems)


def value_of(rule: Rule, name: str, record: Mapping[str, Any]) -> object:
    if name in NUMBERS:
        return rule.number(record)
    if name == "reported_at":
        return rule.instant(record)
    if name == "tags":
        return rule.words(record)
    return text_of(rule, name, record)


def text_of(rule: Rule, name: str, record: Mapping[str, Any]) -> str | None:
    said = rule.text(record)
    if said is None:
        return None
    flaw = flaw_of(said)
    if flaw:
        raise Unfit(flaw)
    limit = LIMITS.get(name, LONGEST_REASON)
    if len(said) > limit:
        raise Unfit(f"is longer than {limit:,} characters")
    return said


def step_of(rule: StepRule, record: Mapping[str, Any]) -> Said | None:
    at: datetime | None = rule.at.instant(record)
    if at is None:
        return None
    step: Said = {"step": rule.step, "at": at, "by": text_of(rule.by, "by", record) or ""}
    if rule.reason and (reason := text_of(rule.reason, "", record)):
        step["reason"] = reason
    if rule.unit and (unit := text_of(rule.unit, "", record)):
        step["unit"] = unit
    return step


def load(path: Path) -> FieldMapping:
    """The mapping in a YAML file. Raises MappingError with everything that is wrong."""
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise MappingError(path, [f"cannot be read: {error}"]) from error


def parse(raw: bytes, place: Path) -> FieldMapping:
    """The mapping in a YAML text that lies at `place`. Raises MappingError with everything that is wrong."""
    try:
        said = yaml.safe_load(raw)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(place, [f"cannot be read as YAML: {error}"]) from error
    problems: list[str] = []
    found = Reading(said if isinstance(said, dict) else {}, problems).mapping(sha256(raw).hexdigest()[:12])
    if problems or found is None:
        raise MappingError(place, problems)
    return found


class Reading:
    """One mapping while it is read, gathering what is wrong."""

    def __init__(self, said: Mapping[str, Any], problems: list[str]) -> None:
        self._said, self._problems = said, problems

    def mapping(self, digest: str) -> FieldMapping | None:
        self._check_top()
        fields = self._section("fields")
        reporter = fields.pop("reporter", {})
        self._problems += [f"fields.{name} is not a field of a report" for name in fields if name not in FIELDS]
        self._problems += [f"fields.{name} is missing" for name in REQUIRED if name not in fields]
        return FieldMapping(
            version=str(self._said.get("version", "")),
            digest=digest,
            fields=self._rules("fields", fields),
            reporter=self._rules("fields.reporter", reporter if isinstance(reporter, dict) else {}),
            steps=tuple(step for i, said in enumerate(self._said.get("steps") or []) if (step := self._step(i, said))),
            records=str(self._said.get("records", "")),
            encoding=str(self._said.get("encoding", "auto")),
        )

    def _check_top(self) -> None:
        self._problems += [f"{key} is not a part of a mapping" for key in self._said if key not in TOP]
        if "version" not in self._said:
            self._problems.append("version is missing: number the mapping, and raise the number with every edit")

    def _section(self, name: str) -> dict[str, Any]:
        said = self._said.get(name)
        if not isinstance(said, dict):
            self._problems.append(f"{name} is missing")
            return {}
        return dict(said)

    def _rules(self, place: str, said: Mapping[str, Any]) -> dict[str, Rule]:
        found = {name: self._rule(f"{place}.{name}", value) for name, value in said.items()}
        return {name: rule for name, rule in found.items() if rule}

    def _rule(self, place: str, said: object) -> Rule | None:
        try:
            return rule_of(said)
        except BadRule as bad:
            self._problems.append(f"{place} {bad}")
            return None

    def _step(self, place: int, said: object) -> StepRule | None:
        if not isinstance(said, dict) or "step" not in said or "at" not in said or set(said) - STEP_KEYS:
            self._problems.append(f"steps.{place} needs step and at, and may have by, reason, unit")
            return None
        at, by = (
            self._rule(f"steps.{place}.at", said["at"]),
            self._rule(f"steps.{place}.by", said.get("by", {"constant": ""})),
        )
        reason, unit = (
            self._rule(f"steps.{place}.{key}", said[key]) if key in said else None for key in ("reason", "unit")
        )
        return StepRule(str(said["step"]), at, by, reason, unit) if at and by else None
