"""What the interface answers, field by field: these models write the responses and document them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

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


class OrderOut(Given):
    """An order. `limits` are seconds to acknowledge by tier; `tiers` how many posts of each it goes to."""

    id: str
    no: str
    chain: str
    edition: int
    title: str
    text: str
    grade: int
    mode: str
    state: str
    post: str
    issued_at: datetime
    issued_by: str
    signer: str
    ground: str
    callback: str
    valid_until: datetime
    ended_at: datetime | None
    reason: str
    template: str | None
    references: str | None
    superseded_by: str | None
    limits: Mapping[str, int]
    answers: tuple[str, ...]
    tiers: Mapping[str, int]
    targets: int
    version: int


class PreviewOut(Given):
    """What would be sent. `silent_now` are posts with no terminal connected; `usual` how many posts the plan's last
    orders had; with `wants_count` the order is issued only when `confirmed_count` is its number of targets."""

    title: str
    text: str
    grade: int
    mode: str
    limits: Mapping[str, int]
    valid_until: datetime
    answers: tuple[str, ...]
    ground: str
    callback: str
    targets: int
    tiers: Mapping[str, int]
    posts: list[str]
    silent_now: list[str]
    usual: tuple[int, ...]
    wants_count: bool


class AnswerOut(Given):
    at: datetime
    answer: str
    note: str
    by: str
    claimed_at: datetime | None


class LineOut(Given):
    """One post's line: the times are when the centre knew."""

    post: str
    tier: str
    state: str
    queued_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    acknowledged_at: datetime | None
    by: str | None
    known_by: str | None
    answers: tuple[AnswerOut, ...]
    late: bool
    reason: str
    version: int


class TierTimesOut(Given):
    """`n` of `of` posts confirmed by a named person. Seconds from the issue by nearest rank, as the centre received
    them: null without any, `p95_s` also below 20. `late` confirmed after `limit_s`."""

    n: int
    of: int
    p50_s: float | None
    p95_s: float | None
    max_s: float | None
    limit_s: int | None
    late: int


class Ledger(Given):
    """The ledger of an order; `counts` by state sum to the number of targets."""

    order: OrderOut
    counts: dict[str, int]
    tiers: dict[str, TierTimesOut]
    lines: list[LineOut]


class RecordOut(Given):
    """What an ended order did: its editions, the curves of each tier, the timeline and every line."""

    model_config = ConfigDict(extra="allow")

    format: str
    as_of: datetime


class PaperWanted(Given):
    """A document that may be made, before it is."""

    order: str
    kind: str
    by: str


class FileOut(BaseModel):
    """An answer that is no JSON."""

    media: ClassVar[str] = "application/octet-stream"

    content: bytes


class PdfOut(FileOut):
    """The certificate of an order, with its record embedded."""

    media = "application/pdf"


class XlsxOut(FileOut):
    """The certificate's figures as a spreadsheet."""

    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ProposalOut(Given):
    """An outside alert as a proposal for an order; `rings` are closed rings of lon, lat, circles lon, lat, metres."""

    id: str
    received_at: datetime
    sender: str
    identifier: str
    sent: datetime
    status: str
    event: str
    severity: str
    expires: datetime | None
    rings: list[list[list[float]]]
    circles: list[list[float]]
    posts: list[str]
    grade: int
    mode: str
    template: str | None
    title: str
    text: str
    state: str
    order: str | None
    settled_by: str | None
    settled_at: datetime | None


class ProposalList(Given):
    proposals: list[ProposalOut]


class Vitals(Given):
    """The snapshot that the wall shows; docs/live-protocol.md explains each tile."""

    model_config = ConfigDict(extra="allow")

    at: datetime
    tiles: dict[str, Any]


class Health(Given):
    status: str
    reasons: list[str] = []
