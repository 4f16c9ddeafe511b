"""What came in and could not be taken, what each source did each day, and what the sources say of themselves."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, and_, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from operations.ports import Row
from storage.day_tables import daily_figures
from storage.tables import dead_letters, intake_counts

_SHOWN = 10_000  # characters of a record that a page shows
_FIGURE_KEY = ["day", "source", "measure"]


class SqlFeeds:
    def __init__(self, connection: Connection):
        self._connection = connection

    def set_aside(self, letters: Sequence[Row]) -> None:
        if letters:
            self._connection.execute(insert(dead_letters), [dict(letter) for letter in letters])

    def letters(self, limit: int, *, open_only: bool = True) -> list[Row]:
        beginning = func.substr(dead_letters.c.payload, 1, _SHOWN).label("payload")
        others = [column for column in dead_letters.c if column.name != "payload"]
        query = select(*others, beginning).order_by(dead_letters.c.id.desc()).limit(limit)
        query = query.where(dead_letters.c.settled.is_(None)) if open_only else query
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def letters_of(self, source: str, limit: int, without: Sequence[str]) -> list[Row]:
        mine = (dead_letters.c.source == source) & dead_letters.c.settled.is_(None)
        query = select(dead_letters).where(mine, dead_letters.c.form.not_in(without)).order_by(dead_letters.c.id)
        return [dict(row) for row in self._connection.execute(query.limit(limit)).mappings()]

    def open_by_source(self, without: Sequence[str]) -> list[tuple[str, int, int]]:
        n, can = func.count(), func.sum(case((dead_letters.c.form.in_(without), 0), else_=1))
        query = select(dead_letters.c.source, n, can).where(dead_letters.c.settled.is_(None))
        query = query.group_by(dead_letters.c.source).order_by(n.desc(), dead_letters.c.source)
        return [(row[0], row[1], int(row[2])) for row in self._connection.execute(query)]

    def letter(self, letter_id: int) -> Row | None:
        query = select(dead_letters).where(dead_letters.c.id == letter_id, dead_letters.c.settled.is_(None))
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row else None

    def settle(self, letter_id: int, how: str) -> None:
        self._connection.execute(update(dead_letters).where(dead_letters.c.id == letter_id).values(settled=how))

    def count(self, source: str, day: date, outcome: str, n: int) -> None:
        key = {"source": source, "day": day.isoformat(), "outcome": outcome}
        where = and_(*(intake_counts.c[name] == value for name, value in key.items()))
        query = update(intake_counts).where(where).values(n=intake_counts.c.n + n)
        if not self._connection.execute(query).rowcount:
            self._connection.execute(insert(intake_counts).values(**key, n=n))

    def counted(self, day: date) -> list[Row]:
        query = select(intake_counts).where(intake_counts.c.day == day.isoformat())
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def put_daily(self, figures: Sequence[Row]) -> None:
        """Write (day, source, measure, value, at); a later figure for the same day replaces the earlier."""
        if not figures:
            return
        upsert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        adding = upsert(daily_figures)
        fresh = {"value": adding.excluded.value, "at": adding.excluded.at}
        self._connection.execute(adding.on_conflict_do_update(index_elements=_FIGURE_KEY, set_=fresh), list(figures))

    def daily(self, since: date) -> list[Row]:
        query = select(daily_figures).where(daily_figures.c.day >= since.isoformat()).order_by(daily_figures.c.day)
        return [dict(row) for row in self._connection.execute(query).mappings()]
