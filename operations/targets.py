"""To whom: from what an officer asks for to the exact posts, or a refusal. Never «all» by accident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from domain.account import Actor, NotAllowed
from domain.city import City, Post, Tier
from domain.escalation import Whom
from domain.order import OrderRefused
from domain.shape import Circle, Polygon, Shape, ShapeRefused, Territories, checked

ORDERED = (Tier.DISTRICT, Tier.TOWNSHIP, Tier.UNIT, Tier.SPECIAL_GRID, Tier.DISTRICT_UNIT)
ON_THE_MAP = (Tier.DISTRICT, Tier.TOWNSHIP, Tier.SPECIAL_GRID)  # tiers whose posts lie somewhere
HAVE_GRIDS = (Tier.CITY, Tier.DISTRICT, Tier.TOWNSHIP)  # tiers with grids below them
ROLES = (Whom.ON_DUTY, Whom.DEPUTY, Whom.LEADER)


@dataclass(frozen=True)
class Targets:
    """Whole tiers, single posts, tags, saved groups (ids) and shapes on the map, of which the posts of `shape_tiers`
    count; `leave_out` names posts to leave out of all of it. Nothing given reaches nobody.

    `grid_workers_of`: also the grid workers on duty below these posts, and with `grid_workers_in_shapes` those of every
    township that a shape touches; the desks of their townships get the order, too. `roles`: who stands in these roles
    at the posts is told in person besides; a role alone reaches nobody."""

    tiers: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()
    shape_tiers: tuple[str, ...] = ON_THE_MAP
    roles: tuple[str, ...] = ()
    grid_workers_of: tuple[str, ...] = ()
    grid_workers_in_shapes: bool = False

    @property
    def calls_grid_workers(self) -> bool:
        return bool(self.grid_workers_of) or self.grid_workers_in_shapes


def resolve(city: City, actor: Actor, targets: Targets, *, with_reserved: bool) -> list[Post]:
    """The posts that an order would reach, in the city's order, each once. A whole tier, a tag or a shape means what of
    it lies in the actor's own subtree. Raises OrderRefused for an unknown tier, tag or post, a shape that cannot be
    read or holds nobody, a group (operations.reach reads those), a reserved post in a live city, or an empty result;
    NotAllowed when a post was named that lies outside the actor's subtree."""
    if targets.groups:
        raise OrderRefused(f"there is no saved group {targets.groups[0]!r} here")
    found = posts_of(city, actor, targets, with_reserved=with_reserved)
    check_somebody(found)
    return found


def posts_of(
    city: City, actor: Actor, targets: Targets, *, with_reserved: bool, territories: Territories | None = None
) -> list[Post]:
    """The same without the groups, and it may be empty."""
    root = actor.dispatch_root
    if root is None:
        raise NotAllowed(f"{actor.name} has no dispatch authority")
    _check_names(city, targets)
    named = set(targets.posts)
    check_subtree(city, actor, sorted(named))
    own = [post for post in city.posts if post.tier in ORDERED and city.is_within(post.code, root)]
    drawn = _drawn(city, own, targets, territories)
    wanted = [post for post in own if post.code in named or post.code in drawn or _is_meant(post, targets)]
    if not with_reserved:
        _check_reserved(post for post in wanted if post.code in named)
        wanted = [post for post in wanted if not post.reserved]
    return [post for post in wanted if post.code not in targets.leave_out]


def check_somebody(found: Sequence[Post]) -> None:
    if not found:
        raise OrderRefused("nobody would receive this order: choose at least one post")


def checked_shapes(city: City, shapes: Sequence[Shape]) -> list[Shape]:
    """Raises OrderRefused for a shape that cannot be used."""
    try:
        return [checked(shape, city.bounds) for shape in shapes]
    except ShapeRefused as refusal:
        raise OrderRefused(str(refusal)) from None


def _is_meant(post: Post, targets: Targets) -> bool:
    return post.tier in targets.tiers or not set(targets.tags).isdisjoint(post.tags)


def _drawn(city: City, own: Sequence[Post], targets: Targets, territories: Territories | None) -> set[str]:
    """The posts that the shapes touch. Each shape must hold somebody: one that does not was drawn in the wrong place,
    or the city's outlines are missing."""
    shapes = checked_shapes(city, targets.shapes)
    if not shapes:
        return set()
    where, mine = territories or Territories(city), [post for post in own if post.tier in targets.shape_tiers]
    if not any(where.knows(post) for post in mine):
        raise OrderRefused("the city's map has no place for these tiers: choose posts from the list")
    found: set[str] = set()
    for shape in shapes:
        inside = where.concern(shape, mine)
        if not inside:
            raise OrderRefused("the shape holds no post that you may order")
        found |= {post.code for post in inside}
    return found


def _check_names(city: City, targets: Targets) -> None:
    _check_among(targets.tiers, ORDERED, "tier")
    _check_among(targets.shape_tiers, ON_THE_MAP, "tier on the map")
    _check_among(targets.roles, ROLES, "role")
    for tag in targets.tags:
        if tag not in city.tags:
            raise OrderRefused(f"no post has the tag {tag!r}")
    for code in (*targets.posts, *targets.leave_out):
        post = city.post_by_code.get(code)
        if post is None or post.tier not in ORDERED:
            raise OrderRefused(f"there is no post {code!r} that can be ordered")
    if targets.grid_workers_in_shapes and not targets.shapes:
        raise OrderRefused("no shape was drawn whose grid workers could be called")


def _check_among(said: Sequence[str], known: Sequence[str], what: str) -> None:
    for one in said:
        if one not in known:
            raise OrderRefused(f"{what} {one!r} is not one of {', '.join(known)}")


def check_subtree(city: City, actor: Actor, codes: Sequence[str]) -> None:
    """Raises NotAllowed when one of the posts lies outside the actor's subtree."""
    root = str(actor.dispatch_root)
    outside = [code for code in codes if not city.is_within(code, root)]
    if outside:
        raise NotAllowed(f"{actor.name} may order posts below {root} only; {outside[0]} is not one of them")


def _check_reserved(posts: Iterable[Post]) -> None:
    for post in posts:
        if post.reserved:
            raise OrderRefused(f"post {post.code} is reserved: its owner has not named it yet")


def to_plain(targets: Targets) -> dict[str, Any]:
    """The targets as plain JSON, what is empty left out."""
    usual = Targets()
    said = {one.name: getattr(targets, one.name) for one in fields(Targets)}
    given: dict[str, Any] = {name: value for name, value in said.items() if value != getattr(usual, name)}
    plain = {name: value if isinstance(value, bool) else list(value) for name, value in given.items()}
    return plain | ({"shapes": [_plain_shape(shape) for shape in targets.shapes]} if targets.shapes else {})


def from_plain(plain: dict[str, Any]) -> Targets:
    """What `to_plain` wrote."""
    given: dict[str, Any] = {one: value if isinstance(value, bool) else tuple(value) for one, value in plain.items()}
    return Targets(**given | {"shapes": tuple(_shape(one) for one in plain.get("shapes", ()))})


def _plain_shape(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, Circle):
        return {"lon": shape.lon, "lat": shape.lat, "radius_m": shape.radius_m}
    return {"corners": [list(corner) for corner in shape.corners]}


def _shape(plain: dict[str, Any]) -> Shape:
    if "corners" not in plain:
        return Circle(**plain)
    return Polygon(tuple((corner[0], corner[1]) for corner in plain["corners"]))
