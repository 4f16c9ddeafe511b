"""The counts of a day, taken from the rows themselves: the same fields as domain.counting adds up one by one."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from domain.case import Case
from domain.citytime import SLOT, start_of
from domain.counting import COUNTED, NON_POLICE, bucket_of
from storage.cases import to_case
from storage.columns import microseconds
from storage.tables import cases

_SECOND = 1_000_000
_SLOT = int(SLOT.total_seconds()) * _SECOND

# Times are plain microseconds in the table, so whole-number division puts a row into its slot on either database. Slots
# are asked for apart: by slot, source and district at once there are nearly as many groups as cases.
_BY_SLOT = """
    SELECT ({stamp} - :start) / :slot AS slot, count(*) AS n
    FROM cases WHERE {stamp} >= :start AND {stamp} < :end GROUP BY 1"""
_BY_PLACE = """
    SELECT source, district, count(*) AS n
    FROM cases WHERE {stamp} >= :start AND {stamp} < :end GROUP BY 1, 2"""
_BY_CATEGORY = """
    SELECT category, count(*) AS n FROM cases WHERE reported_at >= :start AND reported_at < :end GROUP BY 1"""
_FILING = """
    SELECT filed_by, (filed_at - reported_at) / :second AS seconds, count(*) AS n
    FROM cases WHERE filed_at >= :start AND filed_at < :end GROUP BY 1, 2"""
_TOTAL = "SELECT count(*) AS n, count(finished_at) AS finished FROM cases WHERE {flag}"
_FLAGS = {NON_POLICE: "non_police", "cross": "crossing"}


def totals(connection: Connection) -> dict[str, int]:
    """The cumulative counts, as domain.counting.total_fields names them."""
    found: dict[str, int] = {}
    for kind, flag in _FLAGS.items():
        row = connection.execute(text(_TOTAL.format(flag=flag))).one()
        found |= {name: n for name, n in ((kind, row.n), (f"{kind}/finished", row.finished)) if n}
    return found


def counts_of(connection: Connection, day: date, zone: ZoneInfo) -> dict[str, int]:
    """field → n for one local day."""
    edges = {"start": microseconds(start_of(day, zone)), "end": microseconds(start_of(day + timedelta(days=1), zone))}
    found: dict[str, int] = defaultdict(int)
    for count, stamp in COUNTED.items():
        for row in connection.execute(text(_BY_SLOT.format(stamp=stamp)), edges | {"slot": _SLOT}):
            found[count] += row.n
            found[f"{count}/slot/{row.slot}"] += row.n
        for row in connection.execute(text(_BY_PLACE.format(stamp=stamp)), edges):
            found[f"{count}/source/{row.source}"] += row.n
            found[f"{count}/district/{row.district or 'unplaced'}"] += row.n
    for row in connection.execute(text(_BY_CATEGORY), edges):
        found[f"reported/category/{row.category or 'unknown'}"] += row.n
    _add_filing(connection, edges, found)
    return dict(found)


def _add_filing(connection: Connection, edges: dict[str, int], found: dict[str, int]) -> None:
    for row in connection.execute(text(_FILING), edges | {"second": _SECOND}):
        found[f"filing/{row.filed_by or 'person'}"] += row.n
        found[f"filing/bucket/{bucket_of(row.seconds)}"] += row.n


def open_urgent(connection: Connection) -> list[Case]:
    wanted: list[Any] = [cases.c.urgency.in_(("high", "critical"))]
    wanted += [cases.c.closed_at.is_(None), cases.c.finished_at.is_(None)]
    query = cases.select().where(*wanted).order_by(cases.c.reported_at).limit(500)
    return [to_case(row) for row in connection.execute(query).mappings()]
