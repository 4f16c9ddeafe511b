"""A made-up day of a city: a snapshot as the server would send it, and rows of cases and orders that go with it."""

import math
import random
from datetime import UTC, datetime, timedelta

from domain.city import City, Post, Tier

Row = dict[str, object]
TOTAL = 9071
SHARES = (0.46, 0.25, 0.14, 0.045, 0.043, 0.025, 0.012, 0.010, 0.006, 0.0045, 0.0036, 0.003)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def quarters(scale: float = 1.0) -> list[int]:
    """Counts of each quarter of an hour: quiet at night, one hill in the morning and one in the afternoon."""
    hill = lambda at, middle, width: math.exp(-((at - middle) ** 2) / (2 * width**2))  # noqa: E731
    wave = [8 + 265 * hill(n, 39, 8) + 225 * hill(n, 65, 9) + 40 * hill(n, 80, 7) for n in range(96)]
    return [max(0, round(scale * value * (1 + 0.09 * math.sin(n * 2.4)))) for n, value in enumerate(wave)]


def tiles(city: City, real: datetime, slot: int) -> dict[str, Row]:
    """Every tile of the snapshot, fresh at `real`."""
    now, random_ = stamp(real), random.Random(7)
    day = quarters()
    measured: dict[str, Row] = {
        "cases_today": {"value": TOTAL, "same_time_yesterday": 8706, "yesterday": 12284, "counts": _counts(TOTAL)},
        "curve": {
            "today": day[: slot + 1],
            "yesterday": quarters(0.95),
            "low": [round(n * 0.84) for n in quarters(0.97)],
            "high": [round(n * 1.12) + 6 for n in quarters(0.97)],
            "days": 28,
        },
        "sources": {"rows": _sources(city)},
        "filing": {
            **{"p50_s": 19, "p95_s": 52, "n": 8990, "by_rule": 120, "by_person": 8870},
            **{"yesterday_p50_s": 21, "yesterday_p95_s": 51},
        },
        "districts": {"rows": _districts(city, random_)},
        "latency": {"limit_s": 60, "window_d": 30, "rows": _latency(city, random_)},
        "urgent": _urgent(city, real),
        "indicators": {"rows": _indicators(city, now)},
    }
    measured |= _devices(city)
    absent = {key: {"as_of": None, "limit_s": 60, "state": "not_connected"} for key in ("diverted", "cross")}
    return {key: {"as_of": now, "limit_s": 10} | tile for key, tile in measured.items()} | absent


def _counts(n: int) -> dict[str, int]:
    return {"reported": n, "received": n - 7, "filed": n - 81, "finished": round(n * 0.675)}


def _devices(city: City) -> dict[str, Row]:
    sizes = [(63000, 61204, 0.973), (114000, 109826, 0.961)]
    return {
        f"devices_{kind.key}": {
            **{"limit_s": 180, "registered": all_, "online": online, "offline": all_ - online - 296, "unknown": 296},
            **{"checking": False, "yesterday_share": share},
        }
        for kind, (all_, online, share) in zip(city.device_classes, sizes, strict=False)
    }


def _sources(city: City) -> list[list[object]]:
    shares = [SHARES[n] if n < len(SHARES) else 0.002 for n in range(len(city.sources))]
    rows: list[list[object]] = [
        [source.code, round(TOTAL * share), "normal", 2, None]
        for source, share in zip(city.sources, shares, strict=True)
    ]
    rows[min(4, len(rows) - 1)][2:4] = ["watch", 185]
    return rows


def _districts(city: City, random_: random.Random) -> dict[str, list[float | None]]:
    per = {district.code: random_.uniform(6, 12) for district in city.districts}
    return {
        district.code: [
            round(per[district.code] * (district.population or 500_000) / 1e4),
            round(per[district.code], 2) if district.population else None,
        ]
        for district in city.districts
    }


def _latency(city: City, random_: random.Random) -> list[list[object]]:
    p95 = [max(26, 76 - 3.4 * n + random_.uniform(-2, 2)) for n in range(len(city.districts))]
    rows: list[list[object]] = [
        [district.code, round(value * 0.43), round(value), 31, None]
        for district, value in zip(reversed(city.districts), p95, strict=True)
    ]
    rows[-1][1:] = [None, None, 3, [14, 18, 66]]
    return rows


def _indicators(city: City, now: str) -> list[list[object]]:
    values = [(41.2, "normal"), (0.31, "normal"), (12, "watch")]
    return [
        [indicator.key, value, severity, now, indicator.age_limit_s]
        for indicator, (value, severity) in zip(city.indicators, values, strict=False)
    ]


def _urgent(city: City, real: datetime) -> Row:
    posts = townships(city)
    picked = [posts[at % len(posts)] for at in (45, 97, 62, 188)]
    leaves = [category for category in city.categories if category.parent] or list(city.categories)
    facts = zip(picked, ("alarm", "warn", "warn", "watch"), (47, 32, 21, 12), (40, 61, 88, 120), strict=True)
    rows = [
        {
            **{"id": f"u{minutes}", "category": leaves[leaf % len(leaves)].code},
            **{"title": leaves[leaf % len(leaves)].name, "district": post.district, "township": post.code},
            **{"severity": severity, "minutes": minutes},
        }
        for post, severity, minutes, leaf in facts
    ]
    return {"n": len(rows), "rows": rows, "real": real}


def townships(city: City) -> list[Post]:
    return [post for post in city.posts_of([Tier.TOWNSHIP]) if not post.reserved and post.lon is not None]


def case(city: City, n: int, at: datetime, random_: random.Random) -> Row:
    """One case at a place near its township, reported at `at` of city time and filed by now or not."""
    post = random_.choice(townships(city))
    leaves = [category for category in city.categories if category.parent] or list(city.categories)
    category, filed = random_.choice(leaves), random_.random() < 0.7
    source = random_.choices(city.sources, weights=[SHARES[k % len(SHARES)] for k in range(len(city.sources))])[0]
    return {
        **{"kind": "case", "id": f"c{n}", "version": 1, "no": str(n), "source": source.code},
        **{"category": category.code, "title": category.name, "district": post.district, "township": post.code},
        "lon": float(post.lon or 0) + random_.gauss(0, 0.006),
        "lat": float(post.lat or 0) + random_.gauss(0, 0.005),
        **{"state": "assigned" if filed else "reported", "urgency": "normal"},
        "unit": category.unit or (city.units[0].code if city.units else None),
        **{"filed_by": "person" if filed else None, "reported_at": stamp(at)},
        "filed_at": stamp(at + timedelta(seconds=1.2)) if filed else None,
        **{"finished_at": None, "closed_at": None},
    }


def order(city: City, issued: datetime, **changes: object) -> Row:
    """An order to every district and township."""
    tiers = {tier: len(city.posts_of([tier])) for tier in (Tier.DISTRICT, Tier.TOWNSHIP)}
    return {
        **{"kind": "order", "id": "o1", "version": 1, "no": "1124-03", "chain": "o1", "references": None, "edition": 1},
        **{"superseded_by": None, "title": "寒潮暴雪应对到岗", "grade": 2, "mode": "live", "state": "running"},
        "text": "请各城运中心值班负责人 14:40 前到岗确认，启动融雪防滑预案。",
        **{"issued_at": stamp(issued), "issued_by": "演示员01", "signer": "演示员02", "ground": "暴雪橙色预警"},
        **{"callback": "0371-00000000", "valid_until": stamp(issued + timedelta(hours=8)), "ended_at": None},
        **{"limits": {"district": 60, "township": 600}, "answers": ["received", "in_position"]},
        **{"targets": sum(tiers.values()), "tiers": {str(tier): n for tier, n in tiers.items()}, "posts_off_map": 0},
        **changes,
    }


def lines(city: City, order_: Row, issued: datetime, *, until_s: float, seed: int = 3) -> list[Row]:
    """Each post's line as it stands `until_s` seconds after the order: the later it is, the more have confirmed."""
    random_, found = random.Random(seed), []
    for post in city.posts_of([Tier.DISTRICT, Tier.TOWNSHIP]):
        most = 41 if post.tier == Tier.DISTRICT else 466
        after = min(most, random_.expovariate(4 / most) + 4)
        done = stamp(issued + timedelta(seconds=after)) if after <= until_s else None
        early = stamp(issued + timedelta(seconds=1))
        found.append(
            {
                **{"kind": "line", "id": f"{order_['id']}/{post.code}", "version": 1, "order": order_["id"]},
                **{"post": post.code, "tier": str(post.tier), "state": "acknowledged" if done else "delivered"},
                **{"queued_at": stamp(issued), "sent_at": early, "delivered_at": early, "read_at": done},
                **{"acknowledged_at": done, "by": "演示员03" if done else None},
                **{"known_by": "login", "answer": "received" if done else None, "note": None},
                **{"answers": [], "late": False, "reason": ""},
            }
        )
    return found
