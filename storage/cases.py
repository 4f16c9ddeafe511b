"""Cases in SQL: the rows, the keys that make intake idempotent, and the history that only grows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select, tuple_, update

from domain.case import Case, CaseReport, CaseState, CrossFlag, Urgency
from domain.counting import NON_POLICE
from operations.ports import Row
from storage.bulk import add_rows
from storage.tables import case_history, case_keys, case_private, cases

_FIELDS = tuple(field.name for field in fields(Case))
_EXACT = ("source", "district", "township", "category", "state", "urgency", "unit", "external_id", "no")
_CHUNK = 400  # keys in one IN list: SQLite takes 32,766 values, PostgreSQL plans short lists better


class SqlCases:
    def __init__(self, connection: Connection):
        self._connection = connection

    def get(self, case_id: str) -> Case | None:
        row = self._connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
        return to_case(row) if row else None

    def known(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        found: dict[tuple[str, str], tuple[str, str]] = {}
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            query = select(case_keys).where(tuple_(case_keys.c.source, case_keys.c.external_id).in_(part))
            for row in self._connection.execute(query):
                found[(row.source, row.external_id)] = (row.case_id, row.digest)
        return found

    def add(self, cases_: Sequence[Case], reports: Sequence[CaseReport], digests: Sequence[str]) -> None:
        if not cases_:
            return
        keys = [
            {"source": case.source, "external_id": case.external_id, "case_id": case.id, "digest": digest}
            for case, digest in zip(cases_, digests, strict=True)
        ]
        private = [
            {"case_id": case.id, "reporter": dict(report.reporter), "raw": report.raw}
            for case, report in zip(cases_, reports, strict=True)
        ]
        add_rows(self._connection, case_keys, keys)
        add_rows(self._connection, cases, [_values(case) for case in cases_])
        add_rows(self._connection, case_private, private)

    def save(self, case: Case, expected: int) -> bool:
        values = _values(case)
        where = and_(cases.c.id == case.id, cases.c.reported_at == case.reported_at, cases.c.version == expected)
        return self._connection.execute(update(cases).where(where).values(values)).rowcount == 1

    def remember(self, entries: Iterable[Row]) -> None:
        add_rows(self._connection, case_history, list(entries))

    def set_digest(self, source: str, external_id: str, digest: str) -> None:
        key = and_(case_keys.c.source == source, case_keys.c.external_id == external_id)
        self._connection.execute(update(case_keys).where(key).values(digest=digest))

    def history(self, case_id: str) -> list[Row]:
        query = select(case_history).where(case_history.c.case_id == case_id).order_by(case_history.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def private(self, case_id: str) -> Row | None:
        row = self._connection.execute(select(case_private).where(case_private.c.case_id == case_id)).mappings().first()
        return dict(row) if row else None

    def search(self, filters: Mapping[str, Any], *, after: str | None, limit: int) -> list[Case]:
        """Newest report first; `after` is the id of the last case of the page before."""
        query = select(cases).order_by(cases.c.reported_at.desc(), cases.c.id.desc()).limit(limit)
        for name, value in filters.items():
            if name in _EXACT:
                query = query.where(cases.c[name] == value)
        if filters.get("crossing"):
            query = query.where(cases.c.crossing)
        if "since" in filters:
            query = query.where(cases.c.reported_at >= filters["since"])
        if "until" in filters:
            query = query.where(cases.c.reported_at < filters["until"])
        last = self.get(after) if after else None
        if last:
            earlier = cases.c.reported_at < last.reported_at
            query = query.where(or_(earlier, and_(cases.c.reported_at == last.reported_at, cases.c.id < last.id)))
        return [to_case(row) for row in self._connection.execute(query).mappings()]

    def open_of(self, field: str, code: str, limit: int) -> tuple[int, list[Case]]:
        still_open = (cases.c.filed_at.is_not(None), cases.c.finished_at.is_(None), cases.c.closed_at.is_(None))
        where = and_(*still_open, cases.c[field] == code)
        n: int = self._connection.execute(select(func.count()).select_from(cases).where(where)).scalar_one()
        first = select(cases).where(where).order_by(cases.c.due_at.is_(None), cases.c.due_at, cases.c.id).limit(limit)
        return n, [to_case(row) for row in self._connection.execute(first).mappings()]

    def first_of_kinds(self) -> dict[str, datetime]:
        """Since when there are cases diverted from 110, and cases that cross areas, tiers or departments."""
        found = {}
        for kind, flag in ((NON_POLICE, cases.c.non_police), ("cross", cases.c.crossing)):
            first = self._connection.execute(select(func.min(cases.c.reported_at)).where(flag)).scalar()
            if first is not None:
                found[kind] = first
        return found

    def since(self, at: datetime, limit: int) -> list[Case]:
        return self.search({"since": at}, after=None, limit=limit)


def _values(case: Case) -> Row:
    values = {name: getattr(case, name) for name in _FIELDS}
    values["tags"] = list(case.tags)
    flag = case.cross
    values |= {"non_police": NON_POLICE in case.tags, "crossing": flag is not None}
    values["cross"] = flag and {"crosses": list(flag.crosses), "by": flag.by, "at": flag.at.isoformat()}
    return values


def to_case(row: RowMapping) -> Case:
    values = {name: row[name] for name in _FIELDS}
    values["state"], values["urgency"] = CaseState(row["state"]), Urgency(row["urgency"])
    values["tags"] = tuple(row["tags"])
    cross = row["cross"]
    values["cross"] = cross and CrossFlag(tuple(cross["crosses"]), cross["by"], datetime.fromisoformat(cross["at"]))
    return Case(**values)
