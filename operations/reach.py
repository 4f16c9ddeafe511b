"""Everybody whom an order would reach: the posts, the grid workers, and who is told in person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from domain.account import Actor, NotAllowed
from domain.city import City, Post, Tier
from domain.escalation import Whom
from domain.grid import GridWorker
from domain.order import OrderRefused
from domain.shape import Territories
from domain.shifts import DutyDays
from operations.duty_book import DutyBook, Somebody
from operations.ports import Work
from operations.targets import (
    HAVE_GRIDS,
    Targets,
    check_somebody,
    check_subtree,
    checked_shapes,
    from_plain,
    posts_of,
)


@dataclass(frozen=True)
class InPerson:
    """Somebody who is told in person, and why."""

    post: str
    role: Whom
    somebody: Somebody


@dataclass(frozen=True)
class Reach:
    """`posts` in the city's order, each once; `workers` by township and grid. `without_workers` are townships whose
    grid workers were asked for and that have none on duty, `without_person` posts with nobody in a role."""

    posts: tuple[Post, ...]
    workers: tuple[GridWorker, ...] = ()
    in_person: tuple[InPerson, ...] = ()
    without_workers: tuple[str, ...] = ()
    without_person: tuple[str, ...] = ()


class Reaches:
    """`with_reserved` as for operations.targets.resolve, whose refusals are also those of `of`."""

    def __init__(self, city: City, *, with_reserved: bool) -> None:
        self._city, self._with_reserved = city, with_reserved

    @cached_property
    def territories(self) -> Territories:
        return Territories(self._city)

    @cached_property
    def _days(self) -> DutyDays:
        return DutyDays(self._city.calendar)

    def of(self, work: Work, actor: Actor, targets: Targets, now: datetime) -> Reach:
        """Raises OrderRefused also for an unknown group, and for grid workers of whom none is on duty; NotAllowed for a
        group of another subtree."""
        parts = [(actor, targets), *(self._group(work, actor, group) for group in targets.groups)]
        posts: dict[str, Post] = {}
        townships: dict[str, Post] = {}
        for who, part in parts:
            posts |= {post.code: post for post in self.posts_in(who, part)}
            townships |= {post.code: post for post in self.townships_in(who, part)}
        townships = {code: post for code, post in townships.items() if not self._is_below(code, targets.leave_out)}
        calls = any(part.calls_grid_workers for _, part in parts)
        workers = self._workers(work, townships) if calls else []
        posts |= {worker.township: townships[worker.township] for worker in workers}
        kept = [post for post in self._city.posts if post.code in posts and post.code not in targets.leave_out]
        check_somebody(kept)
        reach = Reach(tuple(kept), tuple(workers))
        if calls:
            manned = {worker.township for worker in workers}
            reach = replace(reach, without_workers=tuple(code for code in townships if code not in manned))
        roles = [Whom(role) for _, part in parts for role in part.roles]
        return self._with_people(work, reach, list(dict.fromkeys(roles)), now)

    def posts_in(self, actor: Actor, targets: Targets) -> list[Post]:
        """The posts of targets without groups; it may be none."""
        reserved = self._with_reserved
        return posts_of(self._city, actor, targets, with_reserved=reserved, territories=self.territories)

    def _group(self, work: Work, actor: Actor, group_id: str) -> tuple[Actor, Targets]:
        """The targets of a saved group, and its owner's subtree: there a whole tier means what it meant when the group
        was saved. A group that names nobody any more is refused."""
        group = work.groups.get(group_id)
        if group is None:
            raise OrderRefused(f"there is no saved group {group_id!r}")
        if not self._city.is_within(group.owner, str(actor.dispatch_root)):
            raise NotAllowed(f"the group {group.name} belongs to {group.owner}, which {actor.name} may not order")
        owner, targets = replace(actor, dispatch_root=group.owner), from_plain(group.targets)
        if not self.posts_in(owner, targets) and not self.townships_in(owner, targets):
            raise OrderRefused(f"the group {group.name} is empty: it names no post any more")
        return owner, targets

    def townships_in(self, actor: Actor, targets: Targets) -> list[Post]:
        """The townships whose grid workers are meant."""
        for code in targets.grid_workers_of:
            post = self._city.post_by_code.get(code)
            if post is None or post.tier not in HAVE_GRIDS:
                raise OrderRefused(f"there is no area {code!r} with grid workers")
        check_subtree(self._city, actor, targets.grid_workers_of)
        root, own = str(actor.dispatch_root), self._city.posts_of({Tier.TOWNSHIP})
        own = [post for post in own if self._city.is_within(post.code, root)]
        inside = self._touched(own, targets)
        found = [post for post in own if post.code in inside or self._is_below(post.code, targets.grid_workers_of)]
        return [post for post in found if not self._is_below(post.code, targets.leave_out)]

    def _touched(self, own: Sequence[Post], targets: Targets) -> set[str]:
        if not targets.grid_workers_in_shapes:
            return set()
        shapes = checked_shapes(self._city, targets.shapes)
        return {post.code for shape in shapes for post in self.territories.concern(shape, own)}

    def _is_below(self, township: str, codes: Sequence[str]) -> bool:
        """Whether the township is one of these posts, or below one."""
        return any(self._city.is_within(township, code) for code in codes)

    def _workers(self, work: Work, townships: dict[str, Post]) -> list[GridWorker]:
        reserved = self._with_reserved
        found = work.grid.of(
            [code for code, post in townships.items() if reserved or not post.reserved], on_duty_only=True
        )
        if not found:
            raise OrderRefused("no grid worker is on duty in this area")
        return found

    def _with_people(self, work: Work, reach: Reach, roles: Sequence[Whom], now: datetime) -> Reach:
        if not roles:
            return reach
        codes = [post.code for post in reach.posts]
        book = DutyBook(work, self._city, codes, days=self._days, now=now)
        found = {(code, role): book.who(code, role) for code in codes for role in roles}
        told: dict[tuple[str, str], InPerson] = {}
        for (code, role), there in found.items():
            for one in there:
                told.setdefault((code, one.id), InPerson(code, role, one))
        nobody = [code for code in codes if not any(found[code, role] for role in roles)]
        return replace(reach, in_person=tuple(told.values()), without_person=tuple(nobody))
