"""The next group of posts, ordered as further lines of an order to which too few answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.account import Actor, NotAllowed, Role
from domain.city import City
from domain.escalation import Group
from domain.order import Line, LineState, Order, OrderRefused
from domain.timers import timers_of
from operations.order_rows import announce_lines, announce_order
from operations.planning import haste_in
from operations.ports import Work
from operations.targets import Targets, resolve


def order_group(work: Work, city: City, order: Order, group: Group, *, now: datetime, with_reserved: bool) -> int:
    """Order those of a group who have no line yet, below the post that issued the order; how many."""
    order = work.orders.get(order.id) or order  # a group that came in the same moment has changed it
    known = work.orders.lines(order.id)
    posts = _posts(city, order, group, with_reserved=with_reserved)
    have = {line.post for line in known}
    fresh = [Line(order.id, code, tier, LineState.QUEUED, now) for code, tier in posts if code not in have]
    if fresh:
        _join(work, city, order, fresh, known)
    return len(fresh)


def _posts(city: City, order: Order, group: Group, *, with_reserved: bool) -> list[tuple[str, str]]:
    issuer = Actor(order.issued_by, order.signer, Role.OFFICER, dispatch_root=order.post)
    targets = Targets(tiers=group.tiers, posts=group.posts, leave_out=group.leave_out)
    try:
        found = resolve(city, issuer, targets, with_reserved=with_reserved)
    except (OrderRefused, NotAllowed):  # everybody left out or reserved, or above the issuer: nobody follows
        return []
    return [(post.code, post.tier) for post in found]


def _join(work: Work, city: City, order: Order, fresh: Sequence[Line], known: Sequence[Line]) -> None:
    tiers = dict(order.tiers)
    for line in fresh:
        tiers[line.tier] = tiers.get(line.tier, 0) + 1
    grown = replace(order, tiers=tiers, version=order.version + 1)
    work.orders.save(grown)
    work.orders.add_lines(fresh)
    work.timers.add(timers_of(grown, fresh, haste=haste_in(work, city)))
    announce_order(work, grown, [line.post for line in (*known, *fresh)])
    announce_lines(work, order.id, fresh)
