"""A day of 12,284 cases as the operations tell it, for the tests of the trend page."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from layouts.page import Page
from tests.browser.harness import cities

DAY = date(2026, 11, 23)
PAGE = Page("zh-CN", cities.of("zhengzhou"), True, "b1")
ENGLISH = Page("en", cities.of("zhengzhou"), True, "b1")
HOSTILE = '<img src=x onerror="alert(1)">'


def figure(value: float | None = None, n: int = 0, before: float | None = None) -> dict[str, Any]:
    return {"value": value, "n": n, "before": before, "before_n": n if before is not None else 0, "since": None}


def district(code: str, reported: int = 0, **more: Any) -> dict[str, Any]:
    return {"code": code, "reported": reported, "per_10k": 1.0, "due": 0, "overdue": 0, "open_overdue": 0} | more


def rows(**changed: Any) -> dict[str, Any]:
    """A day of 12,284 cases as the operations tell it."""
    kinds = [(DAY - timedelta(days=27 - n), "workday") for n in range(28)]
    figures = {
        "reported": figure(12_284.0, 12_284, 11_915.0),
        "filed_in_time": figure(0.968, 12_100, 0.961),
        "finished_in_time": figure(0.976, 9_000, 0.979),
        "finish_median": figure(33_840.0, 8_000, 34_560.0),
        "satisfied": figure(),
        "cross": figure(),
    }
    told = {
        "day": DAY,
        "compared_day": DAY - timedelta(days=7),
        "as_of": datetime(2026, 11, 23, 22, 20, tzinfo=UTC),
        "figures": figures,
        "days": [{"day": day, "reported": 12_000, "kind": kind, "origin": "ours"} for day, kind in kinds],
        "districts": [district("410105", 1_600, per_10k=12.0, due=40, overdue=3), district("410106", 200, due=10)],
        "categories": [{"code": "E0102", "n": 900, "before": 600, "districts": (("410105", 300), ("410103", 200))}],
        "sources": [{"code": "GRID", "n": 6_000, "before": 5_900}],
        "stages": [
            {"stage": "file", "p50": 19.5, "p95": 52.5, "n": 12_100},
            {"stage": "assign", "p50": 41.0, "p95": 156.0, "n": 12},
            {"stage": "finish", "p50": None, "p95": None, "n": 0},
        ],
        "still_open": 3,
        "oldest_open": datetime(2026, 11, 2, 1, tzinfo=UTC),
        "orders": [],
    }
    return told | changed


def order(**changed: Any) -> dict[str, Any]:
    told = {"id": "o1", "no": "1", "title": "早班点名", "mode": "live", "state": "closed"}
    told |= {"issued_at": datetime(2026, 11, 23, 0, 30, tzinfo=UTC)}
    told |= {"complete_s": {"district": 46.0, "township": None}, "confirmed": {"district": (16, 16)}}
    return told | {"confirmed": {"district": (16, 16), "township": (212, 215)}} | changed
