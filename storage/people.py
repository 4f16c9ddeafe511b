"""The people of each post, in SQL."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from operations.ports import Row
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
