"""How fast each tier of an order confirmed: counted from the issue to the first confirmation by a named person."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.order import Line, Order
from domain.vitals import nearest


@dataclass(frozen=True)
class TierTimes:
    """`n` of `of` posts confirmed by name. Times are seconds by nearest rank, as the centre received them; None without
    any. These are all posts of the tier and not a sample of them, so 16 have a 95th percentile too. `late` are those
    that confirmed after `limit_s`."""

    n: int
    of: int
    p50_s: float | None
    p95_s: float | None
    max_s: float | None
    limit_s: int | None
    late: int


def tier_times(order: Order, lines: Sequence[Line]) -> dict[str, TierTimes]:
    """The times of every tier that `order` goes to, in the order's own sequence; `lines` are all of its ledger."""
    return {tier: _of_tier(order, tier, [line for line in lines if line.tier == tier]) for tier in order.tiers}


def _of_tier(order: Order, tier: str, lines: Sequence[Line]) -> TierTimes:
    named = [line for line in lines if line.by]
    delays = sorted(
        round((line.acknowledged_at - order.issued_at).total_seconds(), 3)
        for line in named
        if line.acknowledged_at is not None
    )
    return TierTimes(
        n=len(delays),
        of=order.tiers[tier],
        p50_s=nearest(delays, 0.5) if delays else None,
        p95_s=nearest(delays, 0.95) if delays else None,
        max_s=delays[-1] if delays else None,
        limit_s=order.limits.get(tier),
        late=sum(line.late for line in named),
    )
