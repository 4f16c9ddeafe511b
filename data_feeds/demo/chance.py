"""Seeded chance: the same names give the same draws, in every run and on every machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate
from math import exp
from random import Random


def stream(*names: object) -> Random:
    """The draws that belong to these names, whatever else is drawn elsewhere."""
    digest = blake2b("/".join(map(str, names)).encode(), digest_size=8)
    return Random(int.from_bytes(digest.digest(), "big"))


@dataclass(frozen=True)
class Spread:
    """A duration that is always positive and sometimes long: its median, and the spread of its logarithm."""

    median: float
    spread: float = 0.0

    def draw(self, chance: Random) -> float:
        return self.median * exp(self.spread * chance.gauss(0, 1))

    @property
    def mean(self) -> float:
        return self.median * exp(self.spread**2 / 2)


class Choice:
    """One of several, by weights."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.of: Sequence[str] = [key for key, weight in weights.items() if weight > 0]
        self._sums = list(accumulate(weights[key] for key in self.of))

    def draw(self, chance: Random) -> str:
        return chance.choices(self.of, cum_weights=self._sums)[0]


def parted(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`total` in whole parts by weights; the parts sum to it exactly."""
    whole = sum(weights.values()) or 1.0
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_rest = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in by_rest[: total - sum(parts.values())]:
        parts[key] += 1
    return parts
