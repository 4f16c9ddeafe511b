"""What posts are called besides their names: groups that an order may be sent to, such as those along the river."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data_feeds.city_files import Folder, table
from domain.city import Post, Tier

FILE = "tags.csv"
LONGEST = 20  # characters: a tag is a button on the desk
PLACES = (Tier.DISTRICT, Tier.TOWNSHIP, Tier.SPECIAL_GRID)  # a trade's post is no part of an area


def tagged(folder: Folder, posts: Sequence[Post]) -> list[Post]:
    """The posts with their tags, in the order of the file; as they are for a city without one. A row with `below` gives
    the tag to every place below the one it names, too."""
    if not folder.has(FILE):
        return list(posts)
    by_code = {post.code: post for post in posts}
    tags: dict[str, dict[str, None]] = {code: {} for code in by_code}
    for entry in table(folder, FILE, "post tag", "below"):
        code, tag = entry.name("post"), entry.name("tag")
        if code and code not in by_code:
            entry.complain("post", f"there is no post {code}", "use the code of a post that exists")
        if len(tag) > LONGEST:
            entry.complain("tag", f"the tag has {len(tag)} characters", f"use at most {LONGEST}")
        for each in [code, *(places_below(by_code, code) if entry.yes("below") else ())]:
            tags.get(each, {})[tag] = None
    return [replace(post, tags=tuple(tags[post.code])) for post in posts]


def places_below(by_code: Mapping[str, Post], root: str) -> list[str]:
    def is_below(post: Post | None) -> bool:
        for _ in Tier:  # a wrong file may lead round in a circle: that is said elsewhere
            if post is None or post.code == root:
                break
            post = by_code.get(post.parent or "")
        return post is not None and post.code == root

    return [post.code for post in by_code.values() if post.tier in PLACES and is_below(post)]
