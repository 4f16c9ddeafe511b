"""The record of who did what, as an administrator reads it, and whether it is whole."""

from dataclasses import dataclass

from domain.account import Actor, Permission
from operations.account_ports import Ground
from operations.account_problems import AccountProblem
from operations.ports import Row

PAGE = 100


@dataclass(frozen=True)
class Verified:
    """`entries` fit their seals; the last seal, noted elsewhere, later shows that none of them was cut off."""

    entries: int
    last_seal: str


class AuditTrail:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def latest(self, actor: Actor, *, containing: str = "", before: int | None = None) -> list[Row]:
        """The newest entries first: id, at, actor, actor_name, known_by, verb, about, detail."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            return work.audits.latest(PAGE, containing=containing, before=before)

    def verify(self, actor: Actor) -> Verified:
        """Seal what is not sealed yet and check every seal. Raises AccountProblem at the first that does not fit."""
        actor.must(Permission.ADMINISTER)
        with self._ground.begin() as work:
            work.audits.seal()
        with self._ground.read() as work:
            entries, last, broken = work.audits.broken_at()
        if broken is not None:
            raise AccountProblem("audit_broken", entry=broken)
        return Verified(entries, last)
