"""What an officer puts on the wall: an order, a case or a district of the map, for some minutes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Shows(StrEnum):
    ORDER = "order"  # the order scene, with this order
    CASE = "case"  # the overview, with this case on the map and its card
    DISTRICT = "district"  # the overview, with this district lifted out of the map and its figures


@dataclass(frozen=True)
class WallScene:
    """The newest one holds, until `until`; one that was taken back ends when it begins. Times are real time. `version`
    counts them from 1; `by` is the actor's id, `name` the name."""

    version: int
    shows: Shows
    about: str
    at: datetime
    until: datetime
    by: str
    name: str

    def holds(self, now: datetime) -> bool:
        return self.at <= now < self.until
