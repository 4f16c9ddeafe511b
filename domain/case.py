"""A case: one thing that is wrong, its states, and the only steps it may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class CaseState(StrEnum):
    REPORTED = "reported"  # somebody says so, through a source
    RECEIVED = "received"  # taken in by the centre
    FILED = "filed"  # has become a duty
    NOT_FILED = "not_filed"  # taken in and, with a reason, not made a duty
    ASSIGNED = "assigned"  # given to a unit, with the reason
    FINISHED = "finished"  # the unit says done
    CLOSED = "closed"  # the centre ends it
    VOIDED = "voided"  # struck out, with a reason


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Step:
    """One allowed move: from any of `origins` to `to`, stamping the time field `stamps`."""

    origins: frozenset[CaseState]
    to: CaseState
    stamps: str
    wants_reason: bool = False


_OPEN = frozenset({CaseState.REPORTED, CaseState.RECEIVED, CaseState.FILED, CaseState.ASSIGNED, CaseState.FINISHED})

STEPS: dict[str, Step] = {
    "receive": Step(frozenset({CaseState.REPORTED}), CaseState.RECEIVED, "received_at"),
    "file": Step(frozenset({CaseState.RECEIVED}), CaseState.FILED, "filed_at"),
    "refuse": Step(frozenset({CaseState.RECEIVED}), CaseState.NOT_FILED, "closed_at", wants_reason=True),
    "assign": Step(frozenset({CaseState.FILED, CaseState.ASSIGNED}), CaseState.ASSIGNED, "assigned_at"),
    "finish": Step(frozenset({CaseState.ASSIGNED}), CaseState.FINISHED, "finished_at"),
    "close": Step(frozenset({CaseState.FINISHED}), CaseState.CLOSED, "closed_at"),
    "void": Step(_OPEN, CaseState.VOIDED, "closed_at", wants_reason=True),
}

CROSSES = ("area", "tier", "department")  # 三跨: 区域, 层级, 部门
CROSS_TAGS = {"cross_boundary": "area"} | {f"cross_{each}": each for each in CROSSES}  # what a source may say of it


class StepRefused(Exception):
    """The case cannot take this step; the sentence says why."""


class Conflict(Exception):
    """Somebody else changed it first: the version given is no longer the newest."""


@dataclass(frozen=True)
class CrossFlag:
    """That a case crosses areas, tiers or departments: which, who says so, and when."""

    crosses: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """Times are aware UTC datetimes of city time; lon, lat WGS-84 or None; `placed_by` says how the place was found:
    boundary, nearest, named or none."""

    id: str
    no: str
    source: str
    external_id: str
    category: str | None
    title: str
    text: str
    address: str
    urgency: Urgency
    district: str | None
    township: str | None
    lon: float | None
    lat: float | None
    placed_by: str
    reported_at: datetime
    entered_at: datetime
    state: CaseState = CaseState.REPORTED
    unit: str | None = None
    unit_reason: str = ""
    filed_by: str | None = None  # rule or person
    received_at: datetime | None = None
    filed_at: datetime | None = None
    assigned_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None  # when the unit has to be finished; set when the case is assigned
    tags: tuple[str, ...] = ()
    cross: CrossFlag | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    def stepped(self, name: str, *, at: datetime, reason: str = "") -> "Case":
        """The case after step `name` at time `at`. Raises StepRefused when the table of steps forbids it."""
        step = STEPS.get(name)
        if step is None:
            raise StepRefused(f"there is no step {name!r}; the steps are {', '.join(STEPS)}")
        if self.state not in step.origins:
            raise StepRefused(f"case {self.no} is {self.state}; it cannot {name}")
        if step.wants_reason and not reason.strip():
            raise StepRefused(f"step {name} needs a reason")
        if at < self.reported_at:
            raise StepRefused(f"step {name} cannot be earlier than the report")
        return self.changed(state=step.to, version=self.version + 1, **{step.stamps: at})

    def changed(self, **values: Any) -> "Case":
        """The case with other values. dataclasses.replace goes through the constructor of thirty fields; a batch of
        reports does this seven times for each of thousands a second, so the fields are copied as they are."""
        made = object.__new__(Case)
        made.__dict__.update(self.__dict__)
        made.__dict__.update(values)
        return made


@dataclass(frozen=True)
class CaseReport:
    """What a source says, checked for form but not yet placed or known. `history` holds steps that already happened.
    `raw` is the original: the row of a request, or the record of the system that was asked under the name `feed`."""

    source: str
    external_id: str
    text: str
    reported_at: datetime
    category: str | None = None
    title: str = ""
    lon: float | None = None
    lat: float | None = None
    district: str | None = None
    township: str | None = None
    address: str = ""
    urgency: str | None = None
    tags: tuple[str, ...] = ()
    reporter: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""
    feed: str = ""
    history: tuple["PastStep", ...] = ()


@dataclass(frozen=True)
class PastStep:
    step: str
    at: datetime
    by: str
    reason: str = ""
    unit: str | None = None
