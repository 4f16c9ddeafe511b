"""Who is on duty at a post at any minute, past or to come: rotations, and what people changed about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.shifts import DAY, Duty, DutyDays, Person, RosterRefused, Rotation, duty_day

VERIFIED_FOR = timedelta(days=90)  # how long a number that somebody answered counts as known to work


@dataclass(frozen=True)
class Override:
    """One person stands from `starts_at` to `ends_at` whatever the rotation says. Valid like a Rotation; of several,
    the one made last counts."""

    id: str
    post: str
    duty: Duty
    person: Person
    starts_at: datetime
    ends_at: datetime
    reason: str
    valid_from: datetime
    valid_to: datetime | None = None

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise RosterRefused("span", "it ends before it begins")

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at and is_valid(self, at)


@dataclass(frozen=True)
class Swap:
    """Two people exchange shifts: where the rotation has `first` in the first span, `second` stands, and the other way
    round. It counts from `valid_from`, when it was accepted; until then, and when declined, it is None."""

    id: str
    post: str
    duty: Duty
    first: Person
    second: Person
    first_starts: datetime
    first_ends: datetime
    second_starts: datetime
    second_ends: datetime
    asked_at: datetime
    settled: str | None = None  # accepted, declined
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def __post_init__(self) -> None:
        if self.first.id == self.second.id:
            raise RosterRefused("same_person", "two different people exchange shifts")
        if self.first_starts >= self.first_ends or self.second_starts >= self.second_ends:
            raise RosterRefused("span", "it ends before it begins")

    def instead_of(self, person: Person, at: datetime) -> Person:
        """Who stands at `at` in place of `person`; the same person where the swap says nothing."""
        if not is_valid(self, at):
            return person
        if person.id == self.first.id and self.first_starts <= at < self.first_ends:
            return self.second
        if person.id == self.second.id and self.second_starts <= at < self.second_ends:
            return self.first
        return person


def is_valid(entry: Override | Swap, at: datetime) -> bool:
    if entry.valid_from is None:
        return False
    return entry.valid_from <= at and (entry.valid_to is None or at < entry.valid_to)


@dataclass(frozen=True)
class Standing:
    """Who stands, and why: `rotation`, `swap`, `override` with the entry's id, or `gap` with nobody."""

    person: Person | None
    why: str
    entry: str = ""


NOBODY = Standing(None, "gap")


@dataclass(frozen=True)
class OnDuty:
    """The answer for one minute of one post."""

    post: str
    at: datetime
    duty: Person | None
    deputy: Person | None
    why: Mapping[str, Standing]


@dataclass(frozen=True)
class Shift:
    """A stretch with one answer; `standing.person` is None in a gap."""

    post: str
    duty: Duty
    starts_at: datetime
    ends_at: datetime
    standing: Standing


E = TypeVar("E", Rotation, Override, Swap)


@dataclass(frozen=True)
class Roster:
    """Everything known of some posts. Minutes before an edit are answered by what was valid then."""

    zone: ZoneInfo
    days: DutyDays
    rotations: Sequence[Rotation] = ()
    overrides: Sequence[Override] = ()
    swaps: Sequence[Swap] = ()

    @cached_property
    def by_seat(self) -> dict[tuple[str, str], list[Rotation]]:
        """The highest layer first."""
        return _grouped(sorted(self.rotations, key=lambda one: -one.layer))

    @cached_property
    def overrides_by_seat(self) -> dict[tuple[str, str], list[Override]]:
        """The one made last first."""
        return _grouped(sorted(self.overrides, key=lambda one: (one.valid_from, one.id), reverse=True))

    @cached_property
    def swaps_by_seat(self) -> dict[tuple[str, str], list[Swap]]:
        """In the order in which they were accepted."""
        accepted = [one for one in self.swaps if one.valid_from is not None]
        return _grouped(sorted(accepted, key=lambda one: (one.valid_from or one.asked_at, one.id)))


def _grouped(entries: Iterable[E]) -> dict[tuple[str, str], list[E]]:
    found: dict[tuple[str, str], list[E]] = {}
    for one in entries:
        found.setdefault((one.post, one.duty), []).append(one)
    return found


def on_duty(roster: Roster, post: str, at: datetime) -> OnDuty:
    """Who is on duty and who is deputy at a post at any instant. A post that nobody knows has nobody."""
    why = {str(duty): standing(roster, post, at, duty=duty) for duty in Duty}
    return OnDuty(post, at, why[Duty.DUTY].person, why[Duty.DEPUTY].person, why)


def standing(roster: Roster, post: str, at: datetime, *, duty: Duty = Duty.DUTY) -> Standing:
    """An override decides, then the highest layer that covers the minute, with the swaps agreed about it."""
    seat = (post, duty)
    for override in roster.overrides_by_seat.get(seat, ()):
        if override.covers(at):
            return Standing(override.person, "override", override.id)
    for rotation in roster.by_seat.get(seat, ()):
        person = rotation.person(at, roster.zone, roster.days)
        if person is not None:
            return _swapped(roster.swaps_by_seat.get(seat, ()), Standing(person, "rotation", rotation.id), at)
    return NOBODY


def _swapped(swaps: Sequence[Swap], found: Standing, at: datetime) -> Standing:
    for swap in swaps:
        assert found.person is not None
        instead = swap.instead_of(found.person, at)
        if instead is not found.person:
            found = Standing(instead, "swap", swap.id)
    return found


def shifts(roster: Roster, post: str, first: datetime, last: datetime, *, duty: Duty = Duty.DUTY) -> list[Shift]:
    """Everything from `first` to `last` as stretches with one answer each, gaps among them, without a hole between."""
    edges = sorted({first, last, *(at for at in _edges(roster, (post, duty), first, last) if first < at < last)})
    found: list[Shift] = []
    for start, end in pairwise(edges):
        now = standing(roster, post, start, duty=duty)
        if found and found[-1].standing == now:
            found[-1] = Shift(post, duty, found[-1].starts_at, end, now)
        else:
            found.append(Shift(post, duty, start, end, now))
    return found


def gaps(roster: Roster, posts: Iterable[str], first: datetime, last: datetime) -> list[Shift]:
    """Stretches in which a post has nobody on duty. A missing deputy is no gap: not every post has one."""
    return [one for post in posts for one in shifts(roster, post, first, last) if one.standing.person is None]


@dataclass(frozen=True)
class Contact:
    """What is known of how a person is reached: the number, and when somebody last answered it."""

    phone: str
    verified_at: datetime | None


@dataclass(frozen=True)
class Unverified:
    """Somebody who will be on duty and may not be reachable: `gone`, `no_phone`, `never` tried or too `old`."""

    post: str
    person: Person
    duty: Duty
    from_: datetime
    why: str


def unverified(
    roster: Roster, posts: Iterable[str], first: datetime, last: datetime, *, contacts: Mapping[str, Contact]
) -> list[Unverified]:
    """The people on duty or deputy between `first` and `last` without a verified contact, each once a post, with their
    first shift. `contacts`: person id → contact, of the people who are on the posts' lists today."""
    found: dict[tuple[str, str], Unverified] = {}
    for shift in (one for post in posts for duty in Duty for one in shifts(roster, post, first, last, duty=duty)):
        person = shift.standing.person
        flaw = person and flaw_of(contacts.get(person.id), first)
        if person and flaw:
            doubt = Unverified(shift.post, person, shift.duty, shift.starts_at, flaw)
            found.setdefault((shift.post, person.id), doubt)
    return list(found.values())


def flaw_of(contact: Contact | None, now: datetime) -> str | None:
    """Why a contact does not count as verified; None when it does."""
    if contact is None:
        return "gone"
    if not contact.phone:
        return "no_phone"
    if contact.verified_at is None:
        return "never"
    return "old" if contact.verified_at + VERIFIED_FOR < now else None


def _edges(roster: Roster, seat: tuple[str, str], first: datetime, last: datetime) -> Iterator[datetime]:
    """Every instant at which the answer for a seat may change."""
    for rotation in roster.by_seat.get(seat, ()):
        yield from _of_validity(rotation)
        since, until = (duty_day(at, rotation.handover, roster.zone) for at in (first, last))
        yield from rotation.changes(since - DAY, until + DAY, roster.zone)
    for override in roster.overrides_by_seat.get(seat, ()):
        yield from (override.starts_at, override.ends_at, *_of_validity(override))
    for swap in roster.swaps_by_seat.get(seat, ()):
        yield from (swap.first_starts, swap.first_ends, swap.second_starts, swap.second_ends, *_of_validity(swap))


def _of_validity(entry: Rotation | Override | Swap) -> list[datetime]:
    return [at for at in (entry.valid_from, entry.valid_to) if at is not None]
