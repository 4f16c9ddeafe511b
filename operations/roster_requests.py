"""What people ask of a roster, and how it becomes entries: names found, times read, nothing that cannot be."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from domain.city import City
from domain.identity import new_id
from domain.roster import Roster, Shift, Unverified
from domain.shifts import EVERY_DAY, Duty, Person, RosterRefused, Rotation, instant
from domain.workdays import DayKind
from operations.account_problems import AccountProblem
from operations.ports import Row


class RosterProblem(AccountProblem):
    """Nothing about the roster was changed."""


class RosterRisks(RosterProblem):
    """Saving would leave minutes with nobody on duty, or put somebody there whose contact is not verified. The same
    with `confirmed=True` is saved."""

    def __init__(self, gaps: Sequence[Shift], unverified: Sequence[Unverified], zone: ZoneInfo) -> None:
        self.gaps, self.unverified = tuple(gaps), tuple(unverified)
        names = [f"{one.person.name} ({one.post})" for one in unverified]
        super().__init__("roster_risks", gaps=_some([span_of(gap, zone) for gap in gaps]), people=_some(names))


def _some(parts: Sequence[str]) -> str:
    more = [f"… +{len(parts) - 8}"] if len(parts) > 8 else []
    return "; ".join([*parts[:8], *more]) or "–"


def span_of(shift: Shift, zone: ZoneInfo) -> str:
    start, end = (at.astimezone(zone) for at in (shift.starts_at, shift.ends_at))
    return f"{shift.post} {start:%Y-%m-%d %H:%M} – {end:%m-%d %H:%M}"


@dataclass(frozen=True)
class LayerRequest:
    """One layer as it shall be: `people` are ids or names from the post's list, in the order of their turns."""

    people: tuple[str, ...]
    starts_on: date
    handover: time = time(8, 30)
    shift_hours: int = 24
    duty: Duty = Duty.DUTY
    layer: int = 0
    day_kinds: frozenset[DayKind] = EVERY_DAY


@dataclass(frozen=True)
class OverrideRequest:
    """`starts_at` None is now; `person` is an id or a name from the post's list."""

    person: str
    ends_at: datetime
    starts_at: datetime | None = None
    duty: Duty = Duty.DUTY
    reason: str = ""


@contextmanager
def refusals() -> Iterator[None]:
    """What the domain refuses, as a problem that screens translate."""
    try:
        yield
    except RosterRefused as refused:
        raise RosterProblem(f"roster_{refused.key}") from refused


def find_person(listed: Sequence[Row], said: str) -> Person:
    """The person with this id, or else this name. Raises RosterProblem when there is none, or two of the name."""
    found = [one for one in listed if one["id"] == said] or [one for one in listed if one["name"] == said]
    if not found:
        raise RosterProblem("roster_person", name=said)
    if len(found) > 1:
        raise RosterProblem("roster_name_twice", name=said)
    return Person(found[0]["id"], found[0]["name"])


@dataclass(frozen=True)
class Change:
    """What saving a post's layers means: entries that begin, and for each that ends, when."""

    begin: tuple[Rotation, ...]
    end: Mapping[str, datetime]

    def applied(self, roster: Roster) -> Roster:
        """The roster as it would be."""
        kept = [self._ended(one) for one in roster.rotations]
        return replace(roster, rotations=[*kept, *self.begin])

    def _ended(self, one: Rotation) -> Rotation:
        end = self.end.get(one.id)
        if end is None or (one.valid_to is not None and one.valid_to <= end):
            return one
        return replace(one, valid_to=end)


def change(
    post: str, layers: Sequence[LayerRequest], listed: Sequence[Row], before: Sequence[Rotation], *, now: datetime,
    zone: ZoneInfo,
) -> Change:  # fmt: skip
    """A changed layer stands until the new one's first handover; one that is no longer wanted ends now; one that is
    asked for as it is stays as it is."""
    with refusals():
        wanted = [_rotation(post, one, listed, now=now, zone=zone) for one in layers]
    twice = _twice(wanted)
    if twice:
        raise RosterProblem("roster_layer_twice", layer=twice.layer)
    standing = {_said(one): one for one in before if one.valid_to is None}
    begin = tuple(one for one in wanted if _said(one) not in standing)
    stays = {standing[_said(one)].id for one in wanted if _said(one) in standing}
    starts = {(one.duty, one.layer): one.valid_from for one in begin}
    end = {one.id: starts.get((one.duty, one.layer), now) for one in before if one.id not in stays}
    return Change(begin, end)


def _rotation(post: str, said: LayerRequest, listed: Sequence[Row], *, now: datetime, zone: ZoneInfo) -> Rotation:
    return Rotation(
        id=new_id(now),
        post=post,
        duty=said.duty,
        layer=said.layer,
        people=tuple(find_person(listed, one) for one in said.people),
        shift_hours=said.shift_hours,
        handover=said.handover,
        starts_on=said.starts_on,
        day_kinds=said.day_kinds,
        valid_from=max(now, instant(datetime.combine(said.starts_on, said.handover), zone)),
    )


def _said(one: Rotation) -> tuple[object, ...]:
    """A rotation without its id and validity."""
    return one.duty, one.layer, one.people, one.shift_hours, one.handover, one.starts_on, one.day_kinds


def _twice(wanted: Sequence[Rotation]) -> Rotation | None:
    seats = [(one.duty, one.layer) for one in wanted]
    return next((one for i, one in enumerate(wanted) if seats[i] in seats[:i]), None)


def known_post(city: City, post: str) -> str:
    """The post's code, also by another spelling of it. Raises RosterProblem for a post this city does not have."""
    code = city.post_aliases.get(post, post)
    if code not in city.post_by_code:
        raise RosterProblem("unknown_post", post=post)
    return code
