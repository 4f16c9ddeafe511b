"""The three contracts by which source systems tell about themselves; docs/feeds.md shows them."""

from datetime import UTC, date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data_feeds.feed import FeedFailed

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
Model = TypeVar("Model", bound=BaseModel)


class Told(BaseModel):
    """A system may say more than we ask: unknown fields are left alone."""

    model_config = ConfigDict(extra="ignore")


class DayTold(Told):
    day: date
    source: str
    reported: Count
    received: Count | None = None
    filed: Count | None = None
    finished: Count | None = None


class DailyVolume(Told):
    as_of: Instant
    days: list[DayTold]


class ClassTold(Told):
    device_class: Annotated[str, Field(alias="class")]
    registered: Count
    online: Count


class DeviceStatus(Told):
    as_of: Instant
    classes: list[ClassTold]


class DistrictTold(Told):
    district: str
    p50_s: Seconds | None = None
    p95_s: Seconds | None = None
    n: Count
    window_d: Count


class DispatchLatency(Told):
    as_of: Instant
    districts: list[DistrictTold]


def read(model: type[Model], answer: object) -> Model:
    """The answer in the contract's form. Raises FeedFailed naming the first field that is not."""
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FeedFailed(f"{place or 'the answer'}: {first['msg']}") from error
