"""The people of the grids below the townships: listed, found, taken from a table file, put on duty and off it."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.account import Actor, NotAllowed, Permission
from domain.city import Tier
from domain.delivery import Channel
from domain.grid import GridRole, GridWorker
from domain.identity import new_id
from operations.account_ports import Ground
from operations.account_problems import AccountProblem
from operations.people import harmless
from operations.ports import Row
from operations.roster_ports import ReadSheet
from operations.table_files import rows_in, sheet_in, told

COLUMNS = ("township", "grid", "name", "role", "phone", "channel", "on_duty")
NEEDED = frozenset({"township", "grid", "name"})
LONGEST = {"township": 40, "grid": 60, "name": 40, "phone": 40}
CHANNELS = (Channel.SMS, Channel.VOICE)  # what a number is enough for
YES, NO = "yes", "no"


@dataclass(frozen=True)
class WorkersTaken:
    """What became of a file: townships and workers saved, and what was wrong with each row that was not, by line."""

    townships: int
    workers: int
    problems: tuple[tuple[int, str], ...] = ()

    @property
    def told(self) -> str:
        return told(self.problems)


class GridWorkers:
    """Numbers are for those who administer, and for those who may order the township: who else asks gets NotAllowed.
    `sheets` reads XLSX; without it only CSV can be read."""

    def __init__(self, ground: Ground, sheets: ReadSheet | None = None) -> None:
        self._ground, self._sheets = ground, sheets

    def townships(self, actor: Actor, below: str | None = None) -> list[str]:
        """The codes of the townships whose grid workers the actor answers for, those below a post if one is named."""
        city = self._ground.city
        root = city.code if actor.may(Permission.ADMINISTER) else actor.dispatch_root
        if root is None:
            raise NotAllowed(f"{actor.name} may not see who works in the grids")
        if below is not None and not city.is_within(below, root):
            raise NotAllowed(f"{actor.name} answers for no grid below {below}")
        return [post.code for post in city.posts_of({Tier.TOWNSHIP}) if city.is_within(post.code, below or root)]

    def counts(self, actor: Actor, below: str | None = None) -> dict[str, tuple[int, int]]:
        """Township → how many there are, and how many of them are on duty; 0, 0 where there is none."""
        wanted = self.townships(actor, below)
        with self._ground.read() as work:
            found = work.grid.counts(wanted)
        return {code: found.get(code, (0, 0)) for code in wanted}

    def search(
        self,
        actor: Actor,
        *,
        below: str | None = None,
        containing: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> list[GridWorker]:
        """Those whose name, grid or number contains a text, by id, from the one after `after` on."""
        wanted = self.townships(actor, below)
        with self._ground.read() as work:
            return work.grid.search(wanted, containing=containing, after=after, limit=limit)

    def set_duty(self, actor: Actor, worker_id: str, *, on_duty: bool) -> GridWorker:
        """Put somebody on duty, or off it. Raises AccountProblem for somebody who is not on the list."""
        mine = set(self.townships(actor))
        with self._ground.begin() as work:
            worker = work.grid.get(worker_id)
            if worker is None:
                raise AccountProblem("unknown_person")
            if worker.township not in mine:
                raise NotAllowed(f"{actor.name} answers for no grid below {worker.township}")
            changed = replace(worker, on_duty=on_duty)
            work.grid.put([changed])
            work.audit(actor, "grid_worker.duty", worker.name, {"id": worker.id, "on_duty": on_duty})
        return changed

    def take_file(
        self, actor: Actor, file: bytes, spellings: Mapping[str, str], *, confirmed: bool = False
    ) -> WorkersTaken:
        """Take a CSV or XLSX file; `spellings` are further words for columns and values. Otherwise like `take`."""
        self.townships(actor)
        sheet = sheet_in(file, self._sheets)
        rows = rows_in(sheet, spellings, columns=COLUMNS, needed=NEEDED) if sheet else None
        if rows is None:
            raise AccountProblem("grid_file", columns=", ".join(COLUMNS))
        return self.take(actor, [(line, _spelled(row, spellings)) for line, row in rows], confirmed=confirmed)

    def take(self, actor: Actor, rows: Sequence[tuple[int, Row]], *, confirmed: bool = False) -> WorkersTaken:
        """Replace the workers of every township that the rows name; (line number, COLUMNS as texts). With one bad row
        nothing is taken; `confirmed` takes the townships without a bad row and leaves the others as they are. Who stays
        in the same grid under the same name keeps the id. Raises AccountProblem when nothing was taken."""
        mine = set(self.townships(actor))
        wanted, problems = self._checked(mine, rows)
        if not wanted or (problems and not confirmed):
            raise AccountProblem("grid_lines", problems=told(sorted(problems)))
        with self._ground.begin() as work:
            known = {(one.township, one.grid, one.name): one.id for one in work.grid.of(list(wanted))}
            said = [self._kept(one, known) for some in wanted.values() for one in some]
            work.grid.remove(sorted(set(known.values()) - {one.id for one in said}))
            work.grid.put(said)
            detail = {"workers": len(said), "townships": sorted(wanted)[:300], "bad_rows": len(problems)}
            work.audit(actor, "grid_workers.imported", f"{len(wanted)} townships", detail)
        return WorkersTaken(len(wanted), len(said), tuple(sorted(problems)))

    def give_file(self, actor: Actor, headings: Sequence[str] = COLUMNS) -> bytes:
        """Everybody the actor answers for as CSV that `take_file` takes again. It is audited."""
        wanted = self.townships(actor)
        with self._ground.begin() as work:
            found = work.grid.of(wanted)
            work.audit(actor, "grid_workers.exported", f"{len(wanted)} townships", {"workers": len(found)})
        rows = [[harmless(str(cell)) for cell in _cells(one)] for one in found]
        out = io.StringIO()
        csv.writer(out).writerows([list(headings), *rows])
        return out.getvalue().encode("utf-8-sig")

    def _kept(self, worker: GridWorker, known: Mapping[tuple[str, str, str], str]) -> GridWorker:
        before = known.get((worker.township, worker.grid, worker.name))
        return replace(worker, id=before or new_id(self._ground.clock.real()))

    def _checked(
        self, mine: set[str], rows: Sequence[tuple[int, Row]]
    ) -> tuple[dict[str, list[GridWorker]], list[tuple[int, str]]]:
        """The workers of each township without a bad row, and the problems of the others."""
        wanted: dict[str, list[GridWorker]] = defaultdict(list)
        problems, bad = [], set()
        for line, row in rows:
            code = self._ground.city.post_aliases.get(row["township"], row["township"])
            flaw = _flaw(row) or ("" if code in mine else f"township {row['township']}?")
            names = {(one.grid, one.name) for one in wanted[code]}
            flaw = flaw or (f"{row['name']} ×2" if (row["grid"], row["name"]) in names else "")
            if flaw:
                problems.append((line, flaw))
                bad.add(code)
            else:
                wanted[code].append(_worker(row, code))
        return {code: some for code, some in wanted.items() if some and code not in bad}, problems


def _flaw(row: Row) -> str:
    """What is wrong with a row, in the fewest words, the same in every language: the column and a sign."""
    for name, longest in LONGEST.items():
        if len(row[name]) > longest or not (row[name] or "-").isprintable():
            return f"{name}?"
    missing = [name for name in COLUMNS if name in NEEDED and not row[name]]
    choices: dict[str, list[str]] = {"role": list(GridRole), "channel": list(CHANNELS), "on_duty": [YES, NO]}
    odd = [name for name, known in choices.items() if row[name] and row[name] not in known]
    return f"{[*missing, *odd][0]}?" if missing or odd else ""


def _spelled(row: Row, spellings: Mapping[str, str]) -> Row:
    choices = ("role", "channel", "on_duty")
    return row | {name: spellings.get(row[name], row[name]) for name in choices}


def _worker(row: Row, township: str) -> GridWorker:
    return GridWorker(
        id="",
        township=township,
        grid=row["grid"],
        name=row["name"],
        role=GridRole(row["role"] or GridRole.WORKER),
        phone=row["phone"],
        channel=Channel(row["channel"] or Channel.SMS),
        on_duty=row["on_duty"] != NO,
    )


def _cells(worker: GridWorker) -> list[object]:
    shown: list[object] = [getattr(worker, name) for name in COLUMNS[:-1]]
    return [*shown, YES if worker.on_duty else NO]
