"""What is wrong with something that was handed in: the field and a sentence, for whoever has to correct it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """`field` is the name the sender used, dotted where it lies deeper; empty when the whole is wrong."""

    field: str
    message: str


class Refused(Exception):
    """Nothing was done; every problem that was found says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.field}: {p.message}" if p.field else p.message for p in self.problems))
