"""channels.yaml: which outside channels this installation has; kept outside the repository, since it holds secrets."""

import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.delivery import Channel, DeliveryState
from domain.quiet import USUAL, Limit
from operations.delivery_ports import Way

VARIABLE = re.compile(r"\$\{(\w+)\}")
PLACES = frozenset({"phone", "email", "account", "address", "title", "text", "letter", "ref", "receipt_url"})
ADDRESSES = ("phone", "email", "account")
Url = Annotated[str, Field(pattern=r"^https?://\S+$")]
Sent = Literal["dialled", "ringing", "delivered", "confirmed", "failed"]


class ChannelsError(Exception):
    """The file cannot be used; every problem says where it lies."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        super().__init__("\n  ".join([f"{path} has {len(problems)} problem(s):", *problems]))
        self.problems = list(problems)


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accepted(Declared):
    """Where the gateway's answer says that it took the message: a 200 alone proves nothing. `words` is the field that
    says why it did not."""

    field: str
    is_: Annotated[list[str | int | bool], Field(alias="is", min_length=1)]
    words: str = ""


class Asked(Declared):
    """How the gateway is asked what became of a message: `field` of its answer holds one of the channel's `states`."""

    url: Url
    field: str
    every_s: Annotated[float, Field(ge=0.1, le=3600)] = 2


class Gateway(Declared):
    """A gateway that takes a message by HTTP. With `idempotency_header` it promises to know a repeated call by it."""

    url: Url
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    as_form: bool = False
    accepted: Accepted
    idempotency_header: str = ""
    ask: Asked | None = None


class PerPerson(Declared):
    """How often one person is told over a channel: at most so many messages in so many minutes."""

    most: Annotated[int, Field(ge=1, le=1000)]
    minutes: Annotated[int, Field(ge=1, le=1440)]


class ChannelSaid(Declared):
    """One channel: by a gateway of its own (`http`) or through Apprise (`apprise`, one of its URLs)."""

    http: Gateway | None = None
    apprise: str = ""
    needs: Literal["phone", "email", "account", ""] | None = None
    receipts: bool = False
    states: dict[str, Sent] = {}
    rate_per_s: Annotated[float, Field(gt=0, le=1000)] | None = None
    rate_per_minute: Annotated[float, Field(gt=0, le=60_000)] | None = None
    parallel: Annotated[int, Field(ge=1, le=64)] = 8
    timeout_s: Annotated[float, Field(ge=0.2, le=60)] = 10
    per_person: list[PerPerson] | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if (self.http is None) == (not self.apprise):
            raise ValueError("give one of http and apprise")
        if self.rate_per_s and self.rate_per_minute:
            raise ValueError("give one of rate_per_s and rate_per_minute")
        unknown = sorted(self.places() - PLACES)
        if unknown:
            raise ValueError(f"{{{unknown[0]}}} is not one of {', '.join(sorted(PLACES))}")
        if self.receipts and not self.states:
            raise ValueError("receipts need states: what the gateway's words mean")
        return self

    def places(self) -> set[str]:
        """The names in braces, wherever they stand."""
        return set(_places(self.apprise or (self.http and self.http.model_dump(include={"url", "headers", "body"}))))

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.rate_per_s or (self.rate_per_minute or 600) / 60

    def way(self, channel: Channel) -> Way:
        used = [kind for kind in ADDRESSES if kind in self.places()]
        needs = self.needs if self.needs is not None else (used[0] if used else "")
        states = {word: DeliveryState(one) for word, one in self.states.items()}
        return Way(channel, self.receipts, needs, states, self.limits(channel))

    def limits(self, channel: Channel) -> tuple[Limit, ...]:
        """How often a person is told: what the file says, else what is usual on such a channel."""
        if self.per_person is None:
            return USUAL.get(channel, ())
        return tuple(Limit(one.most, one.minutes) for one in self.per_person)


class ChannelsFile(Declared):
    channels: dict[Channel, ChannelSaid] = {}

    @model_validator(mode="after")
    def _is_no_call_by_hand(self) -> Self:
        if Channel.CALL in self.channels:
            raise ValueError("channels.call: a call by hand needs no gateway; name an outbound-call gateway voice")
        return self

    def ways(self) -> list[Way]:
        return [said.way(channel) for channel, said in self.channels.items()]


def load(path: Path, environment: Mapping[str, str]) -> ChannelsFile:
    """The channels in the file, none where there is no such file. `${NAME}` stands for a variable of the environment.
    Raises ChannelsError, also when anyone but the file's owner could read it."""
    if not path.exists():
        return ChannelsFile()
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ChannelsError(path, [f"others can read its secrets: chmod 600 {path}"])
        said = yaml.safe_load(path.read_text("utf-8"))
        return ChannelsFile.model_validate({} if said is None else _filled(said, environment))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ChannelsError(path, [f"cannot be read as YAML: {type(error).__name__}"]) from error
    except KeyError as missing:
        raise ChannelsError(path, [f"the environment has no {missing.args[0]}: set it"]) from missing
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False, include_context=False)
        places = [(".".join(str(part).removesuffix("_") for part in one["loc"]), one["msg"]) for one in told]
        raise ChannelsError(path, [f"{place or 'channels'}: {message}" for place, message in places]) from None


def _filled(said: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(said, str):
        return VARIABLE.sub(lambda found: environment[found[1]], said)
    if isinstance(said, dict):
        return {key: _filled(value, environment) for key, value in said.items()}
    return [_filled(value, environment) for value in said] if isinstance(said, list) else said


def _places(said: Any) -> list[str]:
    if isinstance(said, str):
        return [name for _, name, _, _ in Formatter().parse(said) if name is not None]
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return [name for one in inner for name in _places(one)]
