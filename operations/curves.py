"""How long confirming took: delays from the issue, and the curve of many with its percentiles."""

import math
from collections.abc import Sequence
from datetime import datetime

from domain.order import Order
from operations.ports import Row


def delay(order: Order, at: datetime | None) -> float | None:
    """Seconds from the issue to `at`, to the millisecond."""
    return None if at is None else round((at - order.issued_at).total_seconds(), 3)


def delays(order: Order, times: Sequence[datetime | None]) -> list[float]:
    """The delays of the moments that are known, in order."""
    return sorted(took for took in (delay(order, at) for at in times) if took is not None)


def curve(delays: Sequence[float]) -> Row:
    """The seconds of each one, in order, with the median, the 95th percentile and the last; null without any."""
    return {
        "seconds": list(delays),
        "p50": nearest_rank(delays, 0.5),
        "p95": nearest_rank(delays, 0.95),
        "max": delays[-1] if delays else None,
    }


def nearest_rank(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` of all do not exceed."""
    if not ordered:
        return None
    return ordered[math.ceil(share * len(ordered)) - 1]
