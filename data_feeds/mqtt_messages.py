"""What MQTT messages say: heartbeats and readings, read from topic and payload."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from operations.dead_letters import Form, Letter
from operations.indicators import Reading
from operations.problems import Problem

UNREADABLE = (ValueError, TypeError, KeyError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Message:
    """One message and when it arrived; `number` and `qos` are what the broker wants to have acknowledged."""

    topic: str
    payload: bytes
    at: datetime
    number: int
    qos: int

    @property
    def text(self) -> str:
        return f"{self.topic} {self.payload.decode('utf-8', 'replace')}"


@dataclass
class Gathered:
    """The messages of one second: who was heard when, what was measured, and what could not be read."""

    beats: dict[datetime, set[str]] = field(default_factory=dict)
    readings: list[tuple[Reading, str]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)


def gather(messages: Sequence[Message], prefix: str) -> Gathered:
    """Read every message; one that cannot be read becomes a letter and stops none of the others."""
    found = Gathered()
    for message in messages:
        try:
            if message.topic.startswith(f"{prefix}/heartbeats"):
                at, ids = heartbeat(message)
                found.beats.setdefault(at, set()).update(ids)
            else:
                found.readings.append((reading(message), message.text))
        except UNREADABLE as error:
            found.letters.append(letter(Problem("payload", str(error) or type(error).__name__), message.text))
    return found


def letter(problem: Problem, text: str) -> Letter:
    return Letter("", (problem,), text, Form.MESSAGE)


def heartbeat(message: Message) -> tuple[datetime, list[str]]:
    """When which devices were heard: a JSON list of ids, `{"at", "devices"}`, one id as text, or no payload and the id
    as the last part of the topic. Raises one of UNREADABLE."""
    arrived = message.at.replace(microsecond=0)
    if not message.payload:
        return arrived, [message.topic.rsplit("/", 1)[1]]
    said = json.loads(message.payload)
    at, ids = (instant(said["at"]), said["devices"]) if isinstance(said, dict) else (arrived, said)
    ids = [ids] if isinstance(ids, str) else ids
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise ValueError("a heartbeat is a list of device ids")
    return at, ids


def reading(message: Message) -> Reading:
    """The reading `{"value", "at"}` of the indicator that the topic ends with. Raises one of UNREADABLE."""
    said = json.loads(message.payload)
    if not isinstance(said, dict):
        raise ValueError("a reading is an object with value and at")
    return Reading(message.topic.rsplit("/", 1)[1], number(said["value"]), instant(said["at"]))


def instant(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError(f"{said!r} has no time zone")
    return at.astimezone(UTC)


def number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise ValueError("the value is not a number")
    return float(value)
