"""Rooms: which rows go to which, and in how few emissions. Pure."""

from collections.abc import Iterable

from operations.ports import Announcement, Row

WALL, DESK = "wall", "desk"

Emission = tuple[list[str], list[Row]]  # rooms, rows


def post_of(room: str) -> str | None:
    """The post whose room this is."""
    kind, _, code = room.partition(":")
    return code if kind == "post" and code else None


def emissions(announcements: Iterable[Announcement]) -> list[Emission]:
    """What to emit: each room's rows, the newest version of each, and all rooms with the same rows in one emission.
    What goes to posts comes first: people there are waiting for it."""
    by_room: dict[str, dict[tuple[str, str], Row]] = {}
    for announcement in announcements:
        for room in announcement.rooms:
            _keep_newest(by_room.setdefault(room, {}), announcement.rows)
    groups: dict[tuple[int, ...], Emission] = {}
    for room, rows in by_room.items():
        alike = tuple(map(id, rows.values()))  # the wall's row of a line is another than the desk's of that version
        groups.setdefault(alike, ([], list(rows.values())))[0].append(room)
    return sorted(groups.values(), key=lambda emission: not any(map(post_of, emission[0])))


def _keep_newest(kept: dict[tuple[str, str], Row], rows: Iterable[Row]) -> None:
    for row in rows:
        key = (row["kind"], row["id"])
        if key not in kept or kept[key]["version"] <= row["version"]:
            kept[key] = row
