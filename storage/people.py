"""The people of each post, in SQL."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from operations.ports import Row
from storage.account_tables import wrong_pins
from storage.tables import people


class SqlPeople:
    def __init__(self, connection: Connection):
        self._connection = connection

    def of(self, post: str) -> list[Row]:
        return self.of_many([post]).get(post, [])

    def of_many(self, posts: Sequence[str]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        query = select(people).where(people.c.post.in_(posts)).order_by(people.c.post, people.c.id)
        for row in self._connection.execute(query).mappings():
            found[row["post"]].append(dict(row))
        return dict(found)

    def put(self, people_: Sequence[Row]) -> None:
        if not people_:
            return
        ids = [person["id"] for person in people_]
        for start in range(0, len(ids), 400):
            self._connection.execute(delete(people).where(people.c.id.in_(ids[start : start + 400])))
        self._connection.execute(insert(people), list(people_))

    def remove(self, person_id: str) -> None:
        self._connection.execute(delete(people).where(people.c.id == person_id))

    def hold_wrong_pins(self, people_: Sequence[str], since: datetime) -> dict[str, int]:
        held = select(people.c.id).where(people.c.id.in_(people_)).order_by(people.c.id).with_for_update()
        self._connection.execute(held).all()
        mine = wrong_pins.c.person.in_(people_) & (wrong_pins.c.at > since)
        query = select(wrong_pins.c.person, func.count().label("n")).where(mine).group_by(wrong_pins.c.person)
        return {row.person: row.n for row in self._connection.execute(query)}

    def add_wrong_pin(self, try_id: str, person: str, at: datetime) -> None:
        self._connection.execute(insert(wrong_pins).values(id=try_id, person=person, at=at))

    def forget_wrong_pins(self, person: str) -> None:
        self._connection.execute(delete(wrong_pins).where(wrong_pins.c.person == person))

    def forget_wrong_pins_before(self, at: datetime) -> None:
        self._connection.execute(delete(wrong_pins).where(wrong_pins.c.at <= at))
