"""The times of each tier on the ledger: nearest rank, from the issue, by name only."""

from datetime import UTC, datetime, timedelta

from domain.order import Answer, Grade, KnownBy, Line, LineState, Mode, Order
from domain.tier_times import TierTimes, tier_times

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def an_order(**tiers: int) -> Order:
    told = {"id": "o", "no": "1", "chain": "o", "edition": 1, "title": "雪", "text": "到岗", "grade": Grade.II}
    told |= {"mode": Mode.LIVE, "issued_at": AT, "valid_until": AT + timedelta(hours=8), "issued_by": "o"}
    told |= {"signer": "演示值班长", "post": "made", "limits": {"district": 60}, "answers": ("received",)}
    return Order(**told, tiers=tiers)


def confirmed(tier: str, seconds: float) -> Line:
    answer = Answer(AT + timedelta(seconds=seconds), "received", "", "演示员01")
    line = Line("o", f"{tier}{seconds}", tier, LineState.SENT, AT)
    return line.acknowledged(answer, known_by=KnownBy.CHOSEN, limit=timedelta(seconds=60))


def test_a_tier_without_any_answer_has_no_times():
    silent = [Line("o", "p", "district", LineState.DELIVERED, AT, delivered_at=AT)]
    assert tier_times(an_order(district=1), silent) == {"district": TierTimes(0, 1, None, None, None, 60, 0)}


def test_a_few_posts_are_all_there_are_and_have_a_95th_percentile_too():
    lines = [confirmed("district", s) for s in (70.5, 10, 30, 20)]
    assert tier_times(an_order(district=5), lines)["district"] == TierTimes(4, 5, 20.0, 70.5, 70.5, 60, 1)


def test_percentiles_by_nearest_rank():
    lines = [confirmed("township", s) for s in range(1, 21)]
    times = tier_times(an_order(township=215), lines)["township"]
    assert (times.p50_s, times.p95_s, times.max_s, times.limit_s) == (10.0, 19.0, 20.0, None)
    assert tier_times(an_order(township=215), lines[:16])["township"].p95_s == 16.0


def test_tiers_are_told_apart_and_a_tier_that_was_not_asked_is_not_told():
    lines = [confirmed("district", 5), confirmed("township", 50)]
    times = tier_times(an_order(district=1, township=2), lines)
    assert {tier: (each.n, each.of, each.max_s) for tier, each in times.items()} == {
        "district": (1, 1, 5.0),
        "township": (1, 2, 50.0),
    }
    assert list(tier_times(an_order(), lines)) == []


def test_what_was_confirmed_without_a_name_is_not_counted():
    nobody = Line("o", "p", "district", LineState.ACKNOWLEDGED, AT, acknowledged_at=AT + timedelta(seconds=3))
    assert tier_times(an_order(district=1), [nobody])["district"].n == 0
