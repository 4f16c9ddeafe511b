"""What the demo city's instruments measure: a daily wave, some noise, and now and then a way beyond the threshold."""

from datetime import datetime
from math import pi, sin

from data_feeds.demo.chance import stream
from domain.city import Indicator

DAY_S = 86_400
KNOT_S = 300  # the noise turns every five minutes
SPELL_S = 1_200  # an excursion lasts so long
SPELLS = 0.04  # of the spells are excursions
WAVE, NOISE, EXCURSION = 0.4, 0.15, 1.15  # of the half width of what is normal


def normal_band(indicator: Indicator) -> tuple[float, float]:
    """Between which values nothing is wrong."""
    lows = [one.below for one in indicator.thresholds if one.below is not None]
    highs = [one.above for one in indicator.thresholds if one.above is not None]
    if lows and highs:
        return max(lows), min(highs)
    if highs:
        return 0.0, min(highs)
    return (max(lows), max(lows) * 2) if lows else (0.0, 1.0)


def measured(indicator: Indicator, at: datetime, seed: int) -> float:
    """The value at a moment; the same for the same seed."""
    low, high = normal_band(indicator)
    half, second = (high - low) / 2, int(at.timestamp())
    wave = WAVE * sin(2 * pi * (second % DAY_S) / DAY_S)
    value = (low + high) / 2 + half * (wave + noise(indicator.key, at, seed) + excursion(indicator, second, seed))
    return round(value if low < 0 else max(0.0, value), indicator.decimals + 1)


def noise(key: str, at: datetime, seed: int) -> float:
    knot, rest = divmod(at.timestamp(), KNOT_S)
    before, after = (NOISE * stream(seed, key, knot + n).uniform(-1, 1) for n in (0, 1))
    return before + (after - before) * rest / KNOT_S


def excursion(indicator: Indicator, second: int, seed: int) -> float:
    """How far the value strays in this spell, mostly not at all."""
    spell, rest = divmod(second, SPELL_S)
    chance = stream(seed, indicator.key, "spell", spell)
    if chance.random() >= SPELLS:
        return 0.0
    sides = [1.0] * any(one.above is not None for one in indicator.thresholds)
    sides += [-1.0] * any(one.below is not None for one in indicator.thresholds)
    return EXCURSION * chance.choice(sides or [0.0]) * sin(pi * rest / SPELL_S)
