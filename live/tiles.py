"""The tiles of the snapshot in docs/live-protocol.md, each from the facts of one moment. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain import vitals
from domain.city import City, DeviceClass, Indicator
from domain.citytime import slot_of
from domain.counting import NON_POLICE
from live.devices import Now
from operations.ports import Row
from operations.rows import stamp

LONGEST_TITLE = 40
_SEVERITY_OF_URGENCY = {"critical": "alarm", "high": "warn"}


@dataclass(frozen=True)
class Facts:
    """What the tiles are computed from. `counted_at`: when the relay last had nothing left to count, real time."""

    now: datetime  # city time
    real: datetime
    day: date
    counted_at: str | None
    today: Mapping[str, int]
    yesterday: Mapping[str, int]
    compared: Sequence[Sequence[int]]
    totals: Mapping[str, Row]
    health: Mapping[str, Row]
    measured: Mapping[str, Row]
    urgent_n: int
    urgent: Sequence[Row]
    devices: Mapping[str, Now]
    cumulative: Mapping[str, int]
    since: Mapping[str, datetime]
    delays: Sequence[tuple[str, float]]
    delays_at: datetime | None


def all_tiles(facts: Facts, city: City, zone: ZoneInfo) -> dict[str, Row]:
    """Every tile with its as-of time and age limit."""
    makers: dict[str, Callable[[], Row]] = {
        "cases_today": lambda: cases_today(facts, zone),
        "curve": lambda: curve(facts, zone),
        "sources": lambda: sources(facts, city),
        "filing": lambda: filing(facts),
        "districts": lambda: districts(facts, city),
        "urgent": lambda: urgent(facts),
    }
    tiles = {key: aged(key, facts.counted_at, make()) for key, make in makers.items()}
    tiles |= {f"devices_{one.key}": devices(facts, one) for one in city.device_classes}
    tiles["cross"] = cumulative(facts, "cross", "cross", zone)
    if city.diverted:
        tiles["diverted"] = cumulative(facts, "diverted", NON_POLICE, zone)
    tiles["latency"] = aged("latency", stamp(facts.delays_at), latency(facts, city))
    tiles["indicators"] = aged("indicators", stamp(facts.real), indicators(facts, city))
    return tiles


def aged(key: str, as_of: str | None, tile: Row) -> Row:
    return {"as_of": as_of, "limit_s": vitals.LIMITS[key]} | tile


def cumulative(facts: Facts, key: str, kind: str, zone: ZoneInfo) -> Row:
    """Finished of all, since the first; without a single case there is nothing to be measured."""
    total = facts.cumulative.get(kind, 0)
    if not total or kind not in facts.since:
        return aged(key, None, {"state": "not_connected"})
    since = facts.since[kind].astimezone(zone).date().isoformat()
    tile = {"value": facts.cumulative.get(f"{kind}/finished", 0), "of": total, "since": since}
    return aged(key, facts.counted_at, tile)


def cases_today(facts: Facts, zone: ZoneInfo) -> Row:
    quarters = vitals.slots(facts.yesterday, "reported", vitals.slots_in(facts.day, zone))
    return {
        "value": facts.today.get("reported", 0),
        "same_time_yesterday": vitals.up_to_now(quarters, facts.now, zone),
        "yesterday": facts.yesterday.get("reported", 0),
        "counts": vitals.kinds(facts.today),
    }


def curve(facts: Facts, zone: ZoneInfo) -> Row:
    low, high = vitals.band(facts.compared)
    return {
        "today": vitals.slots(facts.today, "reported", slot_of(facts.now, zone) + 1),
        "yesterday": vitals.slots(facts.yesterday, "reported", vitals.slots_in(facts.day, zone)),
        "low": low,
        "high": high,
        "days": len(facts.compared),
    }


def sources(facts: Facts, city: City) -> Row:
    return {"rows": [source_row(facts, source.code) for source in city.sources]}


def source_row(facts: Facts, code: str) -> list[object]:
    count, total = facts.today.get(f"reported/source/{code}", 0), facts.totals.get(code, {})
    heard_of = {"severity": "normal" if count else "off", "late_s": 0}  # no feed has said anything about it yet
    health = facts.health.get(code, heard_of)
    own = total["total"] if total.get("day") == facts.day.isoformat() else None
    return [code, count, health["severity"], health["late_s"], own]


def filing(facts: Facts) -> Row:
    today, yesterday = vitals.histogram_of(facts.today), vitals.histogram_of(facts.yesterday)
    return {
        "p50_s": vitals.seconds_at(today, 0.5),
        "p95_s": vitals.seconds_at(today, 0.95),
        "n": sum(today.values()),
        "by_rule": facts.today.get("filing/rule", 0),
        "by_person": facts.today.get("filing/person", 0),
        "yesterday_p50_s": vitals.seconds_at(yesterday, 0.5),
        "yesterday_p95_s": vitals.seconds_at(yesterday, 0.95),
    }


def devices(facts: Facts, device_class: DeviceClass) -> Row:
    limit_s, now = vitals.device_limit_s(device_class), facts.devices[device_class.key]
    tile: Row = {"as_of": stamp(now.as_of), "limit_s": limit_s}
    if now.as_of is None:
        return tile | {"state": "not_connected", "registered": now.counts.registered}
    tile |= {"registered": now.counts.registered, "online": now.counts.online, "offline": now.counts.offline}
    tile |= {"unknown": now.counts.unknown, "checking": now.checking, "yesterday_share": now.yesterday_share}
    return tile | ({"state": "checking"} if now.checking else {})


def districts(facts: Facts, city: City) -> Row:
    rows = {}
    for one in city.districts:
        count = facts.today.get(f"reported/district/{one.code}", 0)
        rows[one.code] = [count, vitals.per_10k(count, one.population)]
    return {"rows": rows}


def latency(facts: Facts, city: City) -> Row:
    by_district: dict[str, list[float]] = {district.code: [] for district in city.districts}
    for district, delay in facts.delays:
        by_district.setdefault(district, []).append(delay)
    rows = [vitals.latency_row(code, delays) for code, delays in by_district.items()]
    return {"window_d": vitals.WINDOW.days, "rows": rows}


_URGENT_FIELDS = ("id", "category", "district", "township", "reported_at")


def urgent(facts: Facts) -> Row:
    oldest_first = sorted(facts.urgent, key=lambda row: str(row["reported_at"]))
    return {"n": facts.urgent_n, "rows": [urgent_row(row) for row in oldest_first]}


def urgent_row(row: Row) -> Row:
    """An urgent case as short as the wall needs it."""
    found = {name: row[name] for name in _URGENT_FIELDS}
    return found | {"title": row["title"][:LONGEST_TITLE], "severity": _SEVERITY_OF_URGENCY[row["urgency"]]}


def indicators(facts: Facts, city: City) -> Row:
    rows = [indicator_row(facts, one) for one in city.indicators]
    connected = any(row[1] is not None for row in rows)
    return {"rows": rows} | ({} if connected else {"state": "not_connected"})


def indicator_row(facts: Facts, one: Indicator) -> list[object]:
    """What the stations that spoke within the age limit say together; when all are older, what they said last."""
    said = [row for field, row in facts.measured.items() if field.partition("/")[0] == one.key]
    if not said:
        return [one.key, None, "off", None, one.age_limit_s]
    oldest = stamp(facts.real - timedelta(seconds=one.age_limit_s)) or ""
    fresh = [row for row in said if row["at"] >= oldest] or [max(said, key=lambda row: str(row["at"]))]
    fresh.sort(key=lambda row: str(row["at"]))
    value = vitals.FORMULAS[one.formula]([row["value"] for row in fresh])
    return [one.key, round(value, one.decimals), vitals.severity_of(one, value), fresh[-1]["at"], one.age_limit_s]
