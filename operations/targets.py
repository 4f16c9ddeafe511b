"""To whom: from what an officer asks for to the exact posts, or a refusal. Never «all» by accident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.account import Actor, NotAllowed
from domain.city import City, Post, Tier
from domain.order import OrderRefused

ORDERED = (Tier.DISTRICT, Tier.TOWNSHIP, Tier.UNIT, Tier.SPECIAL_GRID, Tier.DISTRICT_UNIT)


@dataclass(frozen=True)
class Targets:
    """Whole tiers, single posts, and posts to leave out; nothing given reaches nobody."""

    tiers: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


def resolve(city: City, actor: Actor, targets: Targets, *, with_reserved: bool) -> list[Post]:
    """The posts that an order would reach, in the city's order, each once. A whole tier means the tier within the
    actor's own subtree. Raises OrderRefused for an unknown tier or post, a reserved post in a live city, or an empty
    result; NotAllowed when a post was named that lies outside the actor's subtree."""
    root = actor.dispatch_root
    if root is None:
        raise NotAllowed(f"{actor.name} has no dispatch authority")
    _check_names(city, targets)
    named = set(targets.posts)
    _check_subtree(city, actor, root, sorted(named))
    wanted = [
        post
        for post in city.posts
        if post.code in named or (post.tier in targets.tiers and city.is_within(post.code, root))
    ]
    if not with_reserved:
        _check_reserved(post for post in wanted if post.code in named)
        wanted = [post for post in wanted if not post.reserved]
    found = [post for post in wanted if post.code not in targets.leave_out]
    if not found:
        raise OrderRefused("nobody would receive this order: choose at least one post")
    return found


def _check_names(city: City, targets: Targets) -> None:
    for tier in targets.tiers:
        if tier not in ORDERED:
            raise OrderRefused(f"tier {tier!r} is not one of {', '.join(ORDERED)}")
    for code in (*targets.posts, *targets.leave_out):
        post = city.post_by_code.get(code)
        if post is None or post.tier not in ORDERED:
            raise OrderRefused(f"there is no post {code!r} that can be ordered")


def _check_subtree(city: City, actor: Actor, root: str, codes: Sequence[str]) -> None:
    outside = [code for code in codes if not city.is_within(code, root)]
    if outside:
        raise NotAllowed(f"{actor.name} may order posts below {root} only; {outside[0]} is not one of them")


def _check_reserved(posts: Iterable[Post]) -> None:
    for post in posts:
        if post.reserved:
            raise OrderRefused(f"post {post.code} is reserved: its owner has not named it yet")
