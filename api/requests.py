"""What machines may say over HTTP, field by field: these models check the requests and document them."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.text import LIMITS, flaw_of

BATCH = 1_000
HEARTBEATS = 50_000
REGISTRATIONS = 10_000
EARLIEST, LATEST = 1990, 9000  # a time outside these years is a source's empty field, not a time


def clean(text: str) -> str:
    """Text as it is, unless no database or screen could keep it."""
    flaw = flaw_of(text)
    if flaw:
        raise PydanticCustomError("text", "{flaw}", {"flaw": flaw})
    return text


def said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "is blank")
    return clean(text)


def instant(value: object) -> datetime:
    """The UTC instant of an RFC 3339 text; a number or a time without a zone could mean several."""
    if not isinstance(value, str):
        raise PydanticCustomError("time", "must be a time as text, such as 2026-03-01T08:00:00+08:00")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("time", "is not an RFC 3339 time, such as 2026-03-01T08:00:00+08:00") from None
    if at.tzinfo is None:
        raise PydanticCustomError("zone", "has no time zone: end it with Z or an offset such as +08:00")
    if not EARLIEST <= at.year < LATEST:
        raise PydanticCustomError("year", "lies outside the years of any record")
    return at.astimezone(UTC)


Clean = AfterValidator(clean)
Instant = Annotated[datetime, BeforeValidator(instant)]
Code = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(said)]
Short = Annotated[str, Field(max_length=LIMITS["title"]), Clean]
Long = Annotated[str, Field(max_length=LIMITS["text"]), Clean]
Said = Annotated[str, Field(min_length=1, max_length=LIMITS["text"]), AfterValidator(said)]
Key = Annotated[str, Field(max_length=40), Clean]
By = Annotated[str, Field(max_length=LIMITS["by"]), Clean]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
LonLat = Annotated[list[Degrees], Field(min_length=2, max_length=2)]


class Taken(BaseModel):
    """A request. A field nobody knows is refused aloud, rather than lost in silence."""

    model_config = ConfigDict(strict=True, extra="forbid")


class PastStepIn(Taken):
    """A step that was taken before the case was reported here; the case arrives with it."""

    step: Code
    at: Instant
    by: By
    reason: Long = ""
    unit: Code | None = None


class CaseIn(Taken):
    """One case as its source reports it. Coordinates are in the reference system that the source declares."""

    source: Code
    external_id: Annotated[str, Field(min_length=1, max_length=LIMITS["external_id"]), AfterValidator(said)]
    text: Said
    reported_at: Instant
    category: Code | None = None
    title: Short = ""
    lon: Degrees | None = None
    lat: Degrees | None = None
    district: Code | None = None
    township: Code | None = None
    address: Short = ""
    urgency: Literal["low", "normal", "high", "critical"] | None = None
    tags: Annotated[list[Code], Field(max_length=20)] = []
    reporter: Annotated[dict[Key, Short], Field(max_length=20)] = {}
    history: Annotated[list[PastStepIn], Field(max_length=20)] = []


class CasesIn(Taken):
    """Up to 1,000 cases. A bad one is refused alone; the others are taken."""

    cases: Annotated[list[CaseIn], Field(min_length=1, max_length=BATCH)]


class StepIn(Taken):
    """`version` is the version of the case that the step was decided on; a case that changed since is not stepped."""

    step: Code
    at: Instant
    by: Annotated[By, AfterValidator(said)]
    version: Annotated[int, Field(ge=1)]
    reason: Long = ""
    unit: Code | None = None


class CrossIn(Taken):
    """Which of area, tier and department a case crosses (三跨); an empty list takes the flag back."""

    crosses: Annotated[list[Literal["area", "tier", "department"]], Field(max_length=3)]
    version: Annotated[int, Field(ge=1)]


class DeviceIn(Taken):
    id: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(said)]
    device_class: Annotated[Code, Field(alias="class")]
    district: Code | None = None


class DevicesIn(Taken):
    """Up to 10,000 devices; one already registered stays as it is."""

    devices: Annotated[list[DeviceIn], Field(min_length=1, max_length=REGISTRATIONS)]


class HeartbeatsIn(Taken):
    """The devices heard at one time, up to 50,000."""

    at: Instant
    devices: Annotated[list[str], Field(max_length=HEARTBEATS)]


class ReadingIn(Taken):
    """One measurement of an indicator that the city declares. With several stations, name the one that measured."""

    key: Code
    value: Degrees
    at: Instant
    station: Annotated[str, Field(max_length=40), AfterValidator(said)] = ""


class ReadingsIn(Taken):
    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=BATCH)]


class CaseQuery(BaseModel):
    """Every filter narrows; `since` and `until` are of the report's time; `after` is the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")

    source: Code | None = None
    external_id: Code | None = None
    state: Literal["reported", "received", "filed", "not_filed", "assigned", "finished", "closed", "voided"] | None = (
        None
    )
    category: Code | None = None
    district: Code | None = None
    township: Code | None = None
    unit: Code | None = None
    urgency: Literal["low", "normal", "high", "critical"] | None = None
    since: Instant | None = None
    until: Instant | None = None
    after: Code | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class CircleIn(Taken):
    """A centre in WGS-84 degrees and a radius in metres."""

    lon: Degrees
    lat: Degrees
    radius_m: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ShapeIn(Taken):
    """A shape drawn on the map: either a `circle`, or the corners of a `polygon` as [lon, lat] in WGS-84 degrees."""

    polygon: Annotated[list[LonLat], Field(max_length=1_000)] | None = None
    circle: CircleIn | None = None

    @model_validator(mode="after")
    def is_one(self) -> "ShapeIn":
        if (self.polygon is None) == (self.circle is None):
            raise PydanticCustomError("shape", "must be either a polygon or a circle")
        return self


class TargetsIn(Taken):
    """Whole tiers, single posts, tags of posts, saved groups (ids), shapes on the map of which the posts of
    `shape_tiers` count, and posts to leave out. Nothing named reaches nobody, and is refused. `grid_workers_of`: also
    the grid workers on duty below these posts, with `grid_workers_in_shapes` those of the townships that a shape
    touches. `roles` (on_duty, deputy, leader): who stands there is told in person besides."""

    tiers: list[Code] = []
    posts: Annotated[list[Code], Field(max_length=5_000)] = []
    leave_out: Annotated[list[Code], Field(max_length=5_000, alias="except")] = []
    tags: Annotated[list[Code], Field(max_length=100)] = []
    groups: Annotated[list[Code], Field(max_length=100)] = []
    shapes: Annotated[list[ShapeIn], Field(max_length=20)] = []
    shape_tiers: Annotated[list[Code], Field(min_length=1, max_length=10)] = ["district", "township", "special_grid"]
    roles: Annotated[list[Code], Field(max_length=3)] = []
    grid_workers_of: Annotated[list[Code], Field(max_length=1_000)] = []
    grid_workers_in_shapes: bool = False


Limits = dict[str, Annotated[int, Field(gt=0, le=86_400)]]


class OrderIn(Taken):
    """`mode` is always said: no order is live because a word was forgotten.
    `acknowledge_within_s`: seconds to acknowledge, one number or one per tier. `plan` is a template of the city;
    `confirmed_count` is the number of posts, asked for when an order reaches unusually far. Without `grade` it is the
    plan's, or 4; an order that needs a second person waits for one."""

    targets: TargetsIn
    title: Short = ""
    text: Long = ""
    grade: Annotated[int, Field(ge=1, le=4)] | None = None
    mode: Literal["live", "drill"]
    acknowledge_within_s: Annotated[int, Field(gt=0, le=86_400)] | Limits | None = None
    valid_until: Instant | None = None
    answers: list[Code] | None = None
    plan: Code | None = None
    variables: Annotated[dict[Key, Short], Field(max_length=50)] = {}
    ground: Short = ""
    callback: Short = ""
    confirmed_count: Annotated[int, Field(ge=1)] | None = None


class CorrectionIn(Taken):
    """What is different in the new edition; it goes to the same posts."""

    reason: Said
    title: Short | None = None
    text: Long | None = None
    grade: Annotated[int, Field(ge=1, le=4)] | None = None
    acknowledge_within_s: Annotated[int, Field(gt=0, le=86_400)] | Limits | None = None
    valid_until: Instant | None = None
    answers: list[Code] | None = None
    ground: Short | None = None
    callback: Short | None = None


class AnswerIn(Taken):
    """An answer that the order asks for, or its first one. `at`: when it was given, where it was kept until the centre
    could be reached; the centre notes besides when it received it, and that counts. Sent again, it changes nothing."""

    post: Code
    answer: Key | None = None
    note: Annotated[str, Field(max_length=500), Clean] = ""
    at: Instant | None = None


class ReasonIn(Taken):
    reason: Long = ""


class AllClearIn(Taken):
    """`text` takes the place of the city's standard words."""

    text: Long = ""


class MeetingIn(Taken):
    """An https address that the posts may open; empty closes the meeting."""

    link: Short
