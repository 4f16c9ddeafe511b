"""The roster: who is on duty at every post, read by whom it concerns and changed by whoever answers for the post."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from domain import roster as rules
from domain.account import Actor
from domain.identity import new_id
from domain.roster import Contact, OnDuty, Override, Roster, Shift, Swap, Unverified
from domain.shifts import Duty, DutyDays, Rotation, instant
from operations.account_ports import AccountWork, Ground
from operations.ports import Row
from operations.roster_requests import (
    LayerRequest,
    OverrideRequest,
    RosterProblem,
    RosterRisks,
    change,
    find_person,
    known_post,
    refusals,
)
from operations.roster_rights import RosterRights
from operations.zones import zone_of

AHEAD = timedelta(days=30)  # how far gaps are looked for
AROUND = timedelta(days=29)  # a shift lasts no longer than this
FURTHEST = timedelta(days=400)


@dataclass(frozen=True)
class Findings:
    """What is wrong with the days to come: stretches without anybody, and people who may not be reachable. A post not
    among the `rostered` has no rota, and is all gap."""

    gaps: list[Shift]
    unverified: list[Unverified]
    rostered: frozenset[str]


class Rosters:
    """Times are real time. Raises NotAllowed, and RosterProblem with the reason for whatever cannot be."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._city, self._rights = ground, ground.city, RosterRights(ground.city)
        self._zone, self._days = zone_of(ground.city), DutyDays(ground.city.calendar)

    def on_duty_now(self, actor: Actor, posts: Sequence[str] | None = None) -> list[OnDuty]:
        """Who is on duty at this moment at each post; without `posts` at all that the actor may read."""
        return self.on_duty_at(actor, posts, self._ground.clock.real())

    def on_duty_at(self, actor: Actor, posts: Sequence[str] | None, at: datetime) -> list[OnDuty]:
        """The same at any instant. A past one is answered by what was valid then, whatever was changed since."""
        wanted = self._rights.readable(actor, posts)
        with self._ground.read() as work:
            roster = self._roster(work, wanted, at)
        return [rules.on_duty(roster, post, at) for post in wanted]

    def shifts(self, actor: Actor, post: str, first: datetime, last: datetime) -> list[Shift]:
        """All shifts of a post that overlap a span, gaps among them, of duty and of deputy."""
        if last - first > FURTHEST:
            raise RosterProblem("roster_far", days=FURTHEST.days)
        wanted = self._rights.readable(actor, [post])
        with self._ground.read() as work:
            roster = self._roster(work, wanted, first)
        return [one for duty in Duty for one in rules.shifts(roster, wanted[0], first, last, duty=duty)]

    def findings(self, actor: Actor, posts: Sequence[str] | None = None, ahead: timedelta = AHEAD) -> Findings:
        """Gaps and people without a verified contact from now on; without `posts` at all that the actor may read and
        that somebody staffs."""
        if ahead > FURTHEST:
            raise RosterProblem("roster_far", days=FURTHEST.days)
        wanted, now = self._rights.readable(actor, posts), self._ground.clock.real()
        if posts is None:
            wanted = [post for post in wanted if not self._city.post_by_code[post].reserved]
        with self._ground.read() as work:
            roster = self._roster(work, wanted, now)
            contacts = contacts_of(work, wanted)
        people = rules.unverified(roster, wanted, now, now + ahead, contacts=contacts)
        rostered = frozenset(one.post for one in roster.rotations)
        return Findings(rules.gaps(roster, wanted, now, now + ahead), people, rostered)

    def layers(self, actor: Actor, post: str) -> list[Rotation]:
        """The layers of a post as they stand or will stand, highest first."""
        wanted = self._rights.readable(actor, [post])
        with self._ground.read() as work:
            found = work.roster.rotations(wanted, self._ground.clock.real())
        return sorted((one for one in found if one.valid_to is None), key=lambda one: (one.duty, -one.layer))

    def overrides(self, actor: Actor, post: str) -> list[Override]:
        """What stands above the rotation now or will, the first to begin first."""
        wanted, now = self._rights.readable(actor, [post]), self._ground.clock.real()
        with self._ground.read() as work:
            found = work.roster.overrides(wanted, now)
        return sorted((one for one in found if one.valid_to is None), key=lambda one: one.starts_at)

    def swaps_asked(self, actor: Actor, post: str) -> list[Swap]:
        """The exchanges that wait for an answer and still can be."""
        wanted, now = self._rights.readable(actor, [post]), self._ground.clock.real()
        with self._ground.read() as work:
            return [one for one in work.roster.swaps(wanted, now) if one.settled is None]

    def save(
        self, actor: Actor, post: str, layers: Sequence[LayerRequest], *, confirmed: bool = False
    ) -> list[Rotation]:
        """Make these the layers of a post, all of them; the ones that began. Raises RosterRisks when the next 30 days
        then have a gap or somebody without a verified contact, unless `confirmed`."""
        post = self._rights.editable(actor, post)
        with self._ground.begin() as work:
            return self._save(work, actor, post, layers, confirmed)

    def _save(
        self, work: AccountWork, actor: Actor, post: str, layers: Sequence[LayerRequest], confirmed: bool
    ) -> list[Rotation]:
        now = self._ground.clock.real()
        roster = self._roster(work, [post], now)
        made = change(post, layers, work.people.of(post), roster.rotations, now=now, zone=self._zone)
        if not confirmed:
            self._check_risks(work, made.applied(roster), post, now)
        for entry, end in made.end.items():
            work.roster.end_rotations([entry], end)
        work.roster.add_rotations(made.begin, now, actor.id)
        detail = {"layers": len(layers), "begin": [_words(one) for one in made.begin], "ended": len(made.end)}
        work.audit(actor, "roster.saved", post, detail | {"confirmed": confirmed})
        return list(made.begin)

    def save_layer(self, actor: Actor, post: str, layer: LayerRequest, *, confirmed: bool = False) -> list[Rotation]:
        """Make this one of the post's layers, in place of the one with its duty and number; the others stay."""
        return self.save(actor, post, [*self._others(actor, post, layer.duty, layer.layer), layer], confirmed=confirmed)

    def remove_layer(self, actor: Actor, post: str, duty: Duty, layer: int, *, confirmed: bool = False) -> None:
        """End a layer now. Raises RosterProblem when there is none, RosterRisks like `save`."""
        post = known_post(self._city, post)
        others = self._others(actor, post, duty, layer)
        if len(others) == len(self.layers(actor, post)):
            raise RosterProblem("roster_unknown_entry")
        self.save(actor, post, others, confirmed=confirmed)

    def _others(self, actor: Actor, post: str, duty: Duty, layer: int) -> list[LayerRequest]:
        stand = self.layers(actor, self._rights.editable(actor, post))
        return [request_of(one) for one in stand if (one.duty, one.layer) != (duty, layer)]

    def override(self, actor: Actor, post: str, said: OverrideRequest, *, confirmed: bool = False) -> Override:
        """Put one person on duty for a span that has not passed. Raises RosterRisks when the person's contact is not
        verified, unless `confirmed`."""
        return self._override(actor, self._rights.editable(actor, post), said, confirmed, verb="roster.override")

    def _override(self, actor: Actor, post: str, said: OverrideRequest, confirmed: bool, *, verb: str) -> Override:
        now = self._ground.clock.real()
        start = said.starts_at or now
        if start < now or said.ends_at <= now:
            raise RosterProblem("roster_past")
        with self._ground.begin() as work, refusals():
            person = find_person(work.people.of(post), said.person)
            made = Override(new_id(now), post, said.duty, person, start, said.ends_at, said.reason, now)
            if not confirmed:
                self._check_person(work, made)
            work.roster.add_override(made, now, actor.id)
            span = {"starts_at": start.isoformat(), "ends_at": said.ends_at.isoformat()}
            work.audit(actor, verb, post, {"person": person.name, "duty": said.duty, "reason": said.reason} | span)
        return made

    def end_override(self, actor: Actor, post: str, override_id: str) -> None:
        """The rotation stands again from now on; what the override said of the past stays."""
        post, now = self._rights.editable(actor, post), self._ground.clock.real()
        with self._ground.begin() as work:
            found = [one for one in work.roster.overrides([post], now) if one.id == override_id and not one.valid_to]
            if not found:
                raise RosterProblem("roster_unknown_entry")
            work.roster.end_override(override_id, now)
            work.audit(actor, "roster.override_ended", post, {"person": found[0].person.name})

    def hand_over(
        self, actor: Actor, post: str, person: str, *, duty: Duty = Duty.DUTY, confirmed: bool = False
    ) -> Override:
        """Another person of the post stands from now to the end of the running shift; the post itself may do it. In a
        gap, to its end, or for a day."""
        post, now = self._rights.at_post(actor, post), self._ground.clock.real()
        with self._ground.read() as work:
            roster = self._roster(work, [post], now)
        running = rules.shifts(roster, post, now, now + AROUND, duty=duty)[0]
        end = running.ends_at if running.standing.person else min(running.ends_at, now + timedelta(days=1))
        said = OverrideRequest(person, end, duty=duty)
        return self._override(actor, post, said, confirmed, verb="roster.handed_over")

    def ask_swap(self, actor: Actor, post: str, first: datetime, second: datetime, *, duty: Duty = Duty.DUTY) -> Swap:
        """Ask that the two people who stand at these instants exchange those shifts; the post itself may ask."""
        post, now = self._rights.at_post(actor, post), self._ground.clock.real()
        if min(first, second) < now:
            raise RosterProblem("roster_past")
        if max(first, second) > now + FURTHEST:
            raise RosterProblem("roster_far", days=FURTHEST.days)
        with self._ground.begin() as work, refusals():
            roster = self._roster(work, [post], now)
            made = self._swap(roster, post, (first, second), duty)
            work.roster.add_swap(made, actor.id)
            work.audit(actor, "roster.swap_asked", post, {"first": made.first.name, "second": made.second.name})
        return made

    def _swap(self, roster: Roster, post: str, at: tuple[datetime, datetime], duty: Duty) -> Swap:
        one, other = (self._shift(roster, post, each, duty) for each in at)
        first, second = one.standing.person, other.standing.person
        if first is None or second is None:
            raise RosterProblem("roster_nobody")
        now = self._ground.clock.real()
        spans = one.starts_at, one.ends_at, other.starts_at, other.ends_at
        return Swap(new_id(now), post, duty, first, second, *spans, asked_at=now)

    @staticmethod
    def _shift(roster: Roster, post: str, at: datetime, duty: Duty) -> Shift:
        around = rules.shifts(roster, post, at - AROUND, at + AROUND, duty=duty)
        return next(one for one in around if one.starts_at <= at < one.ends_at)

    def answer_swap(self, actor: Actor, swap_id: str, *, accept: bool) -> None:
        """Accept or decline an exchange that was asked for; it counts from now on."""
        now = self._ground.clock.real()
        with self._ground.begin() as work:
            swap = work.roster.swap(swap_id)
            if swap is None or swap.settled or max(swap.first_ends, swap.second_ends) <= now:
                raise RosterProblem("roster_unknown_entry")
            self._rights.at_post(actor, swap.post)
            settled = "accepted" if accept else "declined"
            work.roster.settle_swap(swap_id, settled, now if accept else None)
            work.audit(
                actor, f"roster.swap_{settled}", swap.post, {"first": swap.first.name, "second": swap.second.name}
            )

    def verify_contact(self, actor: Actor, post: str, person: str) -> None:
        """Note that this person has just answered the number on the list."""
        post, now = self._rights.editable(actor, post), self._ground.clock.real()
        with self._ground.begin() as work:
            listed = work.people.of(post)
            found = find_person(listed, person)
            phone = next(one["phone"] for one in listed if one["id"] == found.id)
            if not phone:
                raise RosterProblem("roster_field", field="phone", value="–")
            work.roster.verify(found.id, phone, at=now, by=actor.id)
            work.audit(actor, "roster.contact_verified", post, {"person": found.name})

    def moment(self, said: str) -> datetime:
        """The instant of a city's local time such as 2026-03-01T08:00. Raises RosterProblem for anything else."""
        try:
            wall = datetime.fromisoformat(said)
        except ValueError:
            raise RosterProblem("roster_field", field="time", value=said[:40] or "–") from None
        return wall.astimezone(UTC) if wall.tzinfo else instant(wall, self._zone)

    def contact_flaws(self, actor: Actor, post: str) -> dict[str, str | None]:
        """Person id → why the contact does not count as verified, None when it does; of the post's list."""
        wanted = self._rights.readable(actor, [post])
        with self._ground.read() as work:
            found = contacts_of(work, wanted)
        return {person: rules.flaw_of(contact, self._ground.clock.real()) for person, contact in found.items()}

    def _roster(self, work: AccountWork, posts: Sequence[str], since: datetime) -> Roster:
        """What is valid at some time from `since` on."""
        store = work.roster
        entries = store.rotations(posts, since), store.overrides(posts, since), store.swaps(posts, since)
        return Roster(self._zone, self._days, *entries)

    def _check_risks(self, work: AccountWork, after: Roster, post: str, now: datetime) -> None:
        until = now + AHEAD
        found = rules.unverified(after, [post], now, until, contacts=contacts_of(work, [post]))
        holes = rules.gaps(after, [post], now, until)
        if holes or found:
            raise RosterRisks(holes, found, self._zone)

    def _check_person(self, work: AccountWork, made: Override) -> None:
        flaw = rules.flaw_of(contacts_of(work, [made.post]).get(made.person.id), made.valid_from)
        if flaw:
            doubt = Unverified(made.post, made.person, made.duty, made.starts_at, flaw)
            raise RosterRisks([], [doubt], self._zone)


def contacts_of(work: AccountWork, posts: Sequence[str]) -> dict[str, Contact]:
    """Person id → contact, of everybody on these posts' lists; a number that was changed is not verified."""
    listed: list[Row] = [one for people in work.people.of_many(posts).values() for one in people]
    verified = work.roster.verified([one["id"] for one in listed])
    found = {}
    for one in listed:
        phone, at = verified.get(one["id"], ("", None))
        found[one["id"]] = Contact(one["phone"], at if phone == one["phone"] else None)
    return found


def request_of(one: Rotation) -> LayerRequest:
    """The request that a rotation answers as it stands."""
    said = LayerRequest(tuple(person.id for person in one.people), one.starts_on, one.handover, one.shift_hours)
    return replace(said, duty=one.duty, layer=one.layer, day_kinds=one.day_kinds)


def _words(one: Rotation) -> dict[str, object]:
    people = {"duty": one.duty, "layer": one.layer, "people": [person.name for person in one.people]}
    times = {"shift_hours": one.shift_hours, "handover": f"{one.handover:%H:%M}", "from": one.valid_from.isoformat()}
    return people | times
