"""The switch between peace and war (平时/战时): what holds now, what a switch would change, and the switch itself."""

from dataclasses import asdict, dataclass, replace

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from domain.order import OrderRefused
from domain.readiness import Change, Condition, Effects, Readiness, changes
from operations.ports import Begin, Clock, Row, Work
from operations.readiness_ports import Switch
from operations.rows import stamp

_LONGEST_REASON = 200


class SwitchRefused(OrderRefused):
    """The switch cannot be thrown so; the sentence says why."""


class SwitchedMeanwhile(SwitchRefused):
    """Somebody else threw the switch since this officer looked."""


@dataclass(frozen=True)
class ReadinessDesk:
    begin: Begin
    read: Begin
    clock: Clock
    city: City

    def now(self) -> Readiness:
        """What holds at this moment: the condition, who switched to it, when and why, and its effects."""
        with self.read() as work:
            return readiness_in(work, self.city)

    def effects(self) -> Effects:
        """What holds at this moment, for whoever is governed by it."""
        return self.now().effects

    def exists(self) -> bool:
        """Whether this city has a switch: it has declared what war changes."""
        return Condition.WAR in self.city.readiness

    def changes(self, to: Condition) -> list[Change]:
        """Every effect with its value now and its value after a switch to `to`."""
        return changes(self.now().effects, effects_of(self.city, to))

    def history(self, actor: Actor, limit: int = 20) -> list[Switch]:
        """Who switched when and why, newest first. Raises NotAllowed."""
        actor.must(Permission.SEE_LEDGER)
        with self.read() as work:
            return work.readiness.latest(limit)

    def switch(self, actor: Actor, to: Condition, *, reason: str, version: int) -> Readiness:
        """Throw the switch. `version` is the one that the officer saw: when another officer switched since, this is
        refused, and neither undoes the other unseen. Raises NotAllowed without authority over the whole city,
        SwitchRefused without a reason, to the condition that holds, or in a city without a switch."""
        self._check(actor, reason)
        with self.begin() as work:
            number = work.take_numbers("readiness", 1)  # whoever else throws the switch waits here
            held = readiness_in(work, self.city)
            if held.version != version:
                raise SwitchedMeanwhile(f"{held.by} switched to {held.condition} meanwhile: look again")
            if held.condition is to:
                raise SwitchRefused(f"the city is already at {to}")
            at = self.clock.real()
            work.readiness.add(Switch(number, to, at, actor.id, actor.name, reason.strip()))
            after = readiness_in(work, self.city)
            announce(work, after, self.city)
            work.audit(actor, "readiness.switch", to, {"reason": after.reason, "changes": told(held, after)})
        return after

    def _check(self, actor: Actor, reason: str) -> None:
        actor.must(Permission.DISPATCH)
        if actor.dispatch_root != self.city.code:
            raise NotAllowed(f"{actor.name} has no authority over the whole city: the switch is for all of it")
        if not self.exists():
            raise SwitchRefused("this city has not declared what war changes: add readiness.yaml to its folder")
        if not reason.strip():
            raise SwitchRefused("say why the switch is thrown")
        if len(reason) > _LONGEST_REASON:
            raise SwitchRefused(f"the reason has {len(reason)} characters; at most {_LONGEST_REASON} are kept")


def effects_of(city: City, condition: Condition) -> Effects:
    return city.readiness.get(condition, Effects())


def readiness_in(work: Work, city: City) -> Readiness:
    """What holds within a transaction that is under way."""
    switch = work.readiness.newest()
    if switch is None:
        return Readiness(effects=effects_of(city, Condition.PEACE))
    effects = effects_of(city, switch.condition)
    return Readiness(switch.condition, switch.at, switch.name, switch.reason, switch.version, effects)


def told(before: Readiness, after: Readiness) -> Row:
    """What a switch changed, as effect → [before, after]."""
    every = changes(before.effects, after.effects)
    return {one.effect: [one.before, one.after] for one in every if one.before != one.after}


def readiness_row(readiness: Readiness) -> Row:
    """The readiness as desks see it."""
    row: Row = {"kind": "readiness", "id": "city", "version": readiness.version, "condition": readiness.condition}
    row |= {"since": stamp(readiness.since), "by": readiness.by, "reason": readiness.reason}
    return row | {"effects": asdict(readiness.effects)}


def public_readiness_row(readiness: Readiness) -> Row:
    """The same for walls and terminals: no person's name and no reason."""
    return readiness_row(replace(readiness, by="", reason=""))


def announce(work: Work, readiness: Readiness, city: City) -> None:
    work.announce(["desk"], [readiness_row(readiness)])
    work.announce(["wall", *(f"post:{post.code}" for post in city.posts)], [public_readiness_row(readiness)])
