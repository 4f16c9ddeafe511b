"""Who is to be told at a post at one moment: by the roster, else by the post's list of people, and which of the two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.city import City
from domain.escalation import Whom
from domain.roster import Roster, on_duty
from domain.shifts import Duty, DutyDays, Person
from operations.ports import Row, Work
from operations.zones import zone_of

_MOST_LISTED = 3  # of a list without a roster: more people at once are a crowd, and nobody feels meant


@dataclass(frozen=True)
class Somebody:
    """A person to tell; `listed`: not by the roster, but because the post's list has nobody better."""

    id: str
    name: str
    phone: str
    listed: bool


class DutyBook:
    """Read once for some posts; `days` are the city's, kept by the caller because counting them anew is slow."""

    def __init__(self, work: Work, city: City, posts: Iterable[str], *, days: DutyDays, now: datetime) -> None:
        wanted = sorted(set(posts))
        store = work.roster
        entries = store.rotations(wanted, now), store.overrides(wanted, now), store.swaps(wanted, now)
        self._roster, self._now = Roster(zone_of(city), days, *entries), now
        self._people = work.people.of_many(wanted) if wanted else {}
        self._leaders = city.leader_duties

    def who(self, post: str, whom: Whom) -> list[Somebody]:
        """The people to tell; nobody when the post's list is empty. Above a post means who is on duty there."""
        listed = self._people.get(post, [])
        if whom is Whom.LEADER:
            return _all(self._leading(listed), listed=False)
        now = on_duty(self._roster, post, self._now)
        person = now.deputy if whom is Whom.DEPUTY else now.duty
        if person is not None:
            return [_rostered(person, listed)]
        duty = Duty.DEPUTY if whom is Whom.DEPUTY else Duty.DUTY
        return _all(_of_list(listed, duty, now.duty)[:_MOST_LISTED], listed=True)

    def _leading(self, listed: Sequence[Row]) -> list[Row]:
        return [one for one in listed if one["duty"] in self._leaders]


def _of_list(listed: Sequence[Row], duty: Duty, on_duty_now: Person | None) -> list[Row]:
    """Those whom the list gives this duty; without any, everybody but the person who is on duty anyway."""
    others = [one for one in listed if on_duty_now is None or one["id"] != on_duty_now.id]
    return [one for one in others if one["duty"] == duty] or others


def _all(rows: Sequence[Row], *, listed: bool) -> list[Somebody]:
    return [Somebody(one["id"], one["name"], one["phone"], listed) for one in rows]


def _rostered(person: Person, listed: Sequence[Row]) -> Somebody:
    phone = next((one["phone"] for one in listed if one["id"] == person.id), "")
    return Somebody(person.id, person.name, phone, listed=False)
