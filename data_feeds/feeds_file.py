"""The city's feeds.yaml: which systems are asked, how often, and with which mapping."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data_feeds import mapping
from data_feeds.mapping import MappingError

FILE = "feeds.yaml"
VARIABLE = re.compile(r"\$\{(\w+)\}")

Metric = Literal["daily_volume", "device_status", "dispatch_latency"]
PATHS: dict[Metric, str] = {
    "daily_volume": "daily-volume",
    "device_status": "device-status",
    "dispatch_latency": "dispatch-latency",
}
Interval = Annotated[float, Field(ge=1, le=86_400)]


class FeedsError(Exception):
    """The file cannot be used; every problem says where it lies."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        super().__init__("\n  ".join([f"{path} has {len(problems)} problem(s):", *problems]))
        self.problems = list(problems)


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(Declared):
    """A system that is asked: where, and every how many seconds."""

    url: Annotated[str, Field(pattern=r"^https?://")]
    every_s: Interval = 60


class CapAsked(Asked):
    """An issuer of alerts, by CAP 1.2 or Atom. `source` is the city's source whose health it decides."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    source: str | None = None
    headers: dict[str, str] = {}


class JsonAsked(CapAsked):
    """A business system whose records a mapping turns into cases."""

    mapping: str


class FeedsFile(Declared):
    """`expected_s`: how often a source that reports by itself usually does; what is not named is learned."""

    metrics: dict[Metric, Asked] = {}
    json_: Annotated[list[JsonAsked], Field(alias="http_json")] = []
    cap: list[CapAsked] = []
    expected_s: dict[str, Annotated[float, Field(gt=0)]] = {}


def load(folder: Path, environment: Mapping[str, str]) -> FeedsFile:
    """The feeds of the city in `folder`, none when it has no such file. `${NAME}` stands for a variable of the
    environment, so that no secret is in the file. Raises FeedsError."""
    path = folder / FILE
    if not path.exists():
        return FeedsFile()
    try:
        said = filled(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, environment)
        found = FeedsFile.model_validate(said)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FeedsError(path, [f"cannot be read as YAML: {error}"]) from error
    except KeyError as missing:
        raise FeedsError(path, [f"the environment has no {missing.args[0]}: set it"]) from missing
    except ValidationError as error:
        places = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_url=False)]
        raise FeedsError(path, [f"{place}: {message}" for place, message in places]) from error
    check(path, found)
    return found


def filled(said: Any, environment: Mapping[str, str]) -> Any:
    """The same with every `${NAME}` replaced. Raises KeyError for a name that is not set."""
    if isinstance(said, str):
        return VARIABLE.sub(lambda found: environment[found[1]], said)
    if isinstance(said, dict):
        return {key: filled(value, environment) for key, value in said.items()}
    if isinstance(said, list):
        return [filled(value, environment) for value in said]
    return said


def check(path: Path, found: FeedsFile) -> None:
    """Every mapping must be readable at the start, not at the first poll, and every name used once."""
    names = [one.name for one in (*found.json_, *found.cap)]
    problems = [
        f"http_json, cap: the name {name!r} is used twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    for one in found.json_:
        try:
            mapping.load(path.parent / one.mapping)
        except MappingError as error:
            problems.append(f"http_json {one.name}: {error}")
    if problems:
        raise FeedsError(path, problems)


def with_metrics_at(found: FeedsFile, base: str) -> FeedsFile:
    """The same feeds with the three metric feeds asked below one address, as the demo serves them."""
    return found.model_copy(update={"metrics": {name: Asked(url=f"{base}/{path}") for name, path in PATHS.items()}})
