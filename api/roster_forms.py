"""What the interface takes and answers about the roster, field by field."""

from datetime import datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.answers import Given
from api.requests import Code, Instant, Short, Taken
from operations.roster_files import to_date, to_time

Kind = Literal["workday", "weekend", "holiday", "shifted"]


def wall_time(value: object) -> time:
    try:
        return to_time(str(value))
    except ValueError:
        raise PydanticCustomError("time", "must be a time of day such as 08:30") from None


def day(value: object) -> Any:
    try:
        return to_date(str(value))
    except ValueError:
        raise PydanticCustomError("date", "must be a date such as 2026-03-01") from None


class OnDutyQuery(BaseModel):
    """`post`: codes with commas between, without it every post that the key may read. `at`: any instant, past or to
    come; without it now."""

    model_config = ConfigDict(extra="forbid")

    post: Annotated[str, Field(max_length=100_000)] | None = None
    at: Instant | None = None


class GapsQuery(BaseModel):
    """`days`: how far ahead."""

    model_config = ConfigDict(extra="forbid")

    post: Annotated[str, Field(max_length=100_000)] | None = None
    days: Annotated[int, Field(ge=1, le=366)] = 30


class LayerIn(Taken):
    """One layer of people who take turns. `people`: ids or names of the post's list. A shift changes at local
    `handover` and every `shift_hours` from there; `day_kinds` are the days it covers, all unless said."""

    people: Annotated[list[Code], Field(min_length=1, max_length=60)]
    starts_on: Annotated[Any, BeforeValidator(day), Field(json_schema_extra={"type": "string", "format": "date"})]
    handover: Annotated[Any, BeforeValidator(wall_time), Field(json_schema_extra={"type": "string"})] = time(8, 30)
    shift_hours: int = 24
    duty: Literal["duty", "deputy"] = "duty"
    layer: int = 0
    day_kinds: Annotated[list[Kind], Field(min_length=1)] = Field(default=["workday", "weekend", "holiday", "shifted"])


class RotationIn(Taken):
    """All layers of a post. `confirmed` saves them in spite of gaps and of people without a verified contact."""

    layers: Annotated[list[LayerIn], Field(max_length=20)]
    confirmed: bool = False


class OverrideIn(Taken):
    """One person stands for a span; `starts_at` now unless said."""

    person: Code
    ends_at: Instant
    starts_at: Instant | None = None
    duty: Literal["duty", "deputy"] = "duty"
    reason: Short = ""
    confirmed: bool = False


class PersonOut(Given):
    id: str
    name: str


class StandingOut(Given):
    """Why: `rotation`, `swap` or `override` with the entry's id, or `gap`."""

    why: str
    entry: str


class OnDutyOut(Given):
    post: str
    at: datetime
    duty: PersonOut | None
    deputy: PersonOut | None
    why: dict[str, StandingOut]


class OnDutyList(Given):
    posts: list[OnDutyOut]


class GapOut(Given):
    post: str
    starts_at: datetime
    ends_at: datetime


class UnverifiedOut(Given):
    """Why: `gone` from the list, `no_phone`, `never` verified, or too `old`."""

    post: str
    person: PersonOut
    duty: str
    starts_at: datetime
    why: str


class GapsOut(Given):
    """Stretches with nobody on duty, and people who will be on duty without a verified contact."""

    gaps: list[GapOut]
    unverified: list[UnverifiedOut]


class RotationOut(Given):
    id: str
    post: str
    duty: str
    layer: int
    people: list[PersonOut]
    shift_hours: int
    handover: time
    starts_on: Any = Field(json_schema_extra={"type": "string", "format": "date"})
    day_kinds: list[str]
    valid_from: datetime


class RotationsOut(Given):
    """The layers of the post as they now stand or will."""

    layers: list[RotationOut]


class OverrideOut(Given):
    id: str
    post: str
    duty: str
    person: PersonOut
    starts_at: datetime
    ends_at: datetime
    reason: str
