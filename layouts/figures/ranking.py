"""Districts beside each other: how long each one's bar is, measured by the longest."""

from collections.abc import Sequence


def lengths(values: Sequence[float | None]) -> list[float]:
    """Percent of the longest; zero where there is no figure."""
    longest = max((value for value in values if value), default=None)
    return [round(100 * value / longest, 1) if value and longest else 0.0 for value in values]
