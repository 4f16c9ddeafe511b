"""What machines are told of orders: the order, its ledger, its record and papers, and proposals for one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from api.answers import Given
from api.grid_forms import InPersonOut, WorkerOut
from api.reachability_forms import OutlookOut


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
    ladder: Mapping[str, Any]
    version: int
    kind: str
    completes: str
    wanted: Mapping[str, int]
    checklist: tuple[str, ...]
    second: str | None
    override: str
    meeting: str


class ShortOut(Given):
    """The short message for posts of these `tiers`, word for word; `cut`: the order's text does not fit whole. «··»
    stands where the number or the second person is known only when it goes."""

    tiers: tuple[str, ...]
    words: str
    cut: bool


class PreviewOut(Given):
    """What would be sent. `silent_now` are posts with no terminal connected; `usual` how many posts the plan's last
    orders had. `count` is everybody: posts (`targets`) and grid workers; `wide` says that it is more than three times
    as many as usual (without such orders: as the last live ones of your centre, else more than the city's floor), and
    then the order is issued only when `confirmed_count` is that number (`wants_count`). `wants_second`: it waits for a
    second person. `unreachable`: how many grid workers no message can reach; `without_workers` townships that have
    none on duty, `without_person` posts with nobody in the roles asked for. `leaves_by`: the outside channels by which
    the `shorts` would leave; none for a drill or in a demo."""

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
    wants_second: bool
    wide: bool
    count: int
    unreachable: int
    grid_workers: list[WorkerOut]
    in_person: list[InPersonOut]
    without_workers: list[str]
    without_person: list[str]
    outlook: OutlookOut
    shorts: list[ShortOut]
    leaves_by: list[str]


class AnswerOut(Given):
    """`place` is lon, lat in WGS-84, where the person let it be told."""

    at: datetime
    answer: str
    note: str
    by: str
    claimed_at: datetime | None
    place: tuple[float, float] | None = None


class LineOut(Given):
    """One post's line: the times are when the centre knew. `overdue_at`: since when the completing answer is late."""

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
    overdue_at: datetime | None
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
    """The ledger of an order; `counts` by state sum to the number of targets, those of `grid_workers` to the number of
    workers called."""

    order: OrderOut
    counts: dict[str, int]
    tiers: dict[str, TierTimesOut]
    lines: list[LineOut]
    grid_workers: dict[str, int]
    grid_workers_need_support: int


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


class CsvOut(FileOut):
    """A table as CSV in UTF-8."""

    media = "text/csv"


class TableOut(FileOut):
    """A table as a spreadsheet."""

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
