"""The roster in SQL."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, or_, select, update

from domain.roster import Override, Swap
from domain.shifts import Duty, Person, Rotation
from domain.workdays import DayKind
from storage.roster_tables import contact_checks, roster_overrides, roster_rotations, roster_swaps

AT_ONCE = 400  # values in one IN: SQLite takes no more than some thousands


class SqlRoster:
    def __init__(self, connection: Connection):
        self._connection = connection

    def rotations(self, posts: Sequence[str], since: datetime) -> list[Rotation]:
        end = roster_rotations.c.valid_to
        return [_rotation(row) for row in self._of(roster_rotations, posts, or_(end.is_(None), end > since))]

    def overrides(self, posts: Sequence[str], since: datetime) -> list[Override]:
        wanted = roster_overrides.c.ends_at > since
        return [_override(row) for row in self._of(roster_overrides, posts, wanted)]

    def swaps(self, posts: Sequence[str], since: datetime) -> list[Swap]:
        columns = roster_swaps.c
        return [
            _swap(row)
            for row in self._of(roster_swaps, posts, or_(columns.first_ends > since, columns.second_ends > since))
        ]

    def swap(self, swap_id: str) -> Swap | None:
        query = select(roster_swaps).where(roster_swaps.c.id == swap_id)
        row = self._connection.execute(query).mappings().first()
        return _swap(row) if row else None

    def add_rotations(self, rotations: Sequence[Rotation], at: datetime, by: str) -> None:
        if rotations:
            rows = [_of_rotation(one) | {"recorded_at": at, "recorded_by": by} for one in rotations]
            self._connection.execute(insert(roster_rotations), rows)

    def end_rotations(self, ids: Sequence[str], at: datetime) -> None:
        """Let them be valid until `at` at the longest; one that begins later never is."""
        columns = roster_rotations.c
        for some in _portions(ids):
            mine = and_(columns.id.in_(some), or_(columns.valid_to.is_(None), columns.valid_to > at))
            self._connection.execute(update(roster_rotations).where(mine).values(valid_to=at))

    def add_override(self, override: Override, at: datetime, by: str) -> None:
        values = vars(override) | {"person": _pair(override.person), "recorded_at": at, "recorded_by": by}
        self._connection.execute(insert(roster_overrides).values(**values))

    def end_override(self, override_id: str, at: datetime) -> None:
        self._connection.execute(
            update(roster_overrides).where(roster_overrides.c.id == override_id).values(valid_to=at)
        )

    def add_swap(self, swap: Swap, by: str) -> None:
        people = {"first": _pair(swap.first), "second": _pair(swap.second)}
        values = vars(swap) | people | {"recorded_at": swap.asked_at, "recorded_by": by}
        self._connection.execute(insert(roster_swaps).values(**values))

    def settle_swap(self, swap_id: str, settled: str, valid_from: datetime | None) -> None:
        values = {"settled": settled, "valid_from": valid_from}
        self._connection.execute(update(roster_swaps).where(roster_swaps.c.id == swap_id).values(**values))

    def verify(self, person: str, phone: str, *, at: datetime, by: str) -> None:
        self._connection.execute(delete(contact_checks).where(contact_checks.c.person == person))
        values = {"person": person, "phone": phone, "verified_at": at, "verified_by": by}
        self._connection.execute(insert(contact_checks).values(**values))

    def verified(self, people: Sequence[str]) -> dict[str, tuple[str, datetime]]:
        """Person id → the number that was answered, and when."""
        found = {}
        for some in _portions(people):
            query = select(contact_checks).where(contact_checks.c.person.in_(some))
            found.update({row.person: (row.phone, row.verified_at) for row in self._connection.execute(query)})
        return found

    def _of(self, table: Table, posts: Sequence[str], wanted: ColumnElement[bool]) -> Iterator[Mapping[Any, Any]]:
        for some in _portions(posts):
            query = select(table).where(table.c.post.in_(some), wanted).order_by(table.c.id)
            yield from self._connection.execute(query).mappings()


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def _pair(person: Person) -> list[str]:
    return [person.id, person.name]


def _of_rotation(one: Rotation) -> dict[str, Any]:
    return {
        "id": one.id,
        "post": one.post,
        "duty": one.duty,
        "layer": one.layer,
        "people": [_pair(person) for person in one.people],
        "shift_hours": one.shift_hours,
        "handover": f"{one.handover:%H:%M}",
        "starts_on": one.starts_on.isoformat(),
        "day_kinds": sorted(one.day_kinds),
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }


def _rotation(row: Mapping[Any, Any]) -> Rotation:
    return Rotation(
        id=row["id"],
        post=row["post"],
        duty=Duty(row["duty"]),
        layer=row["layer"],
        people=tuple(Person(*pair) for pair in row["people"]),
        shift_hours=row["shift_hours"],
        handover=time.fromisoformat(row["handover"]),
        starts_on=date.fromisoformat(row["starts_on"]),
        day_kinds=frozenset(DayKind(kind) for kind in row["day_kinds"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


RECORDED = ("recorded_at", "recorded_by")


def _override(row: Mapping[Any, Any]) -> Override:
    plain = {name: value for name, value in row.items() if name not in RECORDED}
    return Override(**plain | {"duty": Duty(row["duty"]), "person": Person(*row["person"])})


def _swap(row: Mapping[Any, Any]) -> Swap:
    plain = {name: value for name, value in row.items() if name not in RECORDED}
    people = {"first": Person(*row["first"]), "second": Person(*row["second"])}
    return Swap(**plain | people | {"duty": Duty(row["duty"])})
