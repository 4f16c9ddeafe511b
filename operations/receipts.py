"""What a terminal says about an order: it has it, it was shown, a named person confirmed, or answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.account import Actor


@dataclass(frozen=True)
class Receipt:
    """`person` is a person's id at that post; `claimed_at` is when the terminal says it happened;
    `place` is lon, lat in WGS-84."""

    order: str
    post: str
    version: int
    kind: Literal["delivered", "read", "acknowledged", "answered"]
    actor: Actor
    person: str | None = None
    pin: str | None = None
    answer: str | None = None
    note: str = ""
    claimed_at: datetime | None = None
    place: tuple[float, float] | None = None
