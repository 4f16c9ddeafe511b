"""Saved groups of targets: made once in quiet times, ordered by their name when it matters."""

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from domain.identity import new_id
from domain.order import OrderRefused
from domain.text import flaw_of
from operations.grid_ports import Group
from operations.ports import Begin, Clock
from operations.reach import Reaches
from operations.targets import Targets, to_plain

LONGEST_NAME, MOST = 40, 500


class GroupUnknown(Exception):
    """There is no saved group of this id that the actor may see."""


class Groups:
    """A group belongs to the subtree of who saved it; officers of that subtree, or of one above it, may use it. Every
    change is audited."""

    def __init__(self, begin: Begin, read: Begin, *, clock: Clock, city: City, reaches: Reaches) -> None:
        self._begin, self._read, self._clock, self._city = begin, read, clock, city
        self._reaches = reaches

    def all(self, actor: Actor) -> list[Group]:
        """Those that the actor may order, by name. Raises NotAllowed without dispatch authority."""
        actor.must(Permission.DISPATCH)
        with self._read() as work:
            return [group for group in work.groups.all() if self._is_mine(actor, group)]

    def save(self, actor: Actor, name: str, targets: Targets) -> Group:
        """Keep targets under a name. Raises OrderRefused for a name that is empty, too long or taken, and whatever an
        order to these targets would be refused for; groups of groups are not made."""
        actor.must(Permission.DISPATCH)
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or flaw_of(name):
            raise OrderRefused(f"a group has a name of 1 to {LONGEST_NAME} characters")
        if targets.groups:
            raise OrderRefused("a group cannot hold other groups: name their posts")
        now, owner = self._clock.real(), str(actor.dispatch_root)
        group = Group(new_id(now), name, owner, to_plain(targets), actor.id, now)
        with self._begin() as work:
            known = work.groups.all()
            if len(known) >= MOST or any((one.name, one.owner) == (name, owner) for one in known):
                raise OrderRefused(f"there is a group {name!r} already, or there are {MOST}: delete one first")
            reach = self._reaches.of(work, actor, targets, now)
            work.groups.add(group)
            work.audit(actor, "group.saved", group.id, {"name": name, "posts": len(reach.posts)})
        return group

    def delete(self, actor: Actor, group_id: str) -> None:
        """Raises GroupUnknown, NotAllowed for a group of another subtree. Orders that were sent to it stay."""
        actor.must(Permission.DISPATCH)
        with self._begin() as work:
            group = work.groups.get(group_id)
            if group is None:
                raise GroupUnknown(group_id)
            if not self._is_mine(actor, group):
                raise NotAllowed(f"the group {group.name} belongs to {group.owner}")
            work.groups.remove(group_id)
            work.audit(actor, "group.deleted", group.id, {"name": group.name})

    def _is_mine(self, actor: Actor, group: Group) -> bool:
        return self._city.is_within(group.owner, str(actor.dispatch_root))
