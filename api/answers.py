"""What the interface answers, field by field: these models write the responses and document them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Given(BaseModel):
    """An answer, read off the domain's own objects."""

    model_config = ConfigDict(from_attributes=True)


class ProblemOut(Given):
    """`field` is the name the sender used, dotted where it lies deeper; empty when the whole is wrong."""

    field: str
    message: str


class ProblemDetails(Given):
    """Why a request was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[ProblemOut] = []


class CaseTaken(Given):
    status: Literal["new", "known", "changed"]
    id: str
    no: str | None = None


class RowResult(Given):
    """What became of one row of a batch; `row` counts from 0."""

    row: int
    status: Literal["new", "known", "changed", "refused"]
    id: str | None = None
    problems: list[ProblemOut] = []


class BatchTaken(Given):
    counts: dict[str, int]
    results: list[RowResult]


class CrossOut(Given):
    crosses: tuple[str, ...]
    by: str
    at: datetime


class CaseOut(Given):
    """A case. Times are UTC, coordinates WGS-84; who reported it is not given out here."""

    id: str
    no: str
    source: str
    external_id: str
    category: str | None
    title: str
    text: str
    address: str
    urgency: str
    district: str | None
    township: str | None
    lon: float | None
    lat: float | None
    placed_by: str
    state: str
    unit: str | None
    unit_reason: str
    filed_by: str | None
    reported_at: datetime
    entered_at: datetime
    received_at: datetime | None
    filed_at: datetime | None
    assigned_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    tags: tuple[str, ...]
    cross: CrossOut | None
    version: int


class CaseEntry(Given):
    """One entry of a case's history, which only grows."""

    at: datetime
    entered_at: datetime
    by: str
    step: str
    before: str | None
    after: str
    reason: str
    changes: dict[str, Any]


class OriginalOut(Given):
    """A case as its source sent it. `raw` is the text of the record, `reporter` who reported it: personal data."""

    case_id: str
    source: str
    external_id: str
    raw: str
    reporter: dict[str, str]


class CaseWithHistory(Given):
    case: CaseOut
    history: list[CaseEntry]


class CasePage(Given):
    """`next` is the `after` of the next page, null on the last."""

    cases: list[CaseOut]
    next: str | None


class Registered(Given):
    added: dict[str, int] = Field(description="new devices by class; the others were known already")


class RegistryCounts(Given):
    registered: dict[str, int] = Field(description="devices by class")


class HeardOut(Given):
    """`unknown` names up to 100 of the devices that are not registered; they were not counted as heard."""

    heard: int
    unknown_count: int
    unknown: list[str]


class ReadingsTaken(Given):
    taken: int
    refused: list[RowResult]


class Vitals(Given):
    """The snapshot that the wall shows; docs/live-protocol.md explains each tile."""

    model_config = ConfigDict(extra="allow")

    at: datetime
    tiles: dict[str, Any]


class Health(Given):
    status: str
    reasons: list[str] = []
