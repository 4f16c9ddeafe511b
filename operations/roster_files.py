"""The rotations of many posts as a table file: read from CSV or XLSX with a report of each bad row, written to CSV."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import NoReturn, TypeVar

from domain.account import Actor, NotAllowed
from domain.shifts import EVERY_DAY, LAYERS, SHIFT_HOURS, Duty, Rotation
from domain.workdays import DayKind
from operations.account_ports import Ground
from operations.account_problems import AccountProblem
from operations.people import harmless
from operations.ports import Row
from operations.roster import Rosters
from operations.roster_ports import ReadSheet
from operations.roster_requests import LayerRequest, RosterProblem, RosterRisks, find_person
from operations.roster_rights import RosterRights
from operations.table_files import rows_in, sheet_in, told

COLUMNS = ("post", "duty", "layer", "people", "shift_hours", "handover", "starts_on", "day_kinds")
NEEDED = {"post", "people", "starts_on"}
_BETWEEN = re.compile(r"\s*[、,，;；/|\n]\s*")
_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]00)?")
T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """What became of a file: posts and layers saved, and what was wrong with each row that was not, by line number."""

    posts: int
    layers: int
    problems: tuple[tuple[int, str], ...]

    @property
    def told(self) -> str:
        """The first problems in a line."""
        return told(self.problems)


class RosterFiles:
    """`sheets` reads XLSX; without it only CSV can be read."""

    def __init__(self, ground: Ground, rosters: Rosters, sheets: ReadSheet | None = None) -> None:
        self._ground, self._rosters, self._sheets = ground, rosters, sheets
        self._rights = RosterRights(ground.city)

    def take(self, actor: Actor, file: bytes, spellings: Mapping[str, str], *, confirmed: bool = False) -> Taken:
        """Make the rows of each post its layers, one row a layer. A post with a bad row, or whose roster then has a
        risk that is not `confirmed`, is left as it is. `spellings`: further words for columns, duties and kinds of
        days. Raises RosterProblem when the file cannot be read or nothing in it could be taken."""
        self._rights.must_change(actor)
        rows = self._rows(file, spellings)
        wanted, problems = self._checked(actor, rows, spellings)
        layers = 0
        for post, asked in wanted.items():
            try:
                self._rosters.save(actor, post, [layer for _, layer in asked], confirmed=confirmed)
                layers += len(asked)
            except AccountProblem as problem:
                problems.append((asked[0][0], f"{post} {_words(problem)}"))
        kept = len(wanted) - len({line for line, _ in problems} & {asked[0][0] for asked in wanted.values()})
        if not kept:
            raise RosterProblem("roster_lines", problems=told(sorted(problems)))
        return Taken(kept, layers, tuple(sorted(problems)))

    def give(self, actor: Actor, headings: Sequence[str] = COLUMNS) -> bytes:
        """The layers of every post that the actor may read, as CSV that `take` takes again. It is audited."""
        posts = self._rights.readable(actor, None)
        with self._ground.begin() as work:
            found = work.roster.rotations(posts, self._ground.clock.real())
            work.audit(actor, "roster.exported", "all posts", {"layers": len(found)})
        standing = [one for one in found if one.valid_to is None]
        standing.sort(key=lambda one: (one.post, one.duty, one.layer))
        out = io.StringIO()
        csv.writer(out).writerows([list(headings), *(_line_of(one) for one in standing)])
        return out.getvalue().encode("utf-8-sig")

    def _rows(self, file: bytes, spellings: Mapping[str, str]) -> list[tuple[int, Row]]:
        sheet = sheet_in(file, self._sheets)
        rows = rows_in(sheet, spellings, columns=COLUMNS, needed=NEEDED) if sheet else None
        if rows is None:
            raise RosterProblem("roster_file", columns=", ".join(COLUMNS))
        return rows

    def _checked(
        self, actor: Actor, rows: Sequence[tuple[int, Row]], spellings: Mapping[str, str]
    ) -> tuple[dict[str, list[tuple[int, LayerRequest]]], list[tuple[int, str]]]:
        """The layers of each post without a bad row, and the problems of the others."""
        wanted: dict[str, list[tuple[int, LayerRequest]]] = defaultdict(list)
        problems, bad = [], set()
        listed = self._listed([row["post"] for _, row in rows])
        for line, row in rows:
            try:
                post = self._rights.editable(actor, row["post"])
                wanted[post].append((line, _layer(row, listed.get(post, ()), spellings)))
            except (AccountProblem, NotAllowed) as problem:
                problems.append((line, _words(problem)))
                bad.add(self._ground.city.post_aliases.get(row["post"], row["post"]))
        return {post: asked for post, asked in wanted.items() if post not in bad}, problems

    def _listed(self, posts: Sequence[str]) -> dict[str, list[Row]]:
        city = self._ground.city
        known = {city.post_aliases.get(post, post) for post in posts} & city.post_by_code.keys()
        with self._ground.read() as work:
            return work.people.of_many(sorted(known))


def _words(problem: Exception) -> str:
    """A problem in the fewest words, the same in every language: names, times and signs."""
    if isinstance(problem, RosterRisks):
        gaps = [f"{problem.values['gaps']} ∅"] if problem.gaps else []
        people = [f"{problem.values['people']} ☎?"] if problem.unverified else []
        return "; ".join([*gaps, *people])
    if isinstance(problem, AccountProblem):
        return f"{' '.join(map(str, problem.values.values())) or problem.key.removeprefix('roster_')}?"
    return "⛔"


def _layer(row: Row, listed: Sequence[Row], spellings: Mapping[str, str]) -> LayerRequest:
    names = between(row["people"])
    kinds = [spellings.get(part, part) for part in between(row["day_kinds"])]
    return LayerRequest(
        people=tuple(find_person(listed, name).id for name in names) or _bad(row, "people"),
        starts_on=read(row, "starts_on", to_date),
        handover=read(row, "handover", to_time) if row["handover"] else time(8, 30),
        shift_hours=read(row, "shift_hours", number_among(SHIFT_HOURS)) if row["shift_hours"] else 24,
        duty=read(row, "duty", lambda text: Duty(spellings.get(text, text))) if row["duty"] else Duty.DUTY,
        layer=read(row, "layer", number_among(LAYERS)) if row["layer"] else 0,
        day_kinds=read(row, "day_kinds", lambda _: frozenset(map(DayKind, kinds))) if kinds else EVERY_DAY,
    )


def between(text: str) -> list[str]:
    """The parts of a list in one cell."""
    return [part for part in _BETWEEN.split(text.strip()) if part]


def number_among(numbers: Sequence[int]) -> Callable[[str], int]:
    """Reads a whole number that is one of these. The reader raises ValueError for any other text."""

    def number(text: str) -> int:
        found = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1
        if found not in numbers:
            raise ValueError(text)
        return found

    return number


def read(row: Mapping[str, str], field: str, reader: Callable[[str], T]) -> T:
    """The value of a field. Raises RosterProblem naming it when it cannot be read."""
    try:
        return reader(row.get(field, ""))
    except ValueError:
        _bad(row, field)


def _bad(row: Mapping[str, str], field: str) -> NoReturn:
    raise RosterProblem("roster_field", field=field, value=row.get(field, "")[:40] or "–")


def to_date(text: str) -> date:
    """2026-09-01, 2026/9/1 or 2026年9月1日."""
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(text)
    return date(*map(int, match.groups()))


def to_time(text: str) -> time:
    """8:30 or 08:30:00."""
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))


def _line_of(one: Rotation) -> list[str]:
    """One layer as cells; every kind of day is an empty one."""
    kinds = "" if one.day_kinds == EVERY_DAY else "、".join(sorted(one.day_kinds))
    people = harmless("、".join(person.name for person in one.people))
    shift = [str(one.shift_hours), f"{one.handover:%H:%M}", one.starts_on.isoformat()]
    return [one.post, one.duty, str(one.layer), people, *shift, kinds]
