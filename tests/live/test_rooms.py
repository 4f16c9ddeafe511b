"""Which rows go to which rooms, in how few emissions."""

from live.rooms import emissions, post_of
from operations.ports import Announcement


def row(id: str, version: int = 1, kind: str = "case") -> dict:
    return {"kind": kind, "id": id, "version": version}


def announcement(rooms: list[str], *rows: dict) -> Announcement:
    return Announcement(1, tuple(rooms), rows, {})


def test_rooms_with_the_same_rows_share_one_emission():
    posts = [f"post:{code}" for code in range(215)]
    order = row("o1", kind="order")
    assert emissions([announcement(["wall", "desk", *posts], order)]) == [(["wall", "desk", *posts], [order])]


def test_what_goes_to_posts_goes_first():
    case, order = row("c1"), row("o1", kind="order")
    found = emissions([announcement(["wall"], case), announcement(["post:1", "post:2"], order)])
    assert found == [(["post:1", "post:2"], [order]), (["wall"], [case])]


def test_only_the_newest_version_of_a_row_travels():
    old, new, other = row("a", 1), row("a", 2), row("b", 1)
    assert emissions([announcement(["wall"], new), announcement(["wall"], other, old)]) == [(["wall"], [new, other])]


def test_the_walls_look_of_a_line_stays_the_walls():
    whole, without_names = row("l1", kind="line") | {"by": "演示员01"}, row("l1", kind="line") | {"by": None}
    found = emissions([announcement(["desk", "order:1"], whole), announcement(["wall"], without_names)])
    assert found == [(["desk", "order:1"], [whole]), (["wall"], [without_names])]


def test_a_room_without_rows_hears_nothing():
    assert emissions([announcement([], row("a"))]) == []


def test_only_a_posts_room_names_a_post():
    assert [post_of(room) for room in ("post:410105", "post:", "wall", "order:1")] == ["410105", None, None, None]
