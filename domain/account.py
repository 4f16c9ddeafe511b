"""Who may do what: roles, permissions, and the actor that every operation is told about."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    WALL = "wall"  # a wall's device: sees vital signs and ledgers without personal data
    POST = "post"  # a district's, township's, unit's or special grid's desk: answers orders to itself
    OFFICER = "officer"  # a duty officer: sees all, moves cases; dispatches only with the permission of its own
    LEADER = "leader"  # sees everything, changes nothing
    ADMIN = "admin"  # accounts, keys, tokens, dead letters; cannot dispatch
    MACHINE = "machine"  # an API key: only what the key says


class Permission(StrEnum):
    SEE_WALL = "see_wall"
    SEE_LEDGER = "see_ledger"  # orders, ledgers, the desk
    SEE_CASES = "see_cases"
    REPORT_CASES = "report_cases"
    STEP_CASES = "step_cases"
    SEND_HEARTBEATS = "send_heartbeats"
    DISPATCH = "dispatch"  # granted by name, never by role; carries a subtree
    TELL_RECEIPTS = "tell_receipts"  # what became of messages: for the gateways that carry them
    ANSWER = "answer"  # receipts and answers of one's own post
    ADMINISTER = "administer"


GRANTED_BY_ROLE: dict[Role, frozenset[Permission]] = {
    Role.WALL: frozenset({Permission.SEE_WALL}),
    Role.POST: frozenset({Permission.ANSWER}),
    Role.OFFICER: frozenset(
        {
            Permission.SEE_WALL,
            Permission.SEE_LEDGER,
            Permission.SEE_CASES,
            Permission.REPORT_CASES,
            Permission.STEP_CASES,
        }
    ),
    Role.LEADER: frozenset({Permission.SEE_WALL, Permission.SEE_LEDGER, Permission.SEE_CASES}),
    Role.ADMIN: frozenset({Permission.SEE_WALL, Permission.ADMINISTER}),
    Role.MACHINE: frozenset(),
}


class NotAllowed(Exception):
    """The actor lacks a permission, or the target lies outside the actor's subtree."""


@dataclass(frozen=True)
class Actor:
    """Who asks. `post` is the seat one sits at, `dispatch_root` the top of the subtree one may order, None for none.

    `sources` limits a key to the sources it may report for. `posts` are the further seats a robot key may answer for.
    """

    id: str
    name: str
    role: Role
    post: str | None = None
    extra: frozenset[Permission] = frozenset()
    dispatch_root: str | None = None
    sources: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    known_by: str = "login"  # login, device, key

    def may(self, permission: Permission) -> bool:
        if permission is Permission.DISPATCH:
            return self.dispatch_root is not None
        return permission in GRANTED_BY_ROLE[self.role] or permission in self.extra

    def must(self, permission: Permission) -> None:
        """Raise NotAllowed unless the actor has `permission`."""
        if not self.may(permission):
            raise NotAllowed(f"{self.name} has no permission to {permission.replace('_', ' ')}")

    def answers_for(self, post: str) -> bool:
        return self.may(Permission.ANSWER) and (post == self.post or post in self.posts)


SYSTEM = Actor(id="system", name="system", role=Role.MACHINE, extra=frozenset(Permission), known_by="key")

Who = Callable[[], Actor | None]
