"""A good report, to be spoiled one field at a time."""

from typing import Any


def a_report(**changes: Any) -> dict[str, Any]:
    """A case in the middle of the city, an hour before the fake clock's time."""
    report = {
        "source": "HEAT",
        "external_id": "H-1",
        "text": "三楼暖气不热",
        "reported_at": "2026-11-24T13:30:00+08:00",
        "category": "E0101",
        "lon": 113.66,
        "lat": 34.75,
    }
    return {name: value for name, value in (report | changes).items() if value is not ...}
