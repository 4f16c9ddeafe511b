"""Escalation: the ladder that a silent line climbs, rung by rung, and which of its rungs are due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

from domain.delivery import Channel
from domain.order import Line, LineState, Order

OTHER = "other"  # the rungs of every tier that has none of its own
TIERS = ("district", "township", "unit", "special_grid", "district_unit", OTHER)
ASKS_FOR_HELP = frozenset({"need_support", "cannot"})
_LONGEST_S, _MOST_RUNGS, _MOST_GROUPS = 7 * 24 * 3600, 20, 10


class Condition(StrEnum):
    """What a rung looks for on the line when its time comes; any one of a rung's conditions is enough."""

    NOT_DELIVERED = "not_delivered"
    NOT_READ = "not_read"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_COMPLETED = "not_completed"  # the answer that completes the line has not come
    NEED_SUPPORT = "need_support"  # the newest answer is 需支援 or 无法执行


class Whom(StrEnum):
    ON_DUTY = "on_duty"  # 值班人
    DEPUTY = "deputy"  # 副班
    LEADER = "leader"  # 带班领导
    ABOVE = "above"  # the post one tier above


class By(StrEnum):
    TERMINAL = "terminal"  # a notice on the post's own terminal
    PHONE = "phone"  # the outbound-call gateway where there is one, else somebody of the centre dials
    SMS = Channel.SMS
    VOICE = Channel.VOICE
    EMAIL = Channel.EMAIL
    WECOM = Channel.WECOM
    DINGTALK = Channel.DINGTALK
    FEISHU = Channel.FEISHU
    WEBHOOK = Channel.WEBHOOK
    CALL = Channel.CALL


E = TypeVar("E", bound=Enum)


class LadderRefused(ValueError):
    """The ladder cannot be read; the sentence names the place in it, what is wrong, and what to write."""


@dataclass(frozen=True)
class Rung:
    """One step of a ladder. Its time is a fraction of the tier's limit (`at`) or seconds (`at_s`), one of the two,
    counted from when the line was written."""

    at: Fraction | None
    at_s: float | None
    when: frozenset[Condition]
    tell: tuple[Whom, ...]
    by: tuple[By, ...]

    def after(self, limit_s: float, haste: float = 1.0) -> timedelta:
        """How long after the line was written the rung is reached; `haste` below 1 brings it forward."""
        seconds = float(self.at * Fraction(limit_s)) if self.at is not None else float(self.at_s or 0)
        return timedelta(seconds=seconds * haste)

    def holds(self, line: Line, completes: str) -> bool:
        return bool(self.when & conditions(line, completes))


@dataclass(frozen=True)
class Group:
    """The posts that are ordered next when, `after_s` seconds after the issue, too few of the wanted answers came."""

    after_s: float
    tiers: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ladder:
    """`rungs` by tier; a line that was acknowledged and is not completed `completes_within_s` seconds later comes back
    (None: never); `groups` are ordered one after the other while too few answers came."""

    rungs: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)
    completes_within_s: float | None = None
    groups: tuple[Group, ...] = ()

    def of(self, tier: str) -> tuple[Rung, ...]:
        """The rungs of a tier, in the order in which they are reached."""
        return self.rungs.get(tier, self.rungs.get(OTHER, ()))


def ladder_of(mapping: Mapping[str, Any]) -> Ladder:
    """The ladder that a plain mapping, as in a plan's YAML or in Order.ladder, describes. An empty one escalates
    nothing. Raises LadderRefused.

        tiers:
          district:                     # or township, unit, special_grid, district_unit; other: those not named
            - {at: 1/3, when: [not_acknowledged], tell: [deputy], by: [phone]}
            - {at_s: 45, when: [not_delivered, need_support], tell: [leader, above], by: [phone, sms, terminal]}
        completes_within_s: 1800        # optional
        groups:                         # optional, with `wanted` on the plan
          - {after_s: 360, tiers: [unit], posts: ["the post's code"], leave_out: []}

    `at` is a fraction of the tier's limit (0, 0.5, 1/3, also above 1), `at_s` seconds; a rung has one of the two."""
    said = _mapping(mapping, "ladder", ("tiers", "completes_within_s", "groups"))
    tiers = _mapping(said.get("tiers") or {}, "tiers", TIERS)
    within = said.get("completes_within_s")
    return Ladder(
        rungs={tier: _rungs(entries, f"tiers.{tier}") for tier, entries in tiers.items()},
        completes_within_s=None if within is None else _seconds(within, "completes_within_s", least=1),
        groups=_groups(said.get("groups") or []),
    )


def conditions(line: Line, completes: str) -> frozenset[Condition]:
    """Everything that is true of a line now; nothing is true of one that was expired or withdrawn."""
    if line.state in (LineState.EXPIRED, LineState.WITHDRAWN):
        return frozenset()
    newest = line.answers[-1].answer if line.answers else None
    found = {
        Condition.NOT_DELIVERED: line.delivered_at is None,
        Condition.NOT_READ: line.read_at is None,
        Condition.NOT_ACKNOWLEDGED: line.acknowledged_at is None,
        Condition.NOT_COMPLETED: not is_completed(line, completes),
        Condition.NEED_SUPPORT: newest in ASKS_FOR_HELP,
    }
    return frozenset(condition for condition, true in found.items() if true)


def is_completed(line: Line, completes: str) -> bool:
    """Whether the post's newest answer is the one that completes the line; with `received` every acknowledgement is."""
    if completes == "received":
        return line.acknowledged_at is not None
    return bool(line.answers) and line.answers[-1].answer == completes


def due(ladder: Ladder, order: Order, line: Line, now: datetime) -> list[Rung]:
    """The rungs of a running order's line whose time has come and of which a condition holds now."""
    waited, limit = now - line.queued_at, limit_of(order, line.tier)
    return [rung for rung in ladder.of(line.tier) if rung.after(limit) <= waited and rung.holds(line, order.completes)]


def limit_of(order: Order, tier: str) -> int:
    """Seconds to acknowledge; a tier that joined later has the longest of the order's limits."""
    return order.limits.get(tier, max(order.limits.values(), default=600))


def is_filled(wanted: Mapping[str, int], lines: Iterable[Line]) -> bool:
    """Whether every answer that is wanted has come often enough, by the newest answer of each line."""
    newest = [line.answers[-1].answer for line in lines if line.answers]
    return bool(wanted) and all(newest.count(answer) >= n for answer, n in wanted.items())


def _rungs(entries: object, where: str) -> tuple[Rung, ...]:
    return tuple(_rung(entry, place) for entry, place in _entries(entries, where, _MOST_RUNGS))


def _rung(entry: object, where: str) -> Rung:
    said = _mapping(entry, where, ("at", "at_s", "when", "tell", "by"))
    if ("at" in said) == ("at_s" in said):
        raise LadderRefused(f"{where}: give either at (a fraction of the limit) or at_s (seconds)")
    return Rung(
        at=_fraction(said["at"], f"{where}.at") if "at" in said else None,
        at_s=_seconds(said["at_s"], f"{where}.at_s") if "at_s" in said else None,
        when=frozenset(_words(Condition, said.get("when"), f"{where}.when")),
        tell=_words(Whom, said.get("tell"), f"{where}.tell"),
        by=_words(By, said.get("by"), f"{where}.by"),
    )


def _groups(entries: object) -> tuple[Group, ...]:
    found = tuple(_group(entry, place) for entry, place in _entries(entries, "groups", _MOST_GROUPS))
    if any(later.after_s <= earlier.after_s for earlier, later in pairwise(found)):
        raise LadderRefused("groups: each begins later than the one before: write after_s in rising order")
    return found


def _group(entry: object, where: str) -> Group:
    said = _mapping(entry, where, ("after_s", "tiers", "posts", "leave_out"))
    lists = {name: _codes(said.get(name) or [], f"{where}.{name}") for name in ("tiers", "posts", "leave_out")}
    if not lists["tiers"] and not lists["posts"]:
        raise LadderRefused(f"{where}: nobody is in it: give tiers or posts")
    if "after_s" not in said:
        raise LadderRefused(f"{where}: say after how many seconds it is ordered: after_s")
    return Group(_seconds(said["after_s"], f"{where}.after_s", least=1), **lists)


def _mapping(value: object, where: str, allowed: Sequence[str]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise LadderRefused(f"{where}: this is no mapping: write {', '.join(allowed)}")
    strange = [str(key) for key in value if key not in allowed]
    if strange:
        raise LadderRefused(f"{where}: {strange[0]} is not known: use {', '.join(allowed)}")
    return dict(value)


def _entries(value: object, where: str, most: int) -> list[tuple[object, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
        raise LadderRefused(f"{where}: this is no list of at most {most} entries")
    return [(entry, f"{where}[{number}]") for number, entry in enumerate(value)]


def _words(kind: type[E], value: object, where: str) -> tuple[E, ...]:
    """A list of words of `kind` that is not empty; one word may stand without the list."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, Sequence) or not items:
        raise LadderRefused(f"{where}: this is empty: use some of {', '.join(each.value for each in kind)}")
    try:
        return tuple(dict.fromkeys(kind(item) for item in items))
    except ValueError as error:
        raise LadderRefused(f"{where}: {error}: use some of {', '.join(each.value for each in kind)}") from None


def _codes(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise LadderRefused(f"{where}: this is no list of codes: put numbers between quotation marks")
    return tuple(value)


def _seconds(value: object, where: str, *, least: float = 0) -> float:
    """A number, or a text that spells one: whoever reads YAML may leave every scalar as it is written."""
    try:
        found = float(str(value))
    except ValueError:
        found = -1.0
    if isinstance(value, bool) or not least <= found <= _LONGEST_S:
        raise LadderRefused(f"{where}: {value!r} is no number of seconds from {least:g} to {_LONGEST_S}")
    return found


def _fraction(value: object, where: str) -> Fraction:
    try:
        found = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if isinstance(value, bool) or not 0 <= found <= 100:
        raise LadderRefused(f"{where}: {value!r} is no fraction of the limit such as 0.5, 1/3 or 2")
    return found
